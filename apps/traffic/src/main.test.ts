// The life of the process, in front of a real gateway process: its traces go on there, and it stops in order.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { trustedKey } from '@throughline/gateway/testing/core-peer.ts'
import { complete } from '@throughline/gateway/testing/finish-task.ts'
import {
  type GatewayProcess,
  startGatewayProcess,
} from '@throughline/gateway/testing/start-gateway-process.ts'
import { type RunningProcess, startProcess } from '@throughline/process/testing'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'

const asked: string[] = []
/** Says of the third trace, and of none before, that it has arrived. */
const jaeger = createServer(({ url = '' }, response) => {
  if (!asked.includes(url)) asked.push(url)
  response.writeHead(asked.indexOf(url) >= 2 ? 200 : 404).end()
})
let gateway: GatewayProcess
let traffic: RunningProcess

beforeAll(async () => {
  gateway = await startGatewayProcess(inject('redisUrl'))
  gateway.peer.before = ({ method, request }) => {
    if (method === 'GetTask') complete(gateway.peer, (request as { taskId: string }).taskId)
  }
  await new Promise<void>((resolve) => jaeger.listen(0, '127.0.0.1', resolve))
  const { port } = jaeger.address() as AddressInfo
  traffic = await startProcess({
    folder: new URL('..', import.meta.url),
    imports: ['@throughline/telemetry/register'],
    env: {
      ...gateway.receiver.env,
      ...{ OTEL_SERVICE_NAME: 'traffic', OTEL_METRICS_EXPORTER: 'none', LOG_LEVEL: 'debug' },
      ...{ TRAFFIC_PORT: '0', TRAFFIC_RATE: '20', TRAFFIC_API_KEY: trustedKey },
      ...{ GATEWAY_URL: gateway.process.address, JAEGER_URL: `http://127.0.0.1:${port}` },
      ...{ JAEGER_LINK: 'http://localhost:16686', GATEWAY_LINK: 'http://localhost:8080' },
    },
  })
})
afterAll(async () => {
  await traffic.kill()
  jaeger.close()
  await gateway.stop()
})

test('is alive where it says that it listens', async () => {
  expect((await fetch(`${traffic.address}/healthz`)).status).toBe(200)
  expect((await fetch(`${traffic.address}/elsewhere`)).status).toBe(404)
})

test('a negotiation is one trace, from the shopper to the gateway', async () => {
  const spans = () => gateway.receiver.spans
  const childOf = (parentSpanId: string | undefined, name: string) =>
    spans().find((span) => span.parentSpanId === parentSpanId && span.name === name)
  const bargains = () =>
    spans()
      .filter(({ name, parentSpanId }) => name === 'shop negotiate' && !parentSpanId)
      .map(({ spanId }) => childOf(childOf(spanId, 'POST')?.spanId, 'POST /v1/negotiate'))
  await expect.poll(() => bargains().filter(Boolean).length).toBeGreaterThan(0)
})

test('prints the links once, with the first negotiation that Jaeger has', async () => {
  await expect.poll(traffic.output).toMatch(/localhost:16686\/trace\/[0-9a-f]{32}$/m)
  const [, traceId] = /\/trace\/([0-9a-f]{32})/.exec(traffic.output()) ?? []
  expect(asked[2]).toBe(`/api/v3/traces/${traceId}`)
  expect(traffic.output()).toContain('  API, and a form to call it   http://localhost:8080/docs\n')
  expect(traffic.output().match(/Throughline is up/g)).toHaveLength(1)
})

test('every line that it logs inside a step carries the trace of that step', async () => {
  const ended = () => traffic.lines.filter(({ msg }) => msg === 'negotiation ended')
  await expect.poll(() => ended().length).toBeGreaterThan(0)
  for (const { trace_id } of ended()) expect(trace_id).toMatch(/^[0-9a-f]{32}$/)
})

test('stops in order', async () => {
  expect(await traffic.stop()).toBe(0)
})

test('says that its port is taken, and ends at once', async () => {
  const { port } = jaeger.address() as AddressInfo
  const start = startProcess({
    folder: new URL('..', import.meta.url),
    env: {
      ...{ TRAFFIC_PORT: String(port), TRAFFIC_API_KEY: trustedKey },
      GATEWAY_URL: gateway.process.address,
    },
  })
  const { message } = await start.then(
    () => new Error('it started'),
    (err: Error) => err,
  )
  expect(message).toContain('could not start: Error: listen EADDRINUSE')
  expect(message).not.toContain('did not stop')
})
