// What callers do to a queue, and what becomes of it: afterwards everything is as it was before.
import { type ClientRequest, request, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { queryObjects } from 'node:v8'
import fc from 'fast-check'
import OpenAI from 'openai'
import { afterEach, expect, test, vi } from 'vitest'
import { modelFiles, withFacts } from '../testing/model-files.ts'
import { longTurn, type RunningApp, startApp, turn } from '../testing/running-app.ts'
import type { Slots } from './slots.ts'

let app: RunningApp
let slots: Slots
afterEach(() => app.close())

async function start(...settings: Parameters<typeof startApp>): Promise<void> {
  app = await startApp(...settings)
  const [model] = app.models.loaded()
  if (model === undefined) throw new Error('No model is loaded')
  slots = model.slots
}

/** Also what the gauges show. */
const rest = { waiting: 0, busy: 0 }
const state = () => ({ waiting: slots.waiting(), busy: slots.busy() })
const untilAtRest = () => vi.waitFor(() => expect(state()).toEqual(rest), { timeout: 20_000 })

/** In a context that is large enough, no answer ends before fifty have begun: each writes a token when all do. */
const endless = {
  ...longTurn.response_format,
  json_schema: {
    name: 'digits',
    schema: { type: 'string', pattern: `^${'[0-9]{225}-'.repeat(4)}$` },
  },
}

test('ends fifty streams with an error when their engine is killed, and serves again', async () => {
  const path = modelFiles().write('negotiator.gguf', withFacts({ 'llama.context_length': 1_024 }))
  await start({ MODEL_PATH: path, MODEL_SLOTS: '50' })
  let begun = 0
  const read = async (user: string) => {
    let isFirst = true
    const body = { ...longTurn, response_format: endless, user, stream: true } as const
    for await (const { choices } of await app.client.chat.completions.create(body)) {
      if (!choices[0]?.delta.content || !isFirst) continue
      isFirst = false
      begun += 1
      if (begun === 50) process.kill(app.engine.pid() ?? 0, 'SIGKILL')
    }
  }
  const outcomes = await Promise.allSettled(
    Array.from({ length: 50 }, (_, user) => read(`${user}`)),
  )
  const cut = { status: 'rejected', reason: { code: 'engine_unavailable', status: undefined } }
  for (const outcome of outcomes) expect(outcome).toMatchObject(cut)
  expect(state()).toEqual(rest)
  const answer = () => app.client.chat.completions.create(turn)
  const { choices } = await vi.waitFor(answer, { timeout: 20_000 })
  expect(choices[0]?.finish_reason).toBe('stop')
})

test('says who is served first, and refuses a tenant who takes too much with the time to come back', async () => {
  await start({ MODEL_SLOTS: '1', MODEL_QUEUE_LIMIT: '8' })
  const running = slots.enter('busy')
  const asked = Array.from({ length: 5 }, () =>
    app.client.chat.completions.create({ ...turn, user: 'busy' }).withResponse(),
  )
  const refused = expect(asked.at(-1)).rejects.toSatisfy((err) => {
    expect(err).toBeInstanceOf(OpenAI.RateLimitError)
    expect(err).toMatchObject({ code: 'queue_full', type: 'rate_limit_error' })
    expect(err.headers.get('retry-after')).toBe('1')
    return true
  })
  await vi.waitFor(() => expect(slots.waiting()).toBe(4))
  const other = app.client.chat.completions.create({ ...turn, user: 'other' }).withResponse()
  await vi.waitFor(() => expect(slots.waiting()).toBe(5))
  running.leave()
  const positions = (await Promise.allSettled([...asked, other])).flatMap((outcome) =>
    outcome.status === 'fulfilled'
      ? [outcome.value.response.headers.get('x-throughline-queue-position')]
      : [],
  )
  expect(positions.sort()).toEqual(['0', '0', '1', '2', '3'])
  await refused
  await untilAtRest()
})

test('lets go of those whose time is up while they wait', async () => {
  await start({ MODEL_SLOTS: '1' }, { timeoutMs: 200 })
  const running = slots.enter('busy')
  const asked = ['busy', 'other', ''].map((user) =>
    expect(app.client.chat.completions.create({ ...turn, user })).rejects.toMatchObject({
      status: 504,
      code: 'timeout',
    }),
  )
  await Promise.all(asked)
  expect(state()).toEqual({ waiting: 0, busy: 1 })
  running.leave()
})

interface Leaver {
  readonly tenant: string
  /** At once, after some turns of the event loop, with the headers, after some chunks, or not at all. */
  readonly leaves: 'unsent' | 'sent' | 'headers' | 'chunks' | 'never'
  readonly count: number
}

const leaver: fc.Arbitrary<Leaver> = fc.record({
  tenant: fc.constantFrom('one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'),
  leaves: fc.constantFrom('unsent', 'sent', 'headers', 'chunks', 'never'),
  count: fc.integer({ min: 0, max: 60 }),
})
const leavers = (count: number, seed: number) => fc.sample(leaver, { numRuns: count, seed })

/** A connection of its own, so that it ends with the request. */
async function comeAndLeave({ tenant, leaves, count }: Leaver): Promise<void> {
  const sent = request(`${app.url}/v1/chat/completions`, {
    agent: false,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  })
  const closed = untilClosed(sent)
  sent.on('response', (response) => {
    let chunks = 0
    if (leaves === 'headers') sent.destroy()
    response.on('error', () => {})
    response.on('data', () => {
      chunks += 1
      if (leaves === 'chunks' && chunks > count / 10) sent.destroy()
    })
  })
  sent.end(JSON.stringify({ ...longTurn, user: tenant, stream: true }))
  if (leaves === 'unsent') sent.destroy()
  if (leaves === 'sent') {
    for (let turns = 0; turns < count; turns++) await nextTurn()
    sent.destroy()
  }
  await closed
}

const untilClosed = (sent: ClientRequest) =>
  new Promise<void>((resolve) => {
    sent.on('error', () => {})
    sent.on('close', resolve)
  })

/** What a request is made of, as far as it is still held by somebody. */
const heldObjects = () =>
  [ServerResponse, Socket, AbortSignal].map((kind) => queryObjects(kind, { format: 'count' }))

test('is as before when five hundred have come and left at any moment', async () => {
  await start({ MODEL_SLOTS: '8', MODEL_QUEUE_LIMIT: '1000' })
  const untilQuiet = async () => {
    await untilAtRest()
    await vi.waitFor(async () => expect(await app.connections()).toBe(0), { timeout: 20_000 })
  }
  const pid = app.engine.pid()
  await Promise.all(leavers(100, 1).map(comeAndLeave))
  await untilQuiet()
  const before = heldObjects()
  const engineBytes = () => app.engine.stats()?.rssBytes ?? Number.NaN
  const engineBefore = engineBytes()
  await Promise.all(leavers(500, 2).map(comeAndLeave))
  await untilQuiet()

  // One way in five to leave would hold a hundred of each.
  await vi.waitFor(() => {
    for (const [kind, count] of heldObjects().entries()) {
      expect(count - (before[kind] ?? 0)).toBeLessThan(50)
    }
  })
  expect((engineBytes() - engineBefore) / 2 ** 20).toBeLessThan(64)
  expect(app.engine.pid()).toBe(pid)
  const answers = ['one', 'new'].map((user) =>
    app.client.chat.completions.create({ ...turn, user }),
  )
  const texts = (await Promise.all(answers)).map(({ choices }) => choices[0]?.message.content)
  expect(texts).toEqual([expect.stringMatching(/^\{"action"/), texts[0]])
})
