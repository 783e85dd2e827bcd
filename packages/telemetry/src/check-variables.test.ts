import { startReceiver } from '@throughline/trace-testing/receiver'
import { expect, onTestFinished, test } from 'vitest'
import { leaveOut } from '../fixtures/leave-out.ts'
import { openGrpcDoor } from '../fixtures/otlp-over-grpc.ts'
import { runScript } from '../fixtures/run-script.ts'
import { checkVariables } from './check-variables.ts'

test.each([
  ['OTEL_TRACES_EXPORTER', 'jaeger', 'otlp, console, none', undefined],
  ['OTEL_TRACES_EXPORTER', 'console,jaeger', 'otlp, console, none', 'console'],
  ['OTEL_METRICS_EXPORTER', 'prom', 'otlp, console, prometheus, none', undefined],
  ['OTEL_LOGS_EXPORTER', 'loki', 'otlp, console, none', undefined],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http', 'http/protobuf, http/json, and grpc', undefined],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318', 'http://localhost:4318', undefined],
  ['OTEL_EXPORTER_PROMETHEUS_PORT', '70000', 'a number from 1 to 65535', undefined],
  ['OTEL_TRACES_SAMPLER', 'ratio', 'parentbased_traceidratio', undefined],
  ['OTEL_TRACES_SAMPLER_ARG', '10%', 'a number from 0 to 1', undefined],
  ['OTEL_PROPAGATORS', 'w3c', 'tracecontext, baggage', undefined],
  ['OTEL_LOG_LEVEL', 'loud', 'verbose, debug, info', undefined],
])('says of %s=%s what is allowed: %s', (name, value, allowed, left) => {
  const env = { [name]: value }
  const [problem, ...others] = checkVariables(env)
  expect(problem).toContain(name)
  expect(problem).toContain('cannot be used')
  expect(problem).toContain(allowed)
  expect(others).toEqual([])
  expect(env[name]).toBe(left)
})

test('does not repeat an endpoint, which may hold a password', () => {
  const [problem] = checkVariables({ OTEL_EXPORTER_OTLP_ENDPOINT: 'user:word@collector:4318' })
  expect(problem).toContain('OTEL_EXPORTER_OTLP_ENDPOINT cannot be used')
  expect(problem).not.toContain('word')
})

test.each([
  ['Authorization=Bearer ü-word', undefined],
  ['Bearer word', undefined],
  ['authorization=%E0word', undefined],
  ['authorization=%0Aword', undefined],
  ['key-bin=word', undefined],
  ['ü=word,x-shop=other-word', 'x-shop=other-word'],
])('takes out of headers what cannot be sent, and repeats none: %s', (value, left) => {
  const env = { OTEL_EXPORTER_OTLP_TRACES_HEADERS: value }
  const [problem] = checkVariables(env)
  expect(problem).toContain('OTEL_EXPORTER_OTLP_TRACES_HEADERS cannot be used')
  expect(problem).not.toContain('word')
  expect(env.OTEL_EXPORTER_OTLP_TRACES_HEADERS).toBe(left)
})

test('has nothing to say of what can be used', () => {
  const env = {
    OTEL_TRACES_EXPORTER: ' otlp, CONSOLE ',
    OTEL_METRICS_EXPORTER: 'otlp,prometheus',
    OTEL_LOGS_EXPORTER: '',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'gRPC',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://user:word@collector:4318/base',
    OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20dTp3b3Jk==, x-shop = open ,',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
    OTEL_SERVICE_NAME: 'anything',
  }
  expect(checkVariables(env)).toEqual([])
  expect(env.OTEL_EXPORTER_OTLP_PROTOCOL).toBe('grpc')
})

const grpc = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }

test.each(['collector:4317', 'https://collector:4317', 'unix:///run/collector.sock'])(
  'gRPC takes an endpoint without a scheme, as the SDK does: %s',
  (OTEL_EXPORTER_OTLP_ENDPOINT) => {
    const env = { ...grpc, OTEL_EXPORTER_OTLP_ENDPOINT }
    expect(checkVariables(env)).toEqual([])
    expect(env).toMatchObject({ OTEL_EXPORTER_OTLP_ENDPOINT })
  },
)

test.each([
  ['its own port is advised', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:port' }, ':4317'],
  ['no scheme of others', { OTEL_EXPORTER_OTLP_ENDPOINT: 'grpc://collector:4317' }, ':4317'],
  ['no resolver', { OTEL_EXPORTER_OTLP_ENDPOINT: 'dns:///collector:4317' }, ':4317'],
  [
    'one signal goes by HTTP',
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317',
      OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/json',
    },
    ':4318',
  ],
])('gRPC refuses an endpoint: %s', (_, variables, advised) => {
  const env = { ...grpc, ...variables }
  expect(checkVariables(env)).toEqual([expect.stringContaining(advised)])
  expect(env).not.toHaveProperty('OTEL_EXPORTER_OTLP_ENDPOINT')
})

test('the app runs on with the defaults, and is told once', async () => {
  await using receiver = await startReceiver()
  const env = {
    ...receiver.env,
    OTEL_TRACES_EXPORTER: 'jaeger',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  }
  const { code, stderr } = await runScript('one-span', { env })
  expect(code).toBe(0)
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining('OTEL_TRACES_EXPORTER')])
  expect(receiver.spans.map(({ name }) => name)).toContain('answer')
})

test('a header that gRPC refuses costs itself, and is not printed', async () => {
  await using receiver = await startReceiver()
  const door = await openGrpcDoor(receiver.url)
  onTestFinished(() => door.stop())
  const env = {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_ENDPOINT: door.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Bearer ü-word',
  }
  const { code, stderr } = await runScript('one-span', { env })
  expect(code).toBe(0)
  expect(stderr).toContain('OTEL_EXPORTER_OTLP_HEADERS')
  expect(stderr).not.toContain('word')
  expect(receiver.spans.map(({ name }) => name)).toContain('answer')
})

test('where a package that gRPC needs is left out, HTTP takes its place', async () => {
  await using receiver = await startReceiver()
  const name = '@opentelemetry/otlp-grpc-exporter-base'
  const env = { ...receiver.env, ...grpc, ...leaveOut(name) }
  const { code, stderr } = await runScript('one-span', { env })
  expect(code).toBe(0)
  expect(stderr).toContain(`grpc where these are installed: @grpc/grpc-js, ${name}`)
  expect(stderr).not.toContain('Nothing is recorded')
  expect(receiver.spans.map(({ name }) => name)).toContain('answer')
})
