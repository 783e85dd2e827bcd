import type { ServerResponse } from 'node:http'
import { inspect } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { readPrices } from '../cost/prices.ts'
import { openSpending } from '../cost/spending.ts'
import { noUsage } from '../cost/usage.ts'
import {
  answer,
  fail,
  type ModelPeer,
  openStream,
  sendChunk,
  startModelPeer,
} from '../testing/model-peer.ts'
import { createModelClient } from './model-client.ts'

let peer: ModelPeer
beforeEach(async () => {
  peer = await startModelPeer()
})
afterEach(() => peer[Symbol.asyncDispose]())

const question = {
  name: 'analyse',
  prompt: 'analyse category:cameras',
  answer: z.strictObject({ leverage: z.enum(['weak', 'strong']) }),
}

const prices = readPrices({
  unit: 'USD per million tokens',
  models: { tiny: { asOf: '2026-11-21', input: 1, output: 10 } },
})

interface AskSettings {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
  readonly url?: string
  readonly name?: string
  readonly budgetNanoUsd?: number
}

function ask({ budgetNanoUsd, name = 'tiny', url = peer.url, ...settings }: AskSettings = {}) {
  const { signal = new AbortController().signal, timeoutMs = 5_000 } = settings
  const tokens: string[] = []
  const spending = openSpending({ tenantId: 'demo', prices, budgetNanoUsd })
  const askModel = createModelClient({ url, name, temperature: 0, timeoutMs })
  const onToken = (text: string) => void tokens.push(text)
  return {
    reply: askModel(question, { tenantId: 'demo', signal, onToken, spending }),
    tokens,
    spending,
  }
}

test('asks for exactly the form it will accept, and streams', async () => {
  peer.behaviour = answer('{"leverage":"weak"}')
  await ask().reply
  expect(peer.requests[0]?.body).toEqual({
    model: 'tiny',
    user: 'demo',
    messages: [{ role: 'user', content: 'analyse category:cameras' }],
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0,
    max_tokens: 256,
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'analyse',
        strict: true,
        schema: {
          type: 'object',
          properties: { leverage: { type: 'string', enum: ['weak', 'strong'] } },
          required: ['leverage'],
          additionalProperties: false,
        },
      },
    },
  })
})

test('returns the checked answer, and the tokens on the way', async () => {
  peer.behaviour = answer('{"leverage":"weak"}')
  const { reply, tokens } = ask()
  expect(await reply).toEqual({ leverage: 'weak' })
  expect(tokens.length).toBeGreaterThan(1)
  expect(tokens.join('')).toBe('{"leverage":"weak"}')
})

const twentyInNineOut = { inputTokens: 20, outputTokens: 9, costNanoUsd: 110_000, unpricedCalls: 0 }
const unpriced = { ...noUsage, unpricedCalls: 1 }

/** One complete answer, without a word on tokens unless they are given. */
const answerWith = (usage?: object) => (response: ServerResponse) => {
  openStream(response)
  const choices = [{ delta: { content: '{"leverage":"weak"}' }, finish_reason: 'stop' }]
  const chunk = JSON.stringify({ model: 'tiny-build-4711', choices, usage })
  response.end(`data: ${chunk}\n\ndata: [DONE]\n\n`)
}

test('a call costs its tokens, whether or not its answer is of use', async () => {
  peer.behaviour = answer('{"leverage":"weak"}')
  const good = ask()
  await good.reply
  expect(good.spending.used()).toEqual(twentyInNineOut)
  peer.behaviour = answer('{"leverage":"none"}')
  const bad = ask()
  await expect(bad.reply).rejects.toMatchObject({ code: 'model_answer_invalid' })
  expect(bad.spending.used()).toEqual(twentyInNineOut)
})

test('an unknown model counts as unknown, never as free', async () => {
  peer.behaviour = answer('{"leverage":"weak"}')
  const { reply, spending } = ask({ name: 'nobody-knows' })
  await reply
  expect(spending.used()).toEqual({ ...twentyInNineOut, costNanoUsd: 0, unpricedCalls: 1 })
})

test('prices by the name it asked by, whatever the server calls itself', async () => {
  peer.behaviour = answerWith({ prompt_tokens: 20, completion_tokens: 9 })
  const { reply, spending } = ask()
  await reply
  expect(spending.used()).toEqual(twentyInNineOut)
})

test.each([
  undefined,
  { prompt_tokens: -1, completion_tokens: 9 },
  { prompt_tokens: 1e15, completion_tokens: 9 },
  { prompt_tokens: '20', completion_tokens: 9 },
])('a server that says %j of its tokens leaves the cost unknown', async (usage) => {
  peer.behaviour = answerWith(usage)
  const { reply, spending } = ask()
  await reply
  expect(spending.used()).toEqual(unpriced)
})

test('an answer that breaks off leaves the cost unknown, a refusal costs nothing', async () => {
  peer.behaviour = (response) => {
    openStream(response)
    sendChunk(response, { content: '{' })
    setImmediate(() => response.destroy())
  }
  const broken = ask()
  await expect(broken.reply).rejects.toMatchObject({ code: 'model_unavailable' })
  expect(broken.spending.used()).toEqual(unpriced)
  peer.behaviour = fail(500)
  const refused = ask()
  await expect(refused.reply).rejects.toMatchObject({ code: 'model_unavailable' })
  expect(refused.spending.used()).toEqual(noUsage)
})

test('a call that could pass the budget is not made', async () => {
  peer.behaviour = answer('{"leverage":"weak"}')
  const { reply } = ask({ budgetNanoUsd: 2_600_000 })
  await expect(reply).rejects.toMatchObject({ code: 'budget_exceeded', consequence: 'fail' })
  expect(peer.requests).toEqual([])
  // 256 tokens out and every byte of the request in: some 2.9 million billionths.
  await ask({ budgetNanoUsd: 3_500_000 }).reply
  expect(peer.requests).toHaveLength(1)
})

test('with a budget, a model without a price is not asked', async () => {
  const { reply } = ask({ name: 'nobody-knows', budgetNanoUsd: 1e12 })
  await expect(reply).rejects.toMatchObject({ code: 'model_unpriced' })
  expect(peer.requests).toEqual([])
})

test.each([
  ['answers 500', fail(500), 'model_unavailable'],
  ['is overloaded', fail(429), 'model_unavailable'],
  ['refuses the request', fail(400), 'model_request_refused'],
  ['answers something else than JSON', answer('weak'), 'model_answer_invalid'],
  ['answers JSON of another form', answer('{"leverage":"none"}'), 'model_answer_invalid'],
  ['adds a field', answer('{"leverage":"weak","x":1}'), 'model_answer_invalid'],
  ['runs out of tokens', answer('{"leverage":"we', 'length'), 'model_answer_invalid'],
] as const)('fails when the model %s', async (_, behaviour, code) => {
  peer.behaviour = behaviour
  await expect(ask().reply).rejects.toMatchObject({ code })
})

test.each(['Dear seller', '{"Dear seller":1}'])(
  'says what is wrong with %j without a word of it',
  async (text) => {
    peer.behaviour = answer(text)
    const failure = (await ask().reply.catch((err) => err)) as Error
    expect(failure).toMatchObject({ code: 'model_answer_invalid', cause: expect.any(Error) })
    expect(inspect(failure)).not.toContain('Dear')
  },
)

test('fails when the stream is not made of JSON', async () => {
  peer.behaviour = (response) => {
    openStream(response)
    response.end('data: {oops\n\n')
  }
  await expect(ask().reply).rejects.toMatchObject({ code: 'model_answer_invalid' })
})

test.each(['null', '{}', '{"choices":null}', '{"choices":[{}]}', '[]', '1'])(
  'fails when the stream holds %s instead of chunks',
  async (chunk) => {
    peer.behaviour = (response) => {
      openStream(response)
      response.end(`data: ${chunk}\n\ndata: [DONE]\n\n`)
    }
    await expect(ask().reply).rejects.toMatchObject({ code: expect.stringMatching(/^model_/) })
  },
)

test('fails when the stream reports an error', async () => {
  peer.behaviour = (response) => {
    openStream(response)
    sendChunk(response, { content: '{' })
    response.end('data: {"error":{"message":"inner details"}}\n\n')
  }
  await expect(ask().reply).rejects.toMatchObject({ code: 'model_unavailable' })
})

test.each(['end', 'destroy'] as const)('fails when the stream breaks off: %s', async (how) => {
  peer.behaviour = (response): void => {
    openStream(response)
    sendChunk(response, { content: '{"leverage":"weak"}' })
    setImmediate(() => response[how]())
  }
  await expect(ask().reply).rejects.toMatchObject({ code: 'model_unavailable' })
})

test('fails when the answer never ends, and hangs up', async () => {
  const hungUp = new Promise((resolve) => {
    peer.behaviour = (response) => {
      openStream(response)
      const more = setInterval(() => sendChunk(response, { content: 'x'.repeat(1_000) }), 1)
      response.on('close', () => resolve(clearInterval(more)))
    }
  })
  await expect(ask().reply).rejects.toMatchObject({ code: 'model_answer_invalid' })
  await hungUp
})

test('fails in time when the model stalls, before or within its answer', async () => {
  peer.behaviour = () => {}
  await expect(ask({ timeoutMs: 50 }).reply).rejects.toMatchObject({ code: 'model_unavailable' })
  peer.behaviour = (response) => {
    openStream(response)
    sendChunk(response, { content: '{"leverage"' })
  }
  await expect(ask({ timeoutMs: 50 }).reply).rejects.toMatchObject({ code: 'model_unavailable' })
})

test('fails when nobody listens', async () => {
  const { reply } = ask({ url: 'http://127.0.0.1:1' })
  await expect(reply).rejects.toMatchObject({ code: 'model_unavailable' })
})

test.each([
  ['lease_lost', 'lease_lost'],
  ['draining', 'draining'],
])('stops at once when the task is told to: %s', async (reason, code) => {
  const controller = new AbortController()
  peer.behaviour = (response) => {
    openStream(response)
    sendChunk(response, { content: '{' })
    setImmediate(() => controller.abort(reason))
  }
  await expect(ask({ signal: controller.signal }).reply).rejects.toMatchObject({ code })
})
