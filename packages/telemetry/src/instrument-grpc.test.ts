import * as grpc from '@grpc/grpc-js'
import { context, SpanKind, trace } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { expect, test } from 'vitest'
import { ask, startEcho, statusOf } from '../fixtures/grpc-echo.ts'
import { recordGrpc } from '../fixtures/record-grpc.ts'
import { withoutTracing, withSpan } from './with-span.ts'

const { status } = grpc
type Unary = grpc.handleUnaryCall<string, string>
const recorder = recordGrpc()

test('records unary, client, server and bidirectional calls alike', async () => {
  await using echo = await startEcho()
  await withSpan('all four', {}, async () => {
    expect(await ask(echo.client, 'Say', 'hello')).toMatchObject({ code: 0, answer: 'hello' })

    const gathered = new Promise((resolve) => {
      const call = echo.client.Gather?.((_: unknown, all: string) => resolve(all))
      for (const part of ['a', 'b']) call.write(part)
      call.end()
    })
    expect(await gathered).toBe('ab')

    const repeated = echo.client.Repeat?.('abc')
    const letters: string[] = []
    repeated.on('data', (letter: string) => letters.push(letter))
    expect(await statusOf(repeated)).toBe(status.OK)
    expect(letters).toEqual(['a', 'b', 'c'])

    const chatting = echo.client.Chat?.()
    chatting.write('one')
    chatting.end()
    expect(await statusOf(chatting)).toBe(status.OK)
  })

  expect(await recorder.lines(9)).toEqual([
    'CLIENT test.Echo/Chat OK',
    'CLIENT test.Echo/Gather OK',
    'CLIENT test.Echo/Repeat OK',
    'CLIENT test.Echo/Say OK',
    'INTERNAL all four undefined',
    'SERVER test.Echo/Chat OK',
    'SERVER test.Echo/Gather OK',
    'SERVER test.Echo/Repeat OK',
    'SERVER test.Echo/Say OK',
  ])
  const root = recorder.spanOf(SpanKind.INTERNAL)?.spanContext()
  for (const client of recorder.spans.filter(({ kind }) => kind === SpanKind.CLIENT)) {
    const server = recorder.spanOf(SpanKind.SERVER, client.name)
    expect(client.parentSpanContext?.spanId).toBe(root?.spanId)
    const { traceId, spanId } = client.spanContext()
    expect(server?.parentSpanContext).toMatchObject({ traceId, spanId, isRemote: true })
  }
  const methods = ['Chat', 'Gather', 'Repeat', 'Say'].map((name) => `test.Echo/${name}`)
  expect((await recorder.clientSeries()).map((one) => one['rpc.method']).sort()).toEqual(methods)
  expect((await recorder.serverSeries()).map((one) => one['rpc.method']).sort()).toEqual(methods)
})

test('names each span and series by the stable conventions', async () => {
  await using echo = await startEcho()
  await ask(echo.client, 'Say', 'hello')
  await recorder.lines(2)
  const shared = {
    'rpc.system.name': 'grpc',
    'rpc.method': 'test.Echo/Say',
    'rpc.status_code': 'OK',
  }
  const attributesOf = (wanted: SpanKind) =>
    recorder.spans.find(({ kind }) => kind === wanted)?.attributes
  const server = { 'server.address': '127.0.0.1', 'server.port': echo.port }
  expect(attributesOf(SpanKind.CLIENT)).toEqual({ ...shared, ...server })
  expect(attributesOf(SpanKind.SERVER)).toEqual(shared)
  expect(await recorder.clientSeries()).toEqual([{ ...shared, ...server }])
  expect(await recorder.serverSeries()).toEqual([shared])
})

test('takes any refusal for an error of the client, and six of them for one of the server', async () => {
  const refuse: Unary = ({ request }, answer) => answer({ code: Number(request), details: 'no' })
  await using echo = await startEcho({ handlers: { Say: refuse } })
  const refusals = Object.values(status).filter((code) => typeof code === 'number' && code > 0)
  for (const code of refusals) await ask(echo.client, 'Say', String(code))

  const lines = await recorder.lines(32)
  expect(lines.filter((line) => line.startsWith('CLIENT') && !line.includes('ERROR'))).toEqual([])
  const blamed = lines.filter((line) => line.startsWith('SERVER') && line.includes('ERROR'))
  expect(blamed).toEqual([
    'SERVER test.Echo/Say DATA_LOSS ERROR DATA_LOSS',
    'SERVER test.Echo/Say DEADLINE_EXCEEDED ERROR DEADLINE_EXCEEDED',
    'SERVER test.Echo/Say INTERNAL ERROR INTERNAL',
    'SERVER test.Echo/Say UNAVAILABLE ERROR UNAVAILABLE',
    'SERVER test.Echo/Say UNIMPLEMENTED ERROR UNIMPLEMENTED',
    'SERVER test.Echo/Say UNKNOWN ERROR UNKNOWN',
  ])
  const errorTypes = (await recorder.serverSeries()).filter((one) => 'error.type' in one)
  expect(errorTypes).toHaveLength(6)
  expect((await recorder.clientSeries()).filter((one) => 'error.type' in one)).toHaveLength(16)
})

test('measures what is not sampled, and hands its ids on', async () => {
  let seen: string | undefined
  const look: Unary = (_, answer) => {
    seen = trace.getActiveSpan()?.spanContext().traceId
    answer(null, 'seen')
  }
  await using echo = await startEcho({ handlers: { Say: look } })
  const traceId = await withoutTracing(async () => {
    await ask(echo.client, 'Say', 'hello')
    return trace.getActiveSpan()?.spanContext().traceId
  })
  await expect.poll(recorder.serverSeries).toHaveLength(1)
  expect(await recorder.clientSeries()).toHaveLength(1)
  expect(seen).toBe(traceId)
  expect(recorder.spans).toEqual([])
})

test('leaves alone what is ignored, and what telemetry sends itself', async () => {
  await using echo = await startEcho()
  await withSpan('poll', {}, () => ask(echo.client, 'Poll', 'hello'))
  expect(await recorder.lines(1)).toEqual(['INTERNAL poll undefined'])
  expect([...(await recorder.clientSeries()), ...(await recorder.serverSeries())]).toEqual([])

  await context.with(suppressTracing(context.active()), () => ask(echo.client, 'Say', 'hello'))
  expect(await recorder.clientSeries()).toEqual([])
})
