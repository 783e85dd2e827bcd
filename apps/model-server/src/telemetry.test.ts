import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type RunningProcess, startProcess } from '@throughline/process/testing'
import { metricPointsOf, type Receiver, startReceiver } from '@throughline/trace-testing/receiver'
import { afterEach, expect, test, vi } from 'vitest'
import { longTurn, turn } from './testing/running-app.ts'

let receiver: Receiver
let server: RunningProcess
afterEach(async () => {
  await server.kill()
  await receiver.stop()
})

async function start(env: Record<string, string> = {}): Promise<void> {
  receiver = await startReceiver()
  server = await startProcess({
    folder: new URL('..', import.meta.url),
    imports: ['@throughline/telemetry/register'],
    env: { ...receiver.env, MODEL_SERVER_PORT: '0', OTEL_METRIC_EXPORT_INTERVAL: '100', ...env },
  })
}

async function ask(body: object, path = 'chat/completions') {
  const response = await fetch(`${server.address}/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer nasturtium' },
    body: JSON.stringify(body),
  })
  return { status: response.status, text: await response.text() }
}

const exportsOfMetrics = () =>
  receiver.requests
    .filter(({ path }) => path === '/v1/metrics')
    .map(({ body }) => metricPointsOf(JSON.parse(body)))
const lastExport = () => exportsOfMetrics().at(-1) ?? []
const valuesOf = (name: string) =>
  lastExport()
    .filter((point) => point.name === name)
    .map(({ attributes, value }) => ({ ...attributes, value }))

const modelFile = new URL('../models/negotiator.gguf', import.meta.url)
const modelHash = async () =>
  createHash('sha256')
    .update(await readFile(modelFile))
    .digest('hex')
    .slice(0, 12)

test('says with everything which model it serves, and which deployment it belongs to', async () => {
  await start({ OTEL_RESOURCE_ATTRIBUTES: 'throughline.deployment.id=eu-1' })
  await ask(turn)
  expect(await server.stop()).toBe(0)
  const hash = await modelHash()
  const [resource, ...others] = receiver.resources
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
  await start()
  const whole = JSON.parse((await ask({ ...longTurn, max_tokens: 40 })).text)
  expect((await ask({ ...turn, model: 'nasturtium' })).status).toBe(404)
  expect(await server.stop()).toBe(0)

  const [asked, unknown] = receiver.spans.filter(({ kind }) => kind === 'SERVER')
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
  const phases = receiver.spans.filter(({ parentSpanId }) => parentSpanId === asked?.spanId)
  expect(Object.assign({}, ...phases.map(({ attributes }) => attributes))).toMatchObject({
    'gen_ai.usage.input_tokens': whole.usage.prompt_tokens,
    'gen_ai.usage.cache_read.input_tokens': 0,
    'gen_ai.usage.output_tokens': whole.usage.completion_tokens,
    'gen_ai.response.finish_reasons': ['length'],
  })
})
