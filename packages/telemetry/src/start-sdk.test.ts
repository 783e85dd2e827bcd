import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Receiver, startReceiver } from '@throughline/trace-testing/receiver'
import { expect, onTestFinished, test } from 'vitest'
import { openGrpcDoor } from '../fixtures/otlp-over-grpc.ts'
import { recordScript } from '../fixtures/record-script.ts'
import { runScript } from '../fixtures/run-script.ts'

test('names the service after its package, and says nothing of its command line', async () => {
  const { received } = await recordScript('one-span', { args: ['--password=hunter2'] })
  expect(received.resources).toMatchObject([
    {
      'service.name': 'telemetry',
      'service.namespace': 'throughline',
      'service.version': '0.1.0',
    },
  ])
  expect(JSON.stringify(received.requests)).not.toContain('hunter2')
})

test('lets the standard variables win', async () => {
  const { received } = await recordScript('one-span', {
    env: {
      OTEL_SERVICE_NAME: 'mine',
      OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=ours,service.version=9',
    },
  })
  expect(received.resources).toMatchObject([
    { 'service.name': 'mine', 'service.namespace': 'ours', 'service.version': '9' },
  ])
})

test.each([
  ['http/protobuf', false],
  ['http/json', true],
])('sends traces, metrics and logs by OTLP over %s', async (protocol, isJson) => {
  const env = { OTEL_EXPORTER_OTLP_PROTOCOL: protocol }
  const { received } = await recordScript('hops', { env })
  expectEverySignal(received)
  expect(received.requests.map(({ body }) => body.startsWith('{'))).not.toContain(!isJson)
})

test('sends traces, metrics and logs by OTLP over gRPC, and records nothing of that itself', async () => {
  await using receiver = await startReceiver()
  const door = await openGrpcDoor(receiver.url)
  onTestFinished(() => door.stop())
  const { code, stderr } = await runScript('hops', {
    env: { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: door.url },
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expectEverySignal(receiver)
  expect(new Set(door.calls)).toHaveLength(3)
  expect(JSON.stringify(receiver.requests)).not.toContain('opentelemetry.proto.collector')
})

test('takes a protocol for each signal', async () => {
  await using receiver = await startReceiver()
  const door = await openGrpcDoor(receiver.url)
  onTestFinished(() => door.stop())
  const { code } = await runScript('hops', {
    env: {
      ...receiver.env,
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: door.url,
      OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/protobuf',
    },
  })
  expect(code).toBe(0)
  expectEverySignal(receiver)
  expect(new Set(door.calls)).toEqual(
    new Set(['/opentelemetry.proto.collector.metrics.v1.MetricsService/Export']),
  )
})

const example = fileURLToPath(new URL('../otel.example.yaml', import.meta.url))

test('OTEL_CONFIG_FILE=otel.example.yaml sends traces, logs, and metrics of instrumentations too', async () => {
  await using receiver = await startReceiver()
  const { code, stderr } = await runScript('hops', {
    env: {
      OTEL_CONFIG_FILE: example,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    },
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expectEverySignal(receiver)
  expect(receiver.resources).toMatchObject([
    { 'service.name': 'telemetry', 'deployment.environment.name': 'test' },
  ])
})

test('with OTEL_CONFIG_FILE, too, errors lose their words and a trace says that its id is random', async () => {
  await using receiver = await startReceiver()
  const env = { OTEL_CONFIG_FILE: example, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }
  const { stdout } = await runScript('failing-call', { env })
  expect(JSON.parse(stdout)).toEqual({ traceparent: expect.stringMatching(/-03$/) })
  expect(receiver.spans.map(({ name }) => name)).toEqual(['query', 'call'])
  expect(JSON.stringify(receiver.requests)).not.toContain('private')
})

test.each([
  ['is not there', undefined],
  ['is no YAML', '{'],
  ['is refused', 'file_format: "1.0"\ntracer_provider: { processors: [{ swift: {} }] }'],
])('names OTEL_CONFIG_FILE when the file %s, and the app runs on', async (_, content) => {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-telemetry-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'otel.yaml')
  if (content !== undefined) await writeFile(file, content)
  const { code, stderr } = await runScript('one-span', { env: { OTEL_CONFIG_FILE: file } })
  expect(code).toBe(0)
  expect(stderr).toContain(`OTEL_CONFIG_FILE=${file} is disabled or cannot be used`)
})

test.each([
  ['the variables', {}],
  ['OTEL_CONFIG_FILE', { OTEL_CONFIG_FILE: example }],
])('a process started by %s does not rename its children', async (_, env) => {
  const none = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' }
  const given = { ...none, OTEL_LOGS_EXPORTER: 'none', ...env }
  const { stdout } = await runScript('print-inherited', { env: given })
  expect(JSON.parse(stdout)).toEqual(given)
})

/** Of `hops`: one trace over all its servers, what instrumentations measure, and each log line once, traced or not. */
function expectEverySignal({ traces, spans, logs, metricNames }: Receiver): void {
  expect(traces).toHaveLength(1)
  expect(spans.map(({ name }) => name)).toContain('GET /far/:id')
  expect(metricNames).toContain('http.server.request.duration')
  expect(metricNames).toContain('http.client.request.duration')
  expect(metricNames).toContain('nodejs.eventloop.utilization')
  expect(logs.map(({ body, attributes }) => [body, attributes.id])).toEqual([
    ['reached', '1'],
    ['reached', '2'],
    ['reached', '3'],
  ])
}
