// What an engine that hangs may take away: the requests that it was working on, and nothing else.
import { createLogger } from '@throughline/telemetry'
import { afterEach, expect, test, vi } from 'vitest'
import { modelFiles, withFacts } from '../testing/model-files.ts'
import { longTurn, type RunningApp, startApp, turn } from '../testing/running-app.ts'
import { type Engine, startEngine } from './engine.ts'

const files = modelFiles()
const isOver = { timeout: 20_000 }

let app: RunningApp | undefined
let engine: Engine | undefined
afterEach(async () => {
  await app?.close()
  await engine?.close()
  app = undefined
  engine = undefined
})

const statusOf = async (path: string) => (await fetch(`${app?.url}${path}`)).status

test('replaces an engine that does not move, and answers 503 meanwhile', async () => {
  app = await startApp({ MODEL_STALL_MS: '2000' })
  const { client } = app
  const pid = app.engine.pid() ?? 0
  process.kill(pid, 'SIGSTOP')
  const asked = Promise.allSettled(
    [turn, longTurn].map((body) => client.chat.completions.create(body)),
  )
  expect(await statusOf('/healthz')).toBe(200)
  for (const outcome of await asked) {
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: {
        status: 503,
        code: 'engine_unavailable',
        message: expect.stringContaining('no progress for 2000 ms'),
      },
    })
  }
  await vi.waitFor(async () => expect(await statusOf('/readyz')).toBe(200), isOver)
  expect(app.engine.pid()).not.toBe(pid)
  expect((await client.chat.completions.create(turn)).choices).toHaveLength(1)
}, 60_000)

test('replaces an engine whose model turns in circles', async () => {
  // A chat template is a program. This one never ends once a chat is long.
  const loop = '{% for a in range(99999) %}'.repeat(4) + '{% endfor %}'.repeat(4)
  const template = `{% for message in messages %}{{ message.content }}{% endfor %}{% if messages|length > 8 %}${loop}{% endif %}`
  const path = files.write('circles.gguf', withFacts({ 'tokenizer.chat_template': template }))
  app = await startApp({ MODEL_PATH: path, MODEL_STALL_MS: '2000' })
  const asked = app.client.chat.completions.create({
    model: 'circles',
    messages: Array.from({ length: 21 }, (_, turns) => ({
      role: turns % 2 === 0 ? ('user' as const) : ('assistant' as const),
      content: 'and',
    })),
  })
  await expect(asked).rejects.toMatchObject({ status: 503, code: 'engine_unavailable' })
  await vi.waitFor(async () => expect(await statusOf('/readyz')).toBe(200), isOver)
}, 60_000)

test('says how an engine ended each time that it is restarted', async () => {
  const deaths: string[] = []
  const logger = createLogger({ name: 'model-server', level: 'silent' })
  engine = await startEngine({
    ...{ modelPath: files.write('short-lived.gguf'), slots: 1, maxContextTokens: 64, threads: 1 },
    ...{ loadTimeoutMs: 60_000, stallMs: 60_000, logger },
    onRestart: (kind) => deaths.push(kind),
  })
  for (const signal of ['SIGKILL', 'SIGSEGV', 'SIGKILL'] as const) {
    await vi.waitFor(() => expect(engine?.isReady()).toBe(true), isOver)
    const restarts = deaths.length
    process.kill(engine.pid() ?? 0, signal)
    await vi.waitFor(() => expect(deaths.length).toBe(restarts + 1), isOver)
  }
  expect(deaths).toEqual(['killed', 'crash', 'killed'])
}, 90_000)

test('tells what it holds, and nothing while it is gone', async () => {
  app = await startApp()
  const { engine: running } = app
  const { kvCells, rssBytes } = running.stats() ?? {}
  expect(kvCells).toBe(4 * running.contextTokens)
  expect(rssBytes).toBeGreaterThan(10_000_000)
  await app.client.chat.completions.create(turn)
  await vi.waitFor(() => expect(running.stats()?.kvCellsUsed).toBeGreaterThan(20), isOver)
  process.kill(running.pid() ?? 0, 'SIGKILL')
  await vi.waitFor(() => expect(running.stats()).toBeUndefined(), isOver)
}, 60_000)
