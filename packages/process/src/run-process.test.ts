import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const moduleUrl = new URL('./run-process.ts', import.meta.url).href

interface Outcome {
  readonly code: number | null
  readonly output: string
}

/** Runs `body` as the start of a real process; sends the signals once it has printed `ready`. */
async function runScript(body: string, ...signals: NodeJS.Signals[]): Promise<Outcome> {
  const source = `import { runProcess } from ${JSON.stringify(moduleUrl)}
    const say = (text) => process.stdout.write(text + '\\n')
    ${body}`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', source], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const collect = (chunk: Buffer) => {
    output += chunk
    if (output.includes('ready')) for (const signal of signals.splice(0)) child.kill(signal)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output }
}

test('releases in reverse order of acquisition, once, however many signals arrive', async () => {
  const { code, output } = await runScript(
    `await runProcess(async (onStop) => {
      onStop('first', () => say('release first'))
      onStop('second', async () => { await new Promise((r) => setTimeout(r, 50)); say('release second') })
      setInterval(() => {}, 1000)
      say('ready')
    })`,
    'SIGTERM',
    'SIGINT',
    'SIGTERM',
  )
  expect(output.trim().split('\n')).toEqual(['ready', 'release second', 'release first'])
  expect(code).toBe(0)
})

test('goes on releasing after a release fails, and exits with 1', async () => {
  const { code, output } = await runScript(
    `await runProcess(async (onStop) => {
      onStop('first', () => say('release first'))
      onStop('second', () => { throw new Error('stuck') })
      setInterval(() => {}, 1000)
      say('ready')
    })`,
    'SIGTERM',
  )
  expect(output).toContain('could not stop second: Error: stuck')
  expect(output).toContain('release first')
  expect(code).toBe(1)
})

test('releases what was acquired when the start fails', async () => {
  const { code, output } = await runScript(
    `await runProcess(async (onStop) => {
      onStop('first', () => say('release first'))
      throw new Error('no database')
    })`,
  )
  expect(output).toContain('could not start: Error: no database')
  expect(output).toContain('release first')
  expect(code).toBe(1)
})

test('exits when a release never ends', async () => {
  const { code, output } = await runScript(
    `await runProcess(async (onStop) => {
      onStop('first', () => new Promise(() => {}))
      setInterval(() => {}, 1000)
      say('ready')
    }, { stopTimeoutMs: 100 })`,
    'SIGINT',
  )
  expect(output).toContain('did not stop within 100 ms')
  expect(code).toBe(1)
})

test('a signal during the start ends it: what it is acquiring is released, and nothing has failed', async () => {
  const { code, output } = await runScript(
    `await runProcess(async (onStop) => {
      setInterval(() => {}, 1000)
      const stopped = Promise.withResolvers()
      onStop('first', async () => {
        stopped.resolve()
        await acquired.promise
        say('release first')
      })
      const acquired = Promise.withResolvers()
      say('ready')
      await stopped.promise
      acquired.resolve()
      onStop('second', () => say('release second'))
      say('listening')
    })`,
    'SIGTERM',
  )
  expect(output.trim().split('\n')).toEqual(['ready', 'release first', 'release second'])
  expect(code).toBe(0)
})
