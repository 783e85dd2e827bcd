// Several models behind one address, as their users meet them; among them such as cannot be served.
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { modelFiles, withFacts } from '../testing/model-files.ts'
import { collect, longTurn, type RunningApp, startApp, turn } from '../testing/running-app.ts'

const files = modelFiles()
files.write('first.gguf')
files.write('second.gguf')
files.write('plain.gguf', withFacts({ 'tokenizer.chat_template': undefined }))
files.write(
  'strict.gguf',
  withFacts({
    'tokenizer.chat_template':
      "{% for message in messages %}{% if (message.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate') }}{% endif %}{{ message.content }}{% endfor %}",
  }),
)
files.write('cut.gguf', (model) => model.subarray(0, 1_000_000))
writeFileSync(
  files.path('models.json'),
  JSON.stringify({
    models: [
      { name: 'first', path: 'first.gguf' },
      { name: 'acme/second', path: './second.gguf', contextTokens: 64, outputTokens: 8, slots: 1 },
      { name: 'plain', path: files.path('plain.gguf') },
      { name: 'strict', path: 'strict.gguf' },
      { name: 'cut', path: 'cut.gguf' },
    ],
  }),
)

let app: RunningApp
beforeAll(async () => {
  app = await startApp({ MODELS_FILE: files.path('models.json'), MODEL_MAX_BODY_BYTES: '50000' })
})
afterAll(() => app.close())

const chat = (model: string, body: object = {}) =>
  app.client.chat.completions.create({ ...turn, ...body, model })

test('lists all of them, and loads one when it is asked for', async () => {
  const models = await collect(app.client.models.list())
  expect(models.map(({ id }) => id)).toEqual(['first', 'acme/second', 'plain', 'strict', 'cut'])
  expect(app.models.loaded().map(({ name }) => name)).toEqual(['first'])

  const [one, other] = await Promise.all([chat('acme/second'), chat('acme/second')])
  expect(one).toMatchObject({ model: 'acme/second', usage: { completion_tokens: 8 } })
  expect(other.choices).toEqual(one.choices)
  expect(app.models.loaded().map(({ name }) => name)).toEqual(['first', 'acme/second'])
})

test('gives each its own limits', async () => {
  const long = { messages: [{ role: 'user', content: '1 '.repeat(40) }] }
  expect((await chat('first', long)).usage?.prompt_tokens).toBeGreaterThan(64)
  await expect(chat('acme/second', long)).rejects.toMatchObject({
    code: 'context_length_exceeded',
    message: expect.stringContaining('64 tokens fit'),
  })
})

test('says why one cannot be served, without the folders it lies in, and serves the others', async () => {
  const response = await app.post({ ...turn, model: 'cut' })
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('10')
  const body = await response.text()
  expect(JSON.parse(body)).toMatchObject({
    error: {
      code: 'model_unavailable',
      message: expect.stringMatching(/^The model 'cut' cannot be loaded: the file is cut off/),
    },
  })
  expect(body).not.toContain(files.path(''))
  expect((await fetch(`${app.url}/readyz`)).status).toBe(200)
  expect((await chat('first')).choices[0]?.finish_reason).toBe('stop')
})

test('does not chat with a model that only completes text', async () => {
  await expect(chat('plain')).rejects.toMatchObject({
    status: 400,
    code: 'unsupported_value',
    param: 'model',
    message: expect.stringContaining('no chat template'),
  })
  const { choices } = await app.client.completions.create({ model: 'plain', prompt: 'ask:0450' })
  expect(choices[0]?.text).not.toBe('')
})

test('says that it is about the messages when a chat template refuses them', async () => {
  const [user, assistant] = (['user', 'assistant'] as const).map((role) => ({ role, content: '1' }))
  expect((await chat('strict', { messages: [user, assistant, user] })).choices).toHaveLength(1)
  await expect(chat('strict', { messages: [assistant, assistant] })).rejects.toMatchObject({
    ...{ status: 400, code: 'invalid_request', param: 'messages' },
    message: expect.stringContaining('chat template'),
  })
})

test('refuses a prompt of which its template and tokenizer leave nothing, whether a slot is free or not', async () => {
  const refused = () =>
    expect(chat('strict', { messages: [{ role: 'user', content: '' }] })).rejects.toMatchObject({
      ...{ status: 400, code: 'invalid_request', param: 'messages' },
      message: expect.stringContaining('no tokens'),
    })
  await refused()
  const { slots } = await app.models.get('strict', new AbortController().signal)
  expect(slots.busy()).toBe(0)
  const running = Array.from({ length: 4 }, () => slots.enter('busy'))
  await refused()
  for (const place of running) place.leave()
})

test('keeps one model going while the engine of another is gone', async () => {
  await chat('acme/second')
  const [, second] = app.models.loaded()
  process.kill(second?.engine.pid() ?? 0, 'SIGKILL')
  expect((await chat('first', longTurn)).choices[0]?.finish_reason).toBe('stop')
})

test('refuses a body that is larger than allowed', async () => {
  const content = '1'.repeat(50_000)
  const response = await app.post({
    ...turn,
    model: 'first',
    messages: [{ role: 'user', content }],
  })
  expect(response.status).toBe(413)
})
