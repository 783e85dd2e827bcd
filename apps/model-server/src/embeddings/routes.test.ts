// A file that says how it pools is an embedding model to the engine: ours with that said, since weights from elsewhere
// are not used. What it was trained for makes its vectors tell its own turns apart, and no more is claimed.
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { modelFiles, withFacts } from '../testing/model-files.ts'
import { type RunningApp, startApp, turn } from '../testing/running-app.ts'

let app: RunningApp
beforeAll(async () => {
  const path = modelFiles().write('vectors.gguf', withFacts({ 'llama.pooling_type': 1 }))
  app = await startApp({ MODEL_PATH: path })
})
afterAll(() => app.close())

const embed = (body: object) =>
  app.client.embeddings.create({ model: 'vectors', input: 'a', ...body })

const product = (one: readonly number[] = [], other: readonly number[] = []) =>
  one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0)

test('gives a unit vector for each text, in order, nearer for what is alike', async () => {
  const input = [
    'decide side:buyer round:1 ask:00450 offer:00396 limit:00400 gap:near tone:plain',
    'decide side:buyer round:1 ask:00451 offer:00396 limit:00400 gap:near tone:plain',
    'Could you hold it for me until the weekend?',
  ]
  const { data, usage, object } = await embed({ input })
  expect(object).toBe('list')
  expect(data.map(({ index }) => index)).toEqual([0, 1, 2])
  expect(usage.prompt_tokens).toBeGreaterThan(input.length)
  const [one, alike, other] = data.map(({ embedding }) => embedding)
  expect(product(one, one)).toBeCloseTo(1, 5)
  expect(product(one, alike)).toBeGreaterThan(product(one, other))

  const alone = await embed({ input: input[2] })
  expect(product(alone.data[0]?.embedding, other)).toBeCloseTo(1, 5)
})

test('gives the same numbers as a list and as bytes', async () => {
  const [list, bytes] = [
    await embed({ encoding_format: 'float' }),
    await embed({ encoding_format: undefined }),
  ]
  const [numbers = [], read = []] = [list.data[0]?.embedding, bytes.data[0]?.embedding]
  expect(numbers.length).toBeGreaterThan(100)
  expect([...read]).toEqual(numbers.map(Math.fround))
})

test.for([
  ['dimensions', { dimensions: 8 }],
  ['input', { input: [] }],
  ['input', { input: '' }],
  ['input', { input: [[1, 2]] }],
  ['input', { input: 'word '.repeat(200) }],
  ['input', { input: 'x'.repeat(10_000) }],
] as const)('refuses by the name of the field: %s', async ([param, body]) => {
  const refused = await embed(body).catch((err) => err)
  expect(refused).toBeInstanceOf(OpenAI.BadRequestError)
  expect(refused).toMatchObject({ param })
})

test('refuses a text that has no tokens, which would have no vector', async () => {
  // A tokenizer of words sees none in blanks.
  const facts = withFacts({ 'llama.pooling_type': 1, 'tokenizer.ggml.model': 'bert' })
  const words = await startApp({ MODEL_PATH: modelFiles().write('words.gguf', facts) })
  const asked = words.client.embeddings.create({ model: 'words', input: ['ask', ' '] })
  await expect(asked).rejects.toMatchObject({
    ...{ status: 400, code: 'invalid_request', param: 'input' },
  })
  await words.close()
})

test('works on no text of a list before all of them are known to fit', async () => {
  const call = vi.spyOn(app.engine, 'call')
  const refused = embed({ input: ['a', 'b', 'word '.repeat(200)] })
  await expect(refused).rejects.toMatchObject({ code: 'context_length_exceeded' })
  expect(call.mock.calls.map(([name]) => name)).toEqual(['tokenize', 'tokenize', 'tokenize'])
  call.mockRestore()
})

test('lets requests wait in their order, since one text at a time becomes a vector', async () => {
  const [model] = app.models.loaded()
  const running = model?.slots.enter('busy')
  const asked = embed({})
  await vi.waitFor(() => expect(model?.slots.waiting()).toBe(1))
  running?.leave()
  expect((await asked).data).toHaveLength(1)
})

test('neither chats with an embedding model nor completes text', async () => {
  const asked = app.client.chat.completions.create({ ...turn, model: 'vectors' })
  await expect(asked).rejects.toMatchObject({ status: 400, param: 'model' })
  const completed = app.client.completions.create({ model: 'vectors', prompt: 'a' })
  await expect(completed).rejects.toMatchObject({ status: 400, param: 'model' })
})

test('makes no vectors with a model that writes', async () => {
  const writer = await startApp()
  const asked = writer.client.embeddings.create({ model: 'negotiator', input: 'a' })
  await expect(asked).rejects.toMatchObject({
    status: 400,
    param: 'model',
    message: expect.stringContaining('no embedding model'),
  })
  await writer.close()
})
