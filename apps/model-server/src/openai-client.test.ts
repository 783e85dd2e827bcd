// The official client of npm against every route, as its users call it.
import OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { collect, longTurn, type RunningApp, startApp, turn } from './testing/running-app.ts'

let app: RunningApp
let client: OpenAI
beforeAll(async () => {
  app = await startApp({ MODEL_SLOTS: '1', MODEL_QUEUE_LIMIT: '1' })
  client = app.client
})
afterAll(() => app.close())

const slots = async () => {
  const { slots } = await app.models.get('negotiator', AbortSignal.timeout(1_000))
  return [slots.busy(), slots.waiting()]
}

test('streams to the helper, which puts the answer together again', async () => {
  const whole = await client.chat.completions.create(turn)
  const runner = client.chat.completions.stream({
    ...turn,
    stream_options: { include_usage: true },
  })
  const pieces: string[] = []
  runner.on('content', (piece) => pieces.push(piece))
  const { choices, usage } = await runner.finalChatCompletion()
  expect(choices[0]?.message.content).toBe(whole.choices[0]?.message.content)
  expect(pieces.join('')).toBe(whole.choices[0]?.message.content)
  expect(usage?.completion_tokens).toBe(whole.usage?.completion_tokens)
})

test('answers in the form of a zod schema, parsed', async () => {
  const offer = z.object({
    action: z.enum(['offer', 'leave']),
    price: z.int().min(1).max(9_999),
    extras: z.array(z.enum(['case', 'strap'])).max(2),
    deadline: z.string().max(4).nullable(),
  })
  const { choices } = await client.chat.completions.parse({
    ...turn,
    temperature: 1,
    seed: 3,
    response_format: zodResponseFormat(offer, 'offer'),
  })
  expect(offer.safeParse(choices[0]?.message.parsed).error).toBeUndefined()
})

test('completes text, whole and streamed', async () => {
  const asked = { model: 'negotiator', prompt: 'Could you do', temperature: 0, max_tokens: 12 }
  const whole = await client.completions.create(asked)
  expect(whole).toMatchObject({
    object: 'text_completion',
    choices: [{ finish_reason: expect.stringMatching(/stop|length/), logprobs: null }],
    usage: { completion_tokens: expect.any(Number) },
  })
  const chunks = await collect(
    await client.completions.create({
      ...asked,
      stream: true,
      stream_options: { include_usage: true },
    }),
  )
  expect(chunks.map(({ choices }) => choices[0]?.text ?? '').join('')).toBe(whole.choices[0]?.text)
  expect(chunks.at(-1)).toMatchObject({
    choices: [],
    usage: { completion_tokens: whole.usage?.completion_tokens },
  })
})

test('goes on with a text as it stands, not as an answer to it', async () => {
  const answered = await client.chat.completions.create({
    ...turn,
    messages: [{ role: 'user', content: 'a' }],
  })
  const { usage } = await client.completions.create({ model: 'negotiator', prompt: 'a' })
  // The conversation's own words are not there.
  expect(usage?.prompt_tokens).toBeLessThan(answered.usage?.prompt_tokens ?? 0)
  expect(usage?.completion_tokens).toBeLessThanOrEqual(16)
})

test('frees the slot of a caller who aborts in the middle of a stream', async () => {
  const stream = await client.chat.completions.create({ ...longTurn, stream: true })
  for await (const { choices } of stream) if (choices[0]?.delta.content) stream.controller.abort()
  await vi.waitFor(async () => expect(await slots()).toEqual([0, 0]))
})

test('frees the slot of a caller who aborts before there is an answer', async () => {
  const controller = new AbortController()
  const asked = client.chat.completions.create(longTurn, { signal: controller.signal })
  await vi.waitFor(async () => expect(await slots()).toEqual([1, 0]))
  controller.abort()
  await expect(asked).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
  await vi.waitFor(async () => expect(await slots()).toEqual([0, 0]))
})

test('refuses with the errors that the client has names for', async () => {
  const { create } = client.chat.completions
  const ask = (body: object) => create.call(client.chat.completions, { ...turn, ...body })
  await expect(ask({ n: 2 })).rejects.toThrow(OpenAI.BadRequestError)
  await expect(ask({ model: 'gpt-4o' })).rejects.toThrow(OpenAI.NotFoundError)
  await expect(client.models.delete('negotiator')).rejects.toMatchObject({ status: 405 })
  await expect(client.models.retrieve('someone/else')).rejects.toThrow(OpenAI.NotFoundError)

  const many = Array.from({ length: 8 }, () => client.chat.completions.create(longTurn))
  const outcomes = await Promise.allSettled(many)
  const reasons = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  )
  expect(reasons[0]).toBeInstanceOf(OpenAI.RateLimitError)

  process.kill(app.engine.pid() ?? 0, 'SIGKILL')
  await expect(ask({})).rejects.toThrow(OpenAI.InternalServerError)
  await vi.waitFor(() => expect(app.engine.isReady()).toBe(true), { timeout: 10_000 })
})

test('tells its id, by which the log is searched, with answers and with errors', async () => {
  expect((await client.chat.completions.create(turn))._request_id).toMatch(/^req_/)
  await expect(client.models.retrieve('x')).rejects.toMatchObject({
    requestID: expect.stringMatching(/^req_/),
  })
})

test('leaves a client that gives up nothing but its own timeout', async () => {
  const engine = app.engine.pid() ?? 0
  process.kill(engine, 'SIGSTOP')
  const asked = client.chat.completions.create(turn, { timeout: 50 })
  await expect(asked).rejects.toThrow(OpenAI.APIConnectionTimeoutError)
  process.kill(engine, 'SIGCONT')
  await vi.waitFor(async () => expect(await slots()).toEqual([0, 0]))
  expect((await client.chat.completions.create(turn)).choices).toHaveLength(1)
})
