import { afterEach, expect, test, vi } from 'vitest'
import { longTurn, type RunningApp, startApp, turn } from '../testing/running-app.ts'

let app: RunningApp | undefined
afterEach(async () => {
  await app?.close()
  app = undefined
})

const ready = async (url: string) => (await fetch(`${url}/readyz`)).ok

test('answers 503 to requests that the engine takes down with it, and then goes on', async () => {
  app = await startApp()
  const { client, engine, url } = app
  const pid = engine.pid() ?? 0
  // Stopped, it cannot finish before it is killed.
  process.kill(pid, 'SIGSTOP')
  const outcomes = Promise.allSettled(
    Array.from({ length: 6 }, () => client.chat.completions.create({ ...turn, stream: true })),
  )
  process.kill(pid, 'SIGKILL')
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { status: 503, code: 'engine_unavailable' },
    })
  }
  await vi.waitFor(async () => expect(await ready(url)).toBe(true), { timeout: 15_000 })
  expect(engine.pid()).not.toBe(pid)
  expect((await client.chat.completions.create(turn)).choices[0]?.finish_reason).toBe('stop')
})

test('ends a stream with an error when the engine dies in the middle of it', async () => {
  app = await startApp()
  const { client, engine, url } = app
  const cutStream = async () => {
    expect(await ready(url)).toBe(true)
    for await (const { choices } of await client.chat.completions.create({
      ...longTurn,
      stream: true,
    })) {
      if (choices[0]?.delta.content) process.kill(engine.pid() ?? 0, 'SIGKILL')
    }
  }
  // A quick engine may be done before it is killed; then the next stream is cut.
  await vi.waitFor(
    () => expect(cutStream()).rejects.toMatchObject({ code: 'engine_unavailable' }),
    { timeout: 15_000 },
  )
})

test('stops an answer that takes too long', async () => {
  app = await startApp({ MODEL_TIMEOUT_MS: '15' })
  const asked = app.client.chat.completions.create(longTurn)
  await expect(asked).rejects.toMatchObject({ status: 504, code: 'timeout' })
})
