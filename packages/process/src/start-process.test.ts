import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { type ProcessSettings, startProcess } from './start-process.ts'

const log = (line: object) => `console.log(${JSON.stringify(JSON.stringify(line))})\n`
const listens = log({ msg: 'listening', address: 'here:1' })
const staysAlive = 'setInterval(() => {}, 1000)\n'

/** An app of which `main` is all. */
async function start(main: string, settings: Partial<ProcessSettings> = {}) {
  const path = await mkdtemp(join(tmpdir(), 'throughline-process-'))
  onTestFinished(() => rm(path, { recursive: true }))
  await mkdir(join(path, 'src'))
  await writeFile(join(path, 'src/main.ts'), main)
  return startProcess({ folder: pathToFileURL(`${path}/`), env: {}, ...settings })
}

test('says where the process listens, and keeps what it writes', async () => {
  const loaded = `data:text/javascript,${log({ msg: 'first' })}`
  await using running = await start(
    `console.error('a warning', Object.keys(process.env))\n${listens}${staysAlive}`,
    { imports: [loaded], env: { NAME: 'value' } },
  )
  expect(running.address).toBe('here:1')
  expect(running.lines.map(({ msg }) => msg)).toEqual(['first', 'listening'])
  await expect.poll(running.output).toContain("a warning [ 'NAME' ]")
})

test('stops it in order, and has everything it wrote', async () => {
  const running = await start(
    `process.on('SIGTERM', () => {\n${log({ msg: 'stopping' })}process.exit(3)\n})\n${listens}${staysAlive}`,
  )
  expect(await running.stop()).toBe(3)
  expect(running.lines.at(-1)).toEqual({ msg: 'stopping' })
  await running.kill()
  expect(await running.exited).toBe(3)
})

test('kills what does not stop', async () => {
  const running = await start(`process.on('SIGTERM', () => {})\n${listens}${staysAlive}`)
  running.child.kill('SIGTERM')
  await running.kill()
  expect(await running.exited).toBe(null)
})

test('tells what a process wrote that ended instead of listening', async () => {
  const starting = start("console.error('no database')\nprocess.exitCode = 1")
  await expect(starting).rejects.toThrow(/ended with 1:\nno database/)
})

test('ends a process that does not listen in time', async () => {
  const starting = start(log({ msg: 'thinking' }) + staysAlive, { startTimeoutMs: 500 })
  await expect(starting).rejects.toThrow('did not listen in 500 ms')
})
