import OpenAI from 'openai'
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

test('answers 429 with retry-after when too many wait', async () => {
  app = await startApp({ MODEL_SLOTS: '1', MODEL_QUEUE_LIMIT: '1' })
  const { client } = app
  const answers = Array.from({ length: 30 }, () => client.chat.completions.create(longTurn))
  const outcomes = await Promise.allSettled(answers)

  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.length).toBeLessThan(29)
  for (const { reason } of refused) {
    expect(reason).toBeInstanceOf(OpenAI.RateLimitError)
    expect(reason.headers.get('retry-after')).toBe('1')
  }
})

test('gives the slots of callers who leave to those who come', async () => {
  app = await startApp({ MODEL_SLOTS: '1', MODEL_QUEUE_LIMIT: '80' })
  const { client } = app
  const leave = async (number: number) => {
    const controller = new AbortController()
    const asked = client.chat.completions.create(
      { ...longTurn, stream: true },
      { signal: controller.signal },
    )
    // Some leave the queue, some a stream that has begun.
    if (number % 2 === 0) await (await asked)[Symbol.asyncIterator]().next()
    controller.abort()
    await asked
  }
  await Promise.allSettled(Array.from({ length: 41 }, (_, number) => leave(number)))
  // As many as one slot and a tenant's half of the queue hold: had anybody stayed behind, one of these would be refused.
  const answers = Array.from({ length: 40 }, () => client.chat.completions.create(turn))
  expect(new Set((await Promise.all(answers)).map(({ choices }) => choices.length))).toEqual(
    new Set([1]),
  )
})

test('lets go of an answer within a few tokens', async () => {
  app = await startApp()
  const { engine } = app
  const tokens = await engine.call('tokenize', { messages: turn.messages })
  const answer = {
    ...{ slot: 0, lastToken: tokens.at(-1) ?? 0, maxTokens: 90, temperature: 0, topP: 1, stop: [] },
    grammar: 'root ::= [0-9]{90}',
  }
  const cancelAtFirstText = async () => {
    await engine.call('prefill', { slot: 0, tenant: '', tokens })
    const controller = new AbortController()
    let texts = 0
    const onText = () => {
      texts += 1
      controller.abort(new Error('enough'))
    }
    const decoding = engine.call('decode', answer, { signal: controller.signal, onText })
    await expect(decoding).rejects.toThrow('enough')
    return texts
  }
  // On a busy machine this process may notice the first text late; the engine stops early all the same.
  await vi.waitFor(async () => expect(await cancelAtFirstText()).toBeLessThan(30))
})

test('stops an answer that takes too long', async () => {
  app = await startApp({ MODEL_TIMEOUT_MS: '15' })
  const asked = app.client.chat.completions.create(longTurn)
  await expect(asked).rejects.toMatchObject({ status: 504, code: 'timeout' })
})
