// What holds for every stream, however many run side by side and whenever their callers leave.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { type RunningApp, startApp } from '../testing/running-app.ts'

let app: RunningApp
beforeAll(async () => {
  app = await startApp({ MODEL_SLOTS: '3' })
})
afterAll(() => app.close())

const runs = { seed: 20_261, numRuns: 25 }

const finishReason = z.enum(['stop', 'length'])
const head = { id: z.string(), created: z.int(), model: z.literal('negotiator') }
const usage = z.strictObject({
  prompt_tokens: z.int().positive(),
  completion_tokens: z.int().min(0),
  total_tokens: z.int().positive(),
  prompt_tokens_details: z.strictObject({ cached_tokens: z.int().min(0) }),
})
const choice = { index: z.literal(0), logprobs: z.null(), finish_reason: finishReason.nullable() }
const ending = { usage: usage.nullish() }
const delta = z.strictObject({
  role: z.literal('assistant').optional(),
  content: z.string().optional(),
})
const chunkSchemas = {
  chat: z.strictObject({
    ...head,
    ...ending,
    object: z.literal('chat.completion.chunk'),
    choices: z.array(z.strictObject({ ...choice, delta })).max(1),
  }),
  text: z.strictObject({
    ...head,
    ...ending,
    object: z.literal('text_completion'),
    choices: z.array(z.strictObject({ ...choice, text: z.string() })).max(1),
  }),
}
type Chunk = z.infer<(typeof chunkSchemas)['chat']> | z.infer<(typeof chunkSchemas)['text']>

const asked = fc.record({
  api: fc.constantFrom('chat' as const, 'text' as const),
  price: fc.integer({ min: 1_000, max: 9_999 }),
  temperature: fc.constantFrom(0, 0.8, 1.5),
  seed: fc.nat(),
  maxTokens: fc.integer({ min: 1, max: 40 }),
  stop: fc.constantFrom([], ['"'], ['1', 'you']),
  includeUsage: fc.boolean(),
  /** After so many reads the caller is gone. */
  leaveAfter: fc.option(fc.nat(12), { nil: undefined }),
})
type Asked = typeof asked extends fc.Arbitrary<infer Value> ? Value : never

const paths = { chat: '/v1/chat/completions', text: '/v1/completions' }

function post(wanted: Asked, rest: object, signal?: AbortSignal): Promise<Response> {
  const { api, price, temperature, seed, maxTokens, stop } = wanted
  const content = `decide side:buyer round:1 ask:0${price} offer:0${price - 100} limit:0${price} gap:ok tone:plain`
  const prompt = api === 'chat' ? { messages: [{ role: 'user', content }] } : { prompt: content }
  const body = { model: 'negotiator', temperature, seed, max_tokens: maxTokens, stop }
  return fetch(`${app.url}${paths[api]}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, ...prompt, ...rest }),
    ...(signal && { signal }),
  })
}

const wholeSchema = z.object({
  choices: z.tuple([
    z.object({
      message: z.object({ content: z.string() }).optional(),
      text: z.string().optional(),
      finish_reason: finishReason,
    }),
  ]),
  usage,
})

async function wholeAnswer(wanted: Asked) {
  const body = wholeSchema.parse(await (await post(wanted, {})).json())
  const [{ message, text, finish_reason: end }] = body.choices
  return { text: message?.content ?? text ?? '', end, usage: body.usage }
}

/** What was received as it came; of a caller who left, until then. */
async function streamed(wanted: Asked): Promise<string> {
  const { includeUsage: include_usage, leaveAfter = Infinity } = wanted
  const controller = new AbortController()
  let received = ''
  try {
    const rest = { stream: true, stream_options: { include_usage } }
    const { body } = await post(wanted, rest, controller.signal)
    let reads = 0
    for await (const bytes of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      if (reads++ >= leaveAfter) controller.abort()
      received += bytes
    }
  } catch (err) {
    if (!controller.signal.aborted) throw err
  }
  return received
}

function chunksOf(received: string, api: Asked['api']): Chunk[] {
  return received
    .split('\n\n')
    .slice(0, -1)
    .filter((event) => event !== 'data: [DONE]')
    .map((event) =>
      chunkSchemas[api].parse(JSON.parse(/^data: (?<json>.*)$/.exec(event)?.[1] ?? '')),
    )
}

function textOf(chunks: readonly Chunk[]): string {
  const choices = chunks.flatMap((chunk) => [...chunk.choices])
  return choices.map((part) => ('text' in part ? part.text : (part.delta.content ?? ''))).join('')
}

const endsOf = (chunks: readonly Chunk[]) =>
  chunks.flatMap(({ choices }) => choices[0]?.finish_reason ?? [])

test('streams are sound, whole or not, and leave nothing behind', async () => {
  const seen = { whole: 0, left: 0 }
  const property = fc.asyncProperty(
    fc.array(asked, { minLength: 1, maxLength: 5 }),
    async (all) => {
      const expected: Awaited<ReturnType<typeof wholeAnswer>>[] = []
      for (const wanted of all) expected.push(await wholeAnswer(wanted))
      const received = await Promise.all(all.map(streamed))

      for (const [index, { text: wholeText, end, usage }] of expected.entries()) {
        const wanted = all[index] as Asked
        const text = received[index] ?? ''
        const chunks = chunksOf(text, wanted.api)
        expect(new Set(chunks.map(({ id, created }) => `${id} ${created}`)).size).toBeLessThan(2)
        if (!text.endsWith('data: [DONE]\n\n')) {
          seen.left++
          expect(wanted.leaveAfter).toBeDefined()
          expect(wholeText.startsWith(textOf(chunks))).toBe(true)
          continue
        }
        seen.whole++
        expect(textOf(chunks)).toBe(wholeText)
        expect(endsOf(chunks)).toEqual([end])
        const counted = chunks.filter((chunk) => chunk.usage)
        expect(counted).toEqual(wanted.includeUsage ? [chunks.at(-1)] : [])
        expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens)
        const { completion_tokens, total_tokens } = usage
        const told = wanted.includeUsage ? chunks.at(-1)?.usage : usage
        expect(told).toMatchObject({ completion_tokens, total_tokens })
      }
      const { slots } = await app.models.get('negotiator', AbortSignal.timeout(1_000))
      await vi.waitFor(() => expect([slots.busy(), slots.waiting()]).toEqual([0, 0]))
    },
  )
  await fc.assert(property, runs)
  expect(Math.min(seen.whole, seen.left)).toBeGreaterThan(runs.numRuns / 2)
}, 120_000)
