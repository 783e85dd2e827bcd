import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  chunk,
  completion,
  done,
  event,
  type FaultyProvider,
  openStream,
  roleChunk,
  send,
  startFaultyProvider,
  usageChunk,
} from '../testing/faulty-provider.ts'
import { type Forwarder, startForwarder } from '../testing/forwarder.ts'
import { collect, type RunningApp, startApp, turn } from '../testing/running-app.ts'

/** Another server like this one, which has the model. */
let far: RunningApp
beforeAll(async () => {
  far = await startApp()
})
afterAll(() => far.close())

let provider: FaultyProvider | undefined
let forwarder: Forwarder | undefined
afterEach(async () => {
  await forwarder?.[Symbol.asyncDispose]()
  await provider?.[Symbol.asyncDispose]()
})

async function beforeFar(): Promise<Forwarder> {
  forwarder = await startForwarder({ UPSTREAM_URL: far.url })
  return forwarder
}

async function beforeProvider(env: Record<string, string> = {}) {
  provider = await startFaultyProvider()
  forwarder = await startForwarder({ UPSTREAM_URL: provider.url, ...env })
  return { provider, forwarder }
}

/** What was read again from a cache differs from one request to the next. */
function counts(usage: OpenAI.CompletionUsage | null | undefined) {
  return [usage?.prompt_tokens, usage?.completion_tokens, usage?.total_tokens]
}

test('gives the same answer as the server that has the model, whole and streamed', async () => {
  const { client } = await beforeFar()
  const [there, here] = await Promise.all([
    far.client.chat.completions.create(turn),
    client.chat.completions.create(turn),
  ])
  expect(here.choices).toEqual(there.choices)
  expect(counts(here.usage)).toEqual(counts(there.usage))

  const chunks = await collect(
    await client.chat.completions.create({
      ...turn,
      stream: true,
      stream_options: { include_usage: true },
    }),
  )
  const said = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')
  expect(said).toBe(there.choices[0]?.message.content)
  expect(counts(chunks.at(-1)?.usage)).toEqual(counts(there.usage))
  expect(chunks.flatMap(({ choices }) => choices[0]?.finish_reason ?? [])).toEqual(['stop'])
})

test('tells the errors of the other server in its words', async () => {
  const { client } = await beforeFar()
  const unknown = client.chat.completions.create({ ...turn, model: 'nobody' })
  await expect(unknown).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  const tooLong = client.chat.completions.create({
    ...turn,
    messages: [{ role: 'user', content: '1 '.repeat(300) }],
  })
  await expect(tooLong).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded' })
})

test('a caller who leaves in the middle leaves nothing behind at the other server', async () => {
  const { client } = await beforeFar()
  const slots = far.models.loaded()[0]?.slots
  for (let count = 0; count < 20; count++) {
    const stream = await client.chat.completions.create({ ...turn, stream: true })
    for await (const _ of stream) break
  }
  await expect.poll(() => [slots?.busy(), slots?.waiting()]).toEqual([0, 0])
  expect((await client.chat.completions.create(turn)).choices).toHaveLength(1)
})

test('the body goes on as it came, the answer comes back as it came', async () => {
  const { provider, forwarder } = await beforeProvider()
  const body = '{"model":"far", "seed":9007199254740993, "logprobs":true,"nobody_knows":{"n":1.50}}'
  const odd = JSON.stringify({ ...completion('yes'), system_fingerprint: 'fp', more: 1.5 }, null, 3)
  provider.behave(send(odd, 'application/json; charset=utf-8'))
  const response = await forwarder.post('/v1/chat/completions', body)
  expect(await response.text()).toBe(odd)
  expect(provider.requests.map(({ path, body }) => [path, body])).toEqual([
    ['/v1/chat/completions', body],
  ])
})

test('a stream comes back as it came, however it is cut into pieces', async () => {
  const { provider, forwarder } = await beforeProvider()
  const odd = event({ choices: [{ delta: { reasoning: 'hm…' }, more: 1.5 }], obfuscation: 'x' })
  const sent = [
    roleChunk,
    odd,
    `id: 7\nevent: e\n${chunk('日本')}`,
    chunk('', 'stop'),
    usageChunk,
    done,
  ]
  const bytes = Buffer.from(sent.join(''))
  provider.behave(async (response) => {
    openStream(response)
    // Five bytes at a time, and letters have three.
    for (let from = 0; from < bytes.length; from += 5) {
      response.write(bytes.subarray(from, from + 5))
      await new Promise(setImmediate)
    }
    response.end()
  })
  const asked = { ...turn, model: 'far', stream: true }
  const response = await forwarder.post('/v1/chat/completions', asked)
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
  expect(await response.text()).toBe(sent.join(''))
})

test('sends the key of the provider, and none of what its own caller sent', async () => {
  const { provider, forwarder } = await beforeProvider({ UPSTREAM_API_KEY: 'sk-theirs' })
  await fetch(`${forwarder.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer ours',
      cookie: 'session=1',
      via: '1.1 inner-proxy.example',
      'x-own': '1',
    },
    body: JSON.stringify({ ...turn, model: 'far' }),
  })
  expect(provider.requests[0]?.headers).toEqual({
    host: new URL(provider.url).host,
    connection: 'keep-alive',
    accept: 'application/json, text/event-stream',
    'user-agent': 'throughline-model-server',
    via: expect.stringMatching(/^1\.1 throughline-[0-9a-f]{8}$/),
    authorization: 'Bearer sk-theirs',
    'content-type': 'application/json',
    'content-length': expect.any(String),
  })
})

test('forwards embeddings, too', async () => {
  const { provider, forwarder } = await beforeProvider()
  const embeddings = {
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding: [0.5, -0.25] }],
    model: 'far',
    usage: { prompt_tokens: 3, total_tokens: 3 },
  }
  provider.behave(send(JSON.stringify(embeddings), 'application/json'))
  const asked = { model: 'far', input: 'hello', encoding_format: 'float' as const }
  expect((await forwarder.client.embeddings.create(asked)).data).toEqual(embeddings.data)
})

test('forwards completions of plain text, too', async () => {
  const { provider, forwarder } = await beforeProvider()
  const text = { id: 'cmpl-1', object: 'text_completion', created: 0, model: 'far' }
  const choices = [{ index: 0, text: 'there', logprobs: null, finish_reason: 'stop' }]
  provider.behave(send(JSON.stringify({ ...text, choices }), 'application/json'))
  const said = await forwarder.client.completions.create({ model: 'far', prompt: 'hello' })
  expect(said.choices).toEqual(choices)
  expect(provider.requests.map(({ path }) => path)).toEqual(['/v1/completions'])
})

test('what names no model is refused here', async () => {
  const { provider, forwarder } = await beforeProvider()
  for (const model of [undefined, 7, '', 'x'.repeat(257)]) {
    const response = await forwarder.post('/v1/chat/completions', { ...turn, model })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { param: 'model' } })
  }
  expect(provider.requests).toEqual([])
})
