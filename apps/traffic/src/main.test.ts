// The life of the process, in front of a real gateway process: its traces go on there, and it stops in order.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { trustedKey } from '@throughline/gateway/testing/core-peer.ts'
import { complete } from '@throughline/gateway/testing/finish-task.ts'
import { type GatewayProcess, startProcess } from '@throughline/gateway/testing/start-process.ts'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'

const lines: string[] = []
const asked: string[] = []
/** Says of the third trace, and of none before, that it has arrived. */
const jaeger = createServer(({ url = '' }, response) => {
  if (!asked.includes(url)) asked.push(url)
  response.writeHead(asked.indexOf(url) >= 2 ? 200 : 404).end()
})
let gateway: GatewayProcess
let traffic: ChildProcess

beforeAll(async () => {
  gateway = await startProcess(inject('redisUrl'))
  gateway.peer.before = ({ method, request }) => {
    if (method === 'GetTask') complete(gateway.peer, (request as { taskId: string }).taskId)
  }
  await new Promise<void>((resolve) => jaeger.listen(0, '127.0.0.1', resolve))
  const { port } = jaeger.address() as AddressInfo
  const flags = ['-C', '@throughline/source', '--import', '@throughline/telemetry/register']
  traffic = spawn(process.execPath, [...flags, 'src/main.ts'], {
    cwd: new URL('..', import.meta.url),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...{ PATH: '', OTEL_SERVICE_NAME: 'traffic', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
      ...{ OTEL_BSP_SCHEDULE_DELAY: '50', OTEL_METRICS_EXPORTER: 'none' },
      ...{ OTEL_LOGS_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: gateway.otlp.url },
      ...{ TRAFFIC_PORT: '0', TRAFFIC_RATE: '20', TRAFFIC_API_KEY: trustedKey },
      ...{ GATEWAY_URL: gateway.origin, JAEGER_URL: `http://127.0.0.1:${port}` },
      ...{ JAEGER_LINK: 'http://localhost:16686', GATEWAY_LINK: 'http://localhost:8080' },
    },
  })
  if (traffic.stdout) createInterface(traffic.stdout).on('line', (line) => lines.push(line))
}, 60_000)
afterAll(async () => {
  if (traffic.exitCode === null && traffic.kill('SIGKILL')) await once(traffic, 'exit')
  jaeger.close()
  await gateway.stop()
})

const listening = () => lines.find((line) => line.includes('"listening"')) ?? '{}'

test('says where it listens, and is alive there', async () => {
  await expect.poll(listening).toContain('address')
  const { address } = JSON.parse(listening())
  expect((await fetch(`${address}/healthz`)).status).toBe(200)
  expect((await fetch(`${address}/elsewhere`)).status).toBe(404)
})

test('a negotiation is one trace, from the shopper to the gateway', async () => {
  const spansOf = () => gateway.otlp.spans.filter(({ traceId }) => traceId === traceIdOf())
  const traceIdOf = () =>
    gateway.otlp.spans.find(({ name, kind }) => name === 'shop negotiate' && kind === 1)?.traceId
  const named = (name: string, kind: number) =>
    spansOf().find((span) => span.name === name && span.kind === kind)
  await expect.poll(() => named('POST /v1/negotiate', 2)).toBeDefined()
  const root = named('shop negotiate', 1)
  const request = named('POST', 3)
  expect(root?.parentSpanId || undefined).toBeUndefined()
  expect(request?.parentSpanId).toBe(root?.spanId)
  expect(named('POST /v1/negotiate', 2)?.parentSpanId).toBe(request?.spanId)
})

test('prints the links once, with the first negotiation that Jaeger has', async () => {
  await expect.poll(() => lines.join('\n')).toMatch(/localhost:16686\/trace\/[0-9a-f]{32}$/m)
  const [, traceId] = /\/trace\/([0-9a-f]{32})/.exec(lines.join('\n')) ?? []
  expect(asked[2]).toBe(`/api/v3/traces/${traceId}`)
  expect(lines).toContain('  API, and a form to call it   http://localhost:8080/docs')
  expect(lines.filter((line) => line.includes('Throughline is up'))).toHaveLength(1)
})

test('every line that it logs inside a step carries the trace of that step', () => {
  const records = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
  const ended = records.filter(({ msg }) => msg === 'negotiation ended')
  expect(ended.length).toBeGreaterThan(0)
  for (const { trace_id } of ended) expect(trace_id).toMatch(/^[0-9a-f]{32}$/)
})

test('stops in order', async () => {
  const exited = once(traffic, 'exit')
  traffic.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})
