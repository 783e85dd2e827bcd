import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client, credentials } from '@grpc/grpc-js'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Otlp, OtlpServer } from '@throughline/trace-testing/receiver'
import { expect, onTestFinished, test } from 'vitest'
import { ListenError, receiveGrpc, receiveHttp } from './receive.ts'

const anyPort = { host: '127.0.0.1', port: 0 }

function serializedSpan(name = 'take order'): Buffer {
  const exporter = new InMemorySpanExporter()
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
  provider.getTracer('shop-code').startSpan(name).end()
  return Buffer.from(ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans()) ?? [])
}

function sendByGrpc({ url }: OtlpServer, body: Buffer): Promise<Buffer | undefined> {
  const client = new Client(new URL(url).host, credentials.createInsecure())
  const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'
  const asItIs = (bytes: Buffer) => bytes
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>()
  client.makeUnaryRequest(
    path,
    asItIs,
    asItIs,
    body,
    { deadline: Date.now() + 5_000 },
    (err, answer) => (err ? reject(err) : resolve(answer)),
  )
  return promise.finally(() => client.close())
}

test('receives over gRPC what it would over HTTP', async () => {
  const body = serializedSpan()
  const byGrpc: Otlp[] = []
  const grpc = await receiveGrpc((otlp) => byGrpc.push(otlp), anyPort)
  onTestFinished(() => grpc.stop())
  expect(await sendByGrpc(grpc, body)).toHaveLength(0)

  const byHttp: Otlp[] = []
  const http = await receiveHttp((otlp) => byHttp.push(otlp), anyPort)
  onTestFinished(() => http.stop())
  const headers = { 'content-type': 'application/x-protobuf' }
  const init = { method: 'POST', headers, body: new Uint8Array(body) }
  expect((await fetch(`${http.url}/v1/traces`, init)).status).toBe(200)

  expect(byHttp[0]?.resourceSpans?.[0]?.scopeSpans?.[0]?.spans?.[0]?.name).toBe('take order')
  expect(byGrpc).toEqual(byHttp)
})

test('receives a batch beyond what gRPC takes by itself', async () => {
  const names: (string | undefined)[] = []
  const grpc = await receiveGrpc(({ resourceSpans }) => {
    names.push(resourceSpans?.[0]?.scopeSpans?.[0]?.spans?.[0]?.name)
  }, anyPort)
  onTestFinished(() => grpc.stop())
  const longest = 'x'.repeat(5 * 1024 * 1024)
  await sendByGrpc(grpc, serializedSpan(longest))
  expect(names[0]).toHaveLength(longest.length)
})

test('refuses what is no OTLP, also over gRPC', async () => {
  const grpc = await receiveGrpc(() => undefined, anyPort)
  onTestFinished(() => grpc.stop())
  const refused = sendByGrpc(grpc, Buffer.from([0x0a, 0x05]))
  await expect(refused).rejects.toThrow('INVALID_ARGUMENT: the message ends within a field')
})

test.each([
  ['HTTP', receiveHttp],
  ['gRPC', receiveGrpc],
])('says that the port is taken (%s)', async (_, receive) => {
  const other = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await expect.poll(() => other.listening).toBe(true)
  const { port } = other.address() as AddressInfo
  const receiving = receive(() => undefined, { host: '127.0.0.1', port })
  await expect(receiving).rejects.toThrow(ListenError)
  await expect(receiving).rejects.toThrow(`Port ${port} is taken`)
})
