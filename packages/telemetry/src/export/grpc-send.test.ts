import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type handleUnaryCall, Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js'
import { expect, onTestFinished, test } from 'vitest'
import { createGrpcSender } from './grpc-send.ts'
import { spanSignal } from './otlp-signal.ts'
import type { Outcome } from './outcome.ts'

type Answer = handleUnaryCall<Buffer, Buffer>

const none = new AbortController().signal
const path = spanSignal.grpcPath
const { readAnswer } = spanSignal.protobuf

async function listen(answer: Answer, address = '127.0.0.1:0'): Promise<[Server, number]> {
  const server = new Server()
  const asItIs = (bytes: Buffer) => bytes
  const method = {
    path,
    requestStream: false as const,
    responseStream: false as const,
    requestSerialize: asItIs,
    requestDeserialize: asItIs,
    responseSerialize: asItIs,
    responseDeserialize: asItIs,
  }
  server.addService({ Export: method }, { Export: answer })
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (err, bound) =>
      err ? reject(err) : resolve(bound),
    )
  })
  onTestFinished(() => server.forceShutdown())
  return [server, port]
}

function senderTo(port: number, mostMs = 5_000) {
  // The SDK reads its variables from the process.
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${port}`
  onTestFinished(() => {
    delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT
  })
  return createGrpcSender({ variable: 'TRACES', path, mostMs, readAnswer })
}

async function sendTo(answer: Answer, mostMs?: number): Promise<Outcome> {
  const [, port] = await listen(answer)
  return senderTo(port, mostMs).send(new Uint8Array([1, 2, 3]), none)
}

function failing(code: status, details?: Buffer): Answer {
  const metadata = new Metadata()
  if (details) metadata.set('grpc-status-details-bin', details)
  return (_, answer) => answer({ code, details: 'no', metadata })
}

test('hands over the bytes as they are, and reads what was rejected', async () => {
  let received: Buffer | undefined
  const partialSuccess = Buffer.from([0x0a, 0x02, 0x08, 0x03])
  const outcome = await sendTo(({ request }, answer) => {
    received = request
    answer(null, partialSuccess)
  })
  expect(received).toEqual(Buffer.from([1, 2, 3]))
  expect(outcome).toEqual({ is: 'accepted', rejectedCount: 3 })
})

test.each([
  ['CANCELLED', status.CANCELLED],
  ['ABORTED', status.ABORTED],
  ['OUT_OF_RANGE', status.OUT_OF_RANGE],
  ['UNAVAILABLE', status.UNAVAILABLE],
  ['DATA_LOSS', status.DATA_LOSS],
])('%s is tried again', async (errorType, code) => {
  expect(await sendTo(failing(code))).toEqual({ is: 'postponed', errorType, message: 'no' })
})

test.each([
  ['INVALID_ARGUMENT', status.INVALID_ARGUMENT],
  ['UNAUTHENTICATED', status.UNAUTHENTICATED],
  ['UNIMPLEMENTED', status.UNIMPLEMENTED],
  ['INTERNAL', status.INTERNAL],
  ['RESOURCE_EXHAUSTED', status.RESOURCE_EXHAUSTED],
])('%s is for ever', async (errorType, code) => {
  expect(await sendTo(failing(code))).toEqual({ is: 'refused', errorType, message: 'no' })
})

test('an exhausted receiver that says when to come back is tried again then', async () => {
  const type = Buffer.from('type.googleapis.com/google.rpc.RetryInfo')
  const retryInfo = Buffer.from([0x0a, 0x02, 0x08, 0x07])
  const any = [0x0a, type.length, ...type, 0x12, retryInfo.length, ...retryInfo]
  const details = Buffer.from([0x08, status.RESOURCE_EXHAUSTED, 0x1a, any.length, ...any])
  expect(await sendTo(failing(status.RESOURCE_EXHAUSTED, details))).toEqual({
    is: 'postponed',
    errorType: 'RESOURCE_EXHAUSTED',
    message: 'no',
    retryAfterMs: 7_000,
  })
})

test('a receiver that hangs is given up after its time, or at once when told to', async () => {
  const outcome = await sendTo(() => {}, 100)
  expect(outcome).toMatchObject({ is: 'postponed', errorType: 'DEADLINE_EXCEEDED' })

  const reached = Promise.withResolvers<void>()
  const [, port] = await listen(() => reached.resolve())
  const stop = new AbortController()
  const sent = senderTo(port).send(new Uint8Array([1]), stop.signal)
  await reached.promise
  stop.abort()
  expect(await sent).toMatchObject({ is: 'postponed', errorType: 'CANCELLED' })
})

test('a receiver that comes back is reached again', async () => {
  const take: Answer = (_, answer) => answer(null, Buffer.alloc(0))
  const [server, port] = await listen(take)
  const { send } = senderTo(port)
  const data = new Uint8Array([1])
  expect(await send(data, none)).toMatchObject({ is: 'accepted' })
  server.forceShutdown()
  expect(await send(data, none)).toMatchObject({ is: 'postponed', errorType: 'UNAVAILABLE' })
  await listen(take, `127.0.0.1:${port}`)
  await expect.poll(() => send(data, none)).toMatchObject({ is: 'accepted' })
})

test('a connection that goes dead without a word is given up for another', async () => {
  const [, port] = await listen((_, answer) => answer(null, Buffer.alloc(0)))
  const lines = new Set<Socket>()
  // As a firewall that forgets: it takes bytes, and hands none on.
  const between = createServer((socket) => {
    const onward = connect(port, '127.0.0.1')
    for (const line of [socket, onward]) lines.add(line.on('error', () => {}))
    socket.pipe(onward).pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(between, 'listening')
  onTestFinished(() => {
    between.close()
    for (const line of lines) line.destroy()
  })
  const { send } = senderTo((between.address() as AddressInfo).port, 500)
  const data = new Uint8Array([1])
  expect(await send(data, none)).toMatchObject({ is: 'accepted' })
  for (const line of lines) line.unpipe().resume()
  expect(await send(data, none)).toMatchObject({ errorType: 'DEADLINE_EXCEEDED' })
  const patience = { timeout: 25_000 }
  await expect.poll(() => send(data, none), patience).toMatchObject({ is: 'accepted' })
}, 30_000)
