// The real process: it says where it listens and goes when it is told to, whoever is still looking.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'

let child: ChildProcess | undefined

afterEach(() => child?.kill('SIGKILL'))

async function start(env: Readonly<Record<string, string>> = {}) {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const started = spawn(process.execPath, ['-C', '@throughline/source', main], {
    env: { LENS_PORT: '0', LENS_OTLP_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child = started
  const [line] = await once(createInterface(started.stdout), 'line')
  return { started, listening: JSON.parse(line) }
}

test('serves, and stops on SIGTERM with a live page and a waiting test open', async () => {
  const { started, listening } = await start()
  expect(listening).toMatchObject({ name: 'lens', msg: 'listening' })
  expect((await fetch(`${listening.address}/readyz`)).status).toBe(200)
  expect((await fetch(`${listening.otlpAddress}/v1/traces`)).status).toBe(405)
  const live = await fetch(`${listening.address}/api/events`)
  const waiting = fetch(
    `${listening.address}/api/traces/${'a'.repeat(32)}?wait=complete&timeout=60s`,
  )
  const cut = expect(waiting).rejects.toThrow()
  started.kill('SIGTERM')
  const [code] = await once(started, 'exit')
  expect(code).toBe(0)
  await live.text()
  await cut
})

test('says which variable it cannot use, and does not start', async () => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const started = spawn(process.execPath, ['-C', '@throughline/source', main], {
    env: { LENS_PORT: 'high' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  child = started
  const [[code], stderr] = await Promise.all([
    once(started, 'exit'),
    started.stderr.setEncoding('utf8').toArray(),
  ])
  expect(code).toBe(1)
  expect(stderr.join('')).toContain('LENS_PORT')
})
