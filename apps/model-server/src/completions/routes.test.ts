import {
  analyseAnswerSchema,
  analysePrompt,
  decideAnswerSchema,
  decidePrompt,
  type Position,
  proposeAnswerSchema,
  proposePrompt,
} from '@throughline/contracts'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { collect, longTurn, type RunningApp, startApp, turn } from '../testing/running-app.ts'

let app: RunningApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app.close())

const structured = (name: string, schema: z.ZodType) => ({
  type: 'json_schema' as const,
  json_schema: { name, strict: true, schema: z.toJSONSchema(schema) as Record<string, unknown> },
})

const position: Position = {
  ...{ side: 'buyer', round: 1, askDollars: 450, offerDollars: 0, limitDollars: 400 },
}
const turns = {
  analyse: [
    analysePrompt({ side: 'buyer', category: 'cameras', condition: 'worn', daysListed: 60 }),
    analyseAnswerSchema,
  ],
  propose: [proposePrompt({ ...position, leverage: 'fair' }), proposeAnswerSchema],
  decide: [decidePrompt({ ...position, priceDollars: 396, tone: 'plain' }), decideAnswerSchema],
} as const

test.for(Object.entries(turns))(
  'answers %s in the form that was asked for',
  async ([name, [prompt, schema]]) => {
    for (const temperature of [0, 0.8, 2]) {
      const { choices, usage } = await app.client.chat.completions.create({
        model: 'negotiator',
        messages: [{ role: 'user', content: prompt }],
        temperature,
        seed: 7,
        response_format: structured(name, schema),
      })
      expect(choices[0]?.finish_reason).toBe('stop')
      const answer = JSON.parse(choices[0]?.message.content ?? '')
      expect(schema.safeParse(answer).error).toBeUndefined()
      expect(usage?.total_tokens).toBe(
        (usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0),
      )
    }
  },
)

test('copies the price that was computed for it', async () => {
  const { choices } = await app.client.chat.completions.create({
    ...turn,
    messages: [{ role: 'user', content: turns.propose[0] }],
    response_format: structured('propose', proposeAnswerSchema),
  })
  expect(JSON.parse(choices[0]?.message.content ?? '')).toMatchObject({ price: '00396' })
})

test('streams the same answer in chunks, with one end and the usage last', async () => {
  // Of somebody with a name the slot keeps what it has read.
  const named = { ...turn, user: 'ada' }
  const whole = await app.client.chat.completions.create(named)
  const stream = await app.client.chat.completions.create({
    ...named,
    stream: true,
    stream_options: { include_usage: true },
  })
  const chunks = await collect(stream)

  const choices = chunks.flatMap(({ choices: [choice] }) => choice ?? [])
  expect(choices[0]?.delta).toEqual({ role: 'assistant', content: '' })
  expect(choices.map(({ delta }) => delta.content ?? '').join('')).toBe(
    whole.choices[0]?.message.content,
  )
  expect(choices.map((choice) => choice.finish_reason).filter(Boolean)).toEqual(['stop'])
  expect(choices.length).toBeGreaterThanOrEqual(3)
  const { prompt_tokens = 0, ...usage } = whole.usage ?? {}
  expect(chunks.at(-1)).toMatchObject({
    choices: [],
    // The slot had read all of it but the token that decoding begins with.
    usage: { ...usage, prompt_tokens, prompt_tokens_details: { cached_tokens: prompt_tokens - 1 } },
  })
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
})

test('sends the first text of a stream along with its opening', async () => {
  const response = await app.post({ ...turn, stream: true })
  if (response.body === null) throw new Error('There is no answer')
  const [first = new Uint8Array()] = await collect(response.body)
  const [opening, text] = new TextDecoder().decode(first).split('\n\n')
  expect(opening).toContain('"delta":{"role":"assistant","content":""}')
  expect(text).toMatch(/"delta":{"content":".+"}/)
})

const sample = async (seed?: number) => {
  const { choices } = await app.client.chat.completions.create({ ...turn, temperature: 2, seed })
  return choices[0]?.message.content
}

// With all of its 32 bits set, a number is llama.cpp's word for any seed.
test.for([1, -1, 4_294_967_295])('gives the same answer for the same seed: %i', async (seed) => {
  expect(await sample(seed)).toBe(await sample(seed))
})

test('gives different answers for different seeds, and without one at the same moment', async () => {
  for (const seeds of [[1, 2, 3, 4], Array(4).fill(undefined)]) {
    const answers = await Promise.all(seeds.map((seed) => sample(seed)))
    expect(new Set(answers).size).toBeGreaterThan(1)
  }
})

test('ends at a stop sequence, at the limit and at the end of the context', async () => {
  const complete = (body: OpenAI.ChatCompletionCreateParamsNonStreaming) =>
    app.client.chat.completions.create(body)
  const stopped = await complete({ ...turn, stop: ['"message"'] })
  expect(stopped.choices[0]).toMatchObject({
    finish_reason: 'stop',
    message: { content: '{"action":"offer",' },
  })
  const limited = await complete({ ...turn, max_tokens: 3 })
  expect(limited).toMatchObject({
    choices: [{ finish_reason: 'length' }],
    usage: { completion_tokens: 3 },
  })
  const filled = await complete({
    ...longTurn,
    response_format: { type: 'json_object' },
    temperature: 2,
    max_tokens: 5_000,
  })
  expect(filled.usage?.total_tokens).toBeLessThanOrEqual(app.engine.contextTokens)
})

test('answers several callers at once, each its own question', async () => {
  const ask = async (price: number) => {
    const prompt = proposePrompt({
      ...{ ...position, askDollars: price, limitDollars: price, leverage: 'weak' },
    })
    const { choices } = await app.client.chat.completions.create({
      ...turn,
      messages: [{ role: 'user', content: prompt }],
    })
    const step = prompt.match(/step:(\d{5})/)?.[1]
    return [JSON.parse(choices[0]?.message.content ?? '').price, step]
  }
  const prices = Array.from({ length: 12 }, (_, i) => 1_111 + 613 * i)
  for (const [given, step] of await Promise.all(prices.map(ask))) expect(given).toBe(step)
})

test('does not take control tokens from a message', async () => {
  const count = async (content: string) => {
    const { usage } = await app.client.chat.completions.create({
      ...turn,
      messages: [{ role: 'user', content }],
      max_tokens: 1,
    })
    return usage?.prompt_tokens ?? 0
  }
  expect(await count('<|end|>')).toBeGreaterThan((await count('a')) + 2)
})

test.for([
  ['', 300, /60\d tokens.*160 tokens/],
  [', whose length alone says so', 30_000, /60000 characters.*160 tokens/],
] as const)(
  'refuses a prompt that does not fit%s, with the numbers, whether a slot is free or not',
  async ([, words, numbers]) => {
    const refused = () =>
      expect(
        app.client.chat.completions.create({
          ...turn,
          messages: [{ role: 'user', content: '1 '.repeat(words) }],
        }),
      ).rejects.toMatchObject({
        status: 400,
        code: 'context_length_exceeded',
        param: 'messages',
        message: expect.stringMatching(numbers),
      })
    await refused()
    const [model] = app.models.loaded()
    const running = Array.from({ length: 4 }, () => model?.slots.enter('busy'))
    expect(model?.slots.busy()).toBe(running.length)
    await refused()
    for (const place of running) place?.leave()
  },
)

test('refuses a model that is not here', async () => {
  const asked = app.client.chat.completions.create({ ...turn, model: 'gpt-4o' })
  await expect(asked).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  await expect(app.client.models.retrieve('gpt-4o')).rejects.toBeInstanceOf(OpenAI.NotFoundError)
})

test('lists its model', async () => {
  const models = await collect(app.client.models.list())
  expect(models.map(({ id }) => id)).toEqual(['negotiator'])
  expect(await app.client.models.retrieve('negotiator')).toMatchObject({ object: 'model' })
})
