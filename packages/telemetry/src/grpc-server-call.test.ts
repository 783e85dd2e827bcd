import * as grpc from '@grpc/grpc-js'
import { expect, test } from 'vitest'
import { ask, connectEcho, type EchoClient, startEcho, statusOf } from '../fixtures/grpc-echo.ts'
import { recordGrpc } from '../fixtures/record-grpc.ts'
import { runScript } from '../fixtures/run-script.ts'

const { status } = grpc
type Repeat = grpc.handleServerStreamingCall<string, string>
const nothing: grpc.handleUnaryCall<string, string> = () => {}
const recorder = recordGrpc()

test('ends the spans of a handler that throws', async () => {
  const fail = () => {
    throw new Error('private words')
  }
  await using echo = await startEcho({
    handlers: { Say: fail, Repeat: fail, Gather: fail, Chat: fail },
  })
  await ask(echo.client, 'Say', 'hello')
  await statusOf(echo.client.Repeat?.('hello'))
  await new Promise((resolve) => echo.client.Gather?.(resolve))
  await statusOf(echo.client.Chat?.())
  const outcome = 'UNKNOWN ERROR UNKNOWN'
  expect(await recorder.lines(8)).toEqual(
    ['CLIENT', 'SERVER'].flatMap((end) =>
      ['Chat', 'Gather', 'Repeat', 'Say'].map((name) => `${end} test.Echo/${name} ${outcome}`),
    ),
  )
  expect(JSON.stringify(recorder.spans.map(({ events }) => events))).not.toContain('private')
})

test('sees what grpc-js answers before any handler', async () => {
  await using echo = await startEcho({ server: { 'grpc.max_receive_message_length': 8 } })
  await ask(echo.client, 'Say', 'more than eight bytes')
  await ask(echo.client, 'Say', '\0')
  await ask(echo.client, 'Missing', 'hello')
  expect(await recorder.lines(6)).toEqual([
    'CLIENT test.Echo/Missing UNIMPLEMENTED ERROR UNIMPLEMENTED',
    'CLIENT test.Echo/Say INTERNAL ERROR INTERNAL',
    'CLIENT test.Echo/Say RESOURCE_EXHAUSTED ERROR RESOURCE_EXHAUSTED',
    'SERVER test.Echo/Missing UNIMPLEMENTED ERROR UNIMPLEMENTED',
    'SERVER test.Echo/Say INTERNAL ERROR INTERNAL',
    'SERVER test.Echo/Say RESOURCE_EXHAUSTED',
  ])
})

test('a cancelled call is an error of nobody but the client', async () => {
  const drip: Repeat = (call) => void call.write('first')
  await using echo = await startEcho({ handlers: { Say: nothing, Repeat: drip } })
  const waiting = echo.client.Say?.('hello', () => {})
  const reading = echo.client.Repeat?.('hello')
  const ended = statusOf(reading)
  reading.once('data', () => {
    waiting.cancel()
    reading.cancel()
  })
  expect(await ended).toBe(status.CANCELLED)
  expect(await recorder.lines(4)).toEqual([
    'CLIENT test.Echo/Repeat CANCELLED ERROR CANCELLED',
    'CLIENT test.Echo/Say CANCELLED ERROR CANCELLED',
    'SERVER test.Echo/Repeat CANCELLED',
    'SERVER test.Echo/Say CANCELLED',
  ])
})

test('a missed deadline is an error of both', async () => {
  await using echo = await startEcho({ handlers: { Say: nothing, Repeat: () => {} } })
  // The connection exists, so that the deadline is spent in the handler.
  await new Promise((resolve) => echo.client.waitForReady(Date.now() + 5_000, resolve))
  const deadline = Date.now() + 100
  await Promise.all([
    ask(echo.client, 'Say', 'hello', { deadline }),
    statusOf(echo.client.Repeat?.('hello', { deadline })),
  ])
  const outcome = 'DEADLINE_EXCEEDED ERROR DEADLINE_EXCEEDED'
  expect(await recorder.lines(4)).toEqual(
    ['CLIENT', 'SERVER'].flatMap((end) =>
      ['Repeat', 'Say'].map((name) => `${end} test.Echo/${name} ${outcome}`),
    ),
  )
})

test('ends the spans of calls whose server stops', async () => {
  const reached = Promise.withResolvers<void>()
  await using echo = await startEcho({ handlers: { Say: () => reached.resolve() } })
  const answer = ask(echo.client, 'Say', 'hello')
  await reached.promise
  echo.server.forceShutdown()
  await answer
  expect(await recorder.lines(2)).toEqual([
    'CLIENT test.Echo/Say CANCELLED ERROR CANCELLED',
    'SERVER test.Echo/Say CANCELLED',
  ])
})

test('ends the span of a call whose server is killed, and of one that finds no server', async () => {
  let client: EchoClient | undefined
  let answers: Promise<unknown> | undefined
  await runScript('mute-server', {
    register: false,
    onOutput(output, server) {
      client ??= connectEcho(Number.parseInt(output, 10))
      answers ??= ask(client, 'Say', 'hello')
      if (output.includes('reached')) server.kill('SIGKILL')
    },
  })
  expect(await answers).toMatchObject({ code: status.UNAVAILABLE })
  if (client) await ask(client, 'Say', 'hello')
  client?.close()
  expect(await recorder.lines(2)).toEqual([
    'CLIENT test.Echo/Say UNAVAILABLE ERROR UNAVAILABLE',
    'CLIENT test.Echo/Say UNAVAILABLE ERROR UNAVAILABLE',
  ])
})
