import { createHash } from 'node:crypto'
import { readFile, rename } from 'node:fs/promises'
import type { RunningProcess } from '@throughline/process/testing'
import { type MetricPoint, metricPointsOf } from '@throughline/trace-testing/receiver'
import { expect, test, vi } from 'vitest'
import { modelFiles, withFacts } from './testing/model-files.ts'
import { observeInEachTest } from './testing/observe-in-each-test.ts'
import { longTurn, turn } from './testing/running-app.ts'

const observed = observeInEachTest()

async function ask(server: RunningProcess, body: object, path = 'chat/completions') {
  const response = await fetch(`${server.address}/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer nasturtium' },
    body: JSON.stringify(body),
  })
  return { status: response.status, text: await response.text() }
}

/** Each is read once: whoever waits looks often. */
const readExports = new WeakMap<object, MetricPoint[]>()
const exportsOfMetrics = () =>
  observed.receiver.requests
    .filter(({ path }) => path === '/v1/metrics')
    .map((request) => {
      const points = readExports.get(request) ?? metricPointsOf(JSON.parse(request.body))
      readExports.set(request, points)
      return points
    })
const lastExport = () => exportsOfMetrics().at(-1) ?? []
const valuesOf = (name: string) =>
  lastExport()
    .filter((point) => point.name === name)
    .map(({ attributes, value }) => ({ ...attributes, value }))

/** A busy machine may need long to start an engine. */
const waiting = { timeout: 40_000, interval: 200 }

const nineHundredDigits = {
  type: 'json_schema',
  json_schema: {
    name: 'digits',
    schema: { type: 'string', pattern: `^${'[0-9]{225}-'.repeat(4)}$` },
  },
}

const modelFile = new URL('../models/negotiator.gguf', import.meta.url)
const modelHash = async () =>
  createHash('sha256')
    .update(await readFile(modelFile))
    .digest('hex')
    .slice(0, 12)

test('says with everything which model it serves, and which deployment it belongs to', async () => {
  const server = await observed.start({
    OTEL_RESOURCE_ATTRIBUTES: 'throughline.deployment.id=eu-1',
  })
  await ask(server, turn)
  expect(await server.stop()).toBe(0)
  const hash = await modelHash()
  const [resource, ...others] = observed.receiver.resources
  expect(others).toEqual([])
  expect(resource).toMatchObject({
    'service.name': 'model-server',
    'throughline.deployment.id': 'eu-1',
    'throughline.model.name': 'negotiator',
    'throughline.model.hash': hash,
  })
  expect(valuesOf('throughline.model.info')).toEqual([{ model: 'negotiator', hash, value: 1 }])
})

test('says on the span of a request what was asked of which model, and on its phases what came of it', async () => {
  const server = await observed.start()
  const whole = JSON.parse((await ask(server, { ...longTurn, max_tokens: 40 })).text)
  expect((await ask(server, { ...turn, model: 'nasturtium' })).status).toBe(404)
  expect(await server.stop()).toBe(0)

  const [asked, unknown] = observed.receiver.spans.filter(({ kind }) => kind === 'SERVER')
  const told = (span = asked) =>
    Object.fromEntries(
      Object.entries(span?.attributes ?? {}).filter(([name]) =>
        /^(gen_ai|throughline)\./.test(name),
      ),
    )
  expect(told()).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'throughline',
    'gen_ai.request.model': 'negotiator',
    'gen_ai.request.stream': false,
    'gen_ai.request.temperature': 0,
    'gen_ai.request.max_tokens': 40,
    'gen_ai.output.type': 'json',
    'gen_ai.response.id': whole.id,
    'gen_ai.response.model': 'negotiator',
    'throughline.model.hash': await modelHash(),
  })
  expect(told(unknown)).toEqual({})
  const phases = observed.receiver.spans.filter(
    ({ parentSpanId }) => parentSpanId === asked?.spanId,
  )
  expect(Object.assign({}, ...phases.map(({ attributes }) => attributes))).toMatchObject({
    'gen_ai.usage.input_tokens': whole.usage.prompt_tokens,
    'gen_ai.usage.cache_read.input_tokens': 0,
    'gen_ai.usage.output_tokens': whole.usage.completion_tokens,
    'gen_ai.response.finish_reasons': ['length'],
  })
})

test('says that a request failed whose stream an engine did not end', async () => {
  // Long enough that nothing but the end of its engine ends it.
  const facts = withFacts({ 'llama.context_length': 1_024 })
  const path = modelFiles().write('negotiator.gguf', facts)
  const server = await observed.start({ LOG_LEVEL: 'debug', MODEL_PATH: path })
  const loaded = server.lines.find(({ msg }) => msg === 'model loaded')
  const response = await fetch(`${server.address}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...longTurn, response_format: nineHundredDigits, stream: true }),
  })
  let text = ''
  for await (const chunk of response.body ?? []) {
    if (text === '') process.kill(Number(loaded?.enginePid), 'SIGKILL')
    text += Buffer.from(chunk)
  }
  expect(text).toContain('"code":"engine_unavailable"')
  expect(await server.stop()).toBe(0)

  const [asked] = observed.receiver.spans.filter(({ kind }) => kind === 'SERVER')
  expect(asked).toMatchObject({
    status: 'ERROR',
    attributes: { 'http.response.status_code': 200, 'error.type': 'engine_unavailable' },
  })
  const decode = observed.receiver.spans.find(({ name }) => name === 'decode')
  expect(decode).toMatchObject({ status: 'ERROR' })
  const written = decode?.attributes['gen_ai.usage.output_tokens']
  expect(written).toBeGreaterThan(0)
  expect(valuesOf('throughline.model.tokens')).toContainEqual({
    ...{ model: 'negotiator', token_type: 'output', value: written },
  })
  expect(server.lines.filter(({ msg }) => msg === 'completion cut short')).toHaveLength(1)
})

test('tells what an engine holds while it is there, and why it had to be started again', async () => {
  const path = modelFiles().write('negotiator.gguf')
  const server = await observed.start({
    LOG_LEVEL: 'debug',
    OTEL_METRIC_EXPORT_INTERVAL: '300',
    MODEL_PATH: path,
  })
  await ask(server, longTurn)
  const held = () => ({
    used: valuesOf('throughline.model.kv_cache.used')[0]?.value ?? 0,
    capacity: valuesOf('throughline.model.kv_cache.capacity')[0]?.value ?? 0,
    memory: valuesOf('throughline.model.engine_memory')[0]?.value ?? 0,
  })
  await vi.waitFor(() => expect(held().used).toBeGreaterThan(100), waiting)
  expect(held().capacity).toBeGreaterThanOrEqual(held().used)
  expect(held().memory).toBeGreaterThan(10e6)
  expect(valuesOf('throughline.model.engine_restarts')).toEqual(
    ['crash', 'killed', 'stalled', 'load'].map((reason) => ({
      model: 'negotiator',
      reason,
      value: 0,
    })),
  )

  const loaded = server.lines.find(({ msg }) => msg === 'model loaded')
  // Without its file it stays away until it has been missed.
  await rename(path, `${path}.away`)
  process.kill(Number(loaded?.enginePid), 'SIGKILL')
  const restarts = (reason: string) =>
    lastExport().find(
      ({ name, attributes }) =>
        name === 'throughline.model.engine_restarts' && attributes.reason === reason,
    )?.value
  const namesInExports = () =>
    exportsOfMetrics().map((points) => new Set(points.map(({ name }) => name)))
  const told = ['throughline.model.kv_cache.used', 'throughline.model.engine_memory']
  await vi.waitFor(() => {
    const names = namesInExports()
    const since = names.findIndex((each) => told.every((name) => each.has(name)))
    const silent = names.slice(since).find((each) => !told.some((name) => each.has(name)))
    expect(silent).toContain('throughline.model.queue_depth')
    expect(restarts('killed')).toBe(1)
    expect(restarts('load')).toBeGreaterThan(0)
  }, waiting)
  await rename(`${path}.away`, path)
  await vi.waitFor(() => expect(held().memory).toBeGreaterThan(10e6), waiting)
})

// Whoever asks may record the words, by the same variable; a server never does.
test.for<Record<string, string>>([
  {},
  { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' },
])(
  'says no word of a caller or of the model, in what it sends or prints at level debug: %j',
  async (variables) => {
    const server = await observed.start({ LOG_LEVEL: 'debug', ...variables })
    const word = 'nasturtium'
    const schema = (properties: object) => ({
      type: 'json_schema',
      json_schema: {
        name: word,
        schema: {
          type: 'object',
          properties,
          required: Object.keys(properties),
          additionalProperties: false,
        },
      },
    })
    const words = {
      ...turn,
      messages: [
        { role: 'system', content: word },
        { role: 'user', content: word },
      ],
      stop: [`${word}!`],
      user: word,
      safety_identifier: word,
      metadata: { [word]: word },
    }
    const said = await ask(server, {
      ...words,
      response_format: schema({ [word]: { const: word } }),
    })
    expect(JSON.parse(said.text).choices[0].message.content).toBe(`{"${word}":"${word}"}`)
    const outcomes = [
      ask(server, { ...words, stream: true, stream_options: { include_usage: true } }),
      ask(server, { ...words, model: word }),
      ask(server, { ...words, response_format: schema({ [word]: { $ref: word } }) }),
      ask(server, { ...words, messages: [{ role: word, content: word }] }),
      ask(server, { ...words, messages: [{ role: 'user', content: `${word} `.repeat(3_000) }] }),
      ask(server, { ...words, [word]: word, logit_bias: { [word]: 1 } }),
      ask(server, { model: 'negotiator', prompt: word, stop: word, max_tokens: 4 }, 'completions'),
      ask(server, { model: 'negotiator', input: word }, 'embeddings'),
      ask(server, {}, `${word}?${word}=${word}`),
    ]
    const statuses = (await Promise.all(outcomes)).map(({ status }) => status)
    expect(statuses).toEqual([200, 404, 400, 400, 400, 400, 200, expect.any(Number), 404])
    expect(await server.stop()).toBe(0)

    const told = observed.told()
    expect(told).toContain('completion finished')
    expect(told).toContain('gen_ai.server.request.duration')
    expect(told.toLowerCase().split(word)).toHaveLength(1)
  },
)
