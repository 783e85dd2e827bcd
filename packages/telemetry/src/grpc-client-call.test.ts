import * as grpc from '@grpc/grpc-js'
import { SpanKind, trace } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { ask, connectEcho, startEcho } from '../fixtures/grpc-echo.ts'
import { recordGrpc } from '../fixtures/record-grpc.ts'
import { withSpan } from './with-span.ts'

const { status } = grpc
type Unary = grpc.handleUnaryCall<string, string>
const recorder = recordGrpc()

test('keeps metadata, trailers and interceptors as their owners made them', async () => {
  const seen: unknown[] = []
  const answerWithTrailer: Unary = (call, answer) => {
    seen.push(call.metadata.get('mine'), trace.getActiveSpan()?.spanContext().spanId)
    const trailers = new grpc.Metadata()
    trailers.set('theirs', 'yes')
    answer(null, 'hello', trailers)
  }
  let interceptedIn: string | undefined
  const serverInterceptor: grpc.ServerInterceptor = (_, call) =>
    new grpc.ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata(metadata, pass) {
            interceptedIn = trace.getActiveSpan()?.spanContext().spanId
            pass(metadata)
          },
        }),
    })
  const clientInterceptor: grpc.Interceptor = (options, next) => {
    seen.push('intercepted')
    return new grpc.InterceptingCall(next(options))
  }
  const interceptors = [serverInterceptor]
  await using echo = await startEcho({
    handlers: { Say: answerWithTrailer },
    server: { interceptors },
    client: { interceptors: [clientInterceptor] },
  })
  const metadata = new grpc.Metadata()
  metadata.set('mine', 'kept')
  const { trailers } = await ask(echo.client, 'Say', 'hello', { metadata })
  await recorder.lines(2)
  const server = recorder.spanOf(SpanKind.SERVER)?.spanContext()
  expect(seen).toEqual(['intercepted', ['kept'], server?.spanId])
  expect(interceptedIn).toBe(server?.spanId)
  expect(trailers.get('theirs')).toEqual(['yes'])
  expect(metadata.getMap()).toEqual({ mine: 'kept' })
  expect(interceptors).toEqual([serverInterceptor])
})

test.each([
  ['127.0.0.1', ['baggage', 'traceparent']],
  ['[::ffff:127.0.0.1]', []],
])(
  'a call to %s carries of its context %j: hosts outside are told nothing',
  async (host, names) => {
    let received: string[] = []
    const listen: Unary = ({ metadata }, answer) => {
      received = Object.keys(metadata.getMap()).filter((name) => /^(trace|baggage|mine)/.test(name))
      answer(null, 'hello')
    }
    await using echo = await startEcho({ handlers: { Say: listen } })
    const client = connectEcho(echo.port, undefined, host)
    const metadata = new grpc.Metadata()
    metadata.set('mine', 'kept')
    // As an app may set it by hand.
    metadata.set('baggage', 'a=b')
    const { code } = await ask(client, 'Say', 'hello', { metadata })
    client.close()
    expect(code).toBe(status.OK)
    expect(received.sort()).toEqual([...names, 'mine'].sort())
    expect(await recorder.lines(2)).toEqual(['CLIENT test.Echo/Say OK', 'SERVER test.Echo/Say OK'])
  },
)

test('answers each caller in the context from which it asked', async () => {
  await using echo = await startEcho()
  const names = ['first', 'second', 'third']
  const heard = await Promise.all(
    names.map((name) =>
      withSpan(name, {}, (span) => {
        const { promise, resolve } = Promise.withResolvers<boolean>()
        // All wait for one connection, which one of them opens.
        echo.client.Say?.('hello', () => resolve(trace.getActiveSpan() === span))
        return promise
      }),
    ),
  )
  expect(heard).toEqual([true, true, true])
  await recorder.lines(9)
})

test('a client without a generated stub is recorded too', async () => {
  await using echo = await startEcho()
  const client = new grpc.Client(`127.0.0.1:${echo.port}`, grpc.credentials.createInsecure(), {
    channelOverride: connectEcho(echo.port).getChannel(),
  })
  const answer = await new Promise((resolve) => {
    client.makeUnaryRequest('/test.Echo/Say', Buffer.from, String, 'bare', (_, text) =>
      resolve(text),
    )
  })
  client.close()
  expect(answer).toBe('bare')
  expect(await recorder.lines(2)).toEqual(['CLIENT test.Echo/Say OK', 'SERVER test.Echo/Say OK'])
})

test('tells the retries of a channel as one call of the client', async () => {
  let attempts = 0
  const succeedAtLast: Unary = (_, answer) => {
    attempts += 1
    if (attempts < 3) answer({ code: status.UNAVAILABLE })
    else answer(null, 'at last')
  }
  const retryPolicy = {
    maxAttempts: 3,
    initialBackoff: '0.01s',
    maxBackoff: '0.01s',
    backoffMultiplier: 1,
    retryableStatusCodes: ['UNAVAILABLE'],
  }
  const methodConfig = [{ name: [{ service: 'test.Echo' }], retryPolicy }]
  await using echo = await startEcho({
    handlers: { Say: succeedAtLast },
    client: { 'grpc.service_config': JSON.stringify({ methodConfig }) },
  })
  expect(await ask(echo.client, 'Say', 'hello')).toMatchObject({ answer: 'at last' })
  expect(await recorder.lines(4)).toEqual([
    'CLIENT test.Echo/Say OK',
    'SERVER test.Echo/Say OK',
    'SERVER test.Echo/Say UNAVAILABLE ERROR UNAVAILABLE',
    'SERVER test.Echo/Say UNAVAILABLE ERROR UNAVAILABLE',
  ])
  expect(new Set(recorder.spans.map((span) => span.spanContext().traceId)).size).toBe(1)
})

test('blames a client that cannot read the answer', async () => {
  const mumble: Unary = (_, answer) => answer(null, '\0')
  await using echo = await startEcho({ handlers: { Say: mumble } })
  await ask(echo.client, 'Say', 'hello')
  expect(await recorder.lines(2)).toEqual([
    'CLIENT test.Echo/Say INTERNAL ERROR INTERNAL',
    'SERVER test.Echo/Say OK',
  ])
})
