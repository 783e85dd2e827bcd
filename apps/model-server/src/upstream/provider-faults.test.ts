import { once } from 'node:events'
import OpenAI from 'openai'
import { expect, test } from 'vitest'
import {
  answer,
  type Behaviour,
  begin,
  breakOff,
  chunk,
  done,
  event,
  openStream,
  roleChunk,
  sayNothing,
  send,
  usageChunk,
} from '../testing/faulty-provider.ts'
import { asked, forwardInEachTest } from '../testing/forward-in-each-test.ts'

const far = forwardInEachTest({
  UPSTREAM_FIRST_TOKEN_TIMEOUT_MS: '600',
  UPSTREAM_TOKEN_GAP_TIMEOUT_MS: '400',
  MODEL_TIMEOUT_MS: '3000',
})
const { whole, streamed } = far

/** What a caller has seen of a stream, and how it ended. */
async function read(): Promise<{ said: string; error?: unknown }> {
  let said = ''
  try {
    for await (const { choices } of await streamed()) said += choices[0]?.delta.content ?? ''
    return { said }
  } catch (error) {
    return { said, error }
  }
}

const json = 'application/json'
const flood = (text: string, onWrite = () => {}): Behaviour => {
  return async (response) => {
    openStream(response)
    const closed = once(response, 'close')
    while (!response.destroyed) {
      onWrite()
      if (response.write(text)) await new Promise(setImmediate)
      else await Promise.race([closed, once(response, 'drain')])
    }
  }
}

test.each<[string, Behaviour, number, string]>([
  ['says nothing', sayNothing, 504, 'timeout'],
  ['opens the stream and says nothing', begin(), 504, 'timeout'],
  ['names the role and says nothing more', begin(roleChunk), 504, 'timeout'],
  [
    'sends comments for ever',
    flood(`: ${'still here '.repeat(30_000)}\n\n`),
    502,
    'upstream_invalid',
  ],
  ['sends an event without an end', flood(`data: ${'x'.repeat(300_000)}`), 502, 'upstream_invalid'],
  ['breaks off before the first token', breakOff(roleChunk), 502, 'upstream_failed'],
  ['ends before the first token', send(roleChunk), 502, 'upstream_failed'],
  ['ends at once', send(''), 502, 'upstream_failed'],
  ['is done before it begins', send(done), 502, 'upstream_invalid'],
  ['sends something else than JSON', send('data: {oops\n\n'), 502, 'upstream_invalid'],
  ['sends something else than chunks', send(event({ hello: 1 })), 502, 'upstream_invalid'],
  ['sends no text', send(new Uint8Array([0xc3, 0x28, 10, 10])), 502, 'upstream_invalid'],
  ['sends a page', send('<html>', 'text/html'), 502, 'upstream_invalid'],
  ['sends JSON where a stream is wanted', send('{}', json), 502, 'upstream_invalid'],
  ['has no content', send('', json, 204), 502, 'upstream_invalid'],
])('a provider that %s: the stream does not begin', async (_, behaviour, status, code) => {
  far.provider.behave(behaviour)
  await expect(streamed()).rejects.toMatchObject({ status, code, type: 'server_error' })
  expect(far.provider.requests).toHaveLength(1)
})

test.each<[string, Behaviour, string]>([
  ['stops in the middle', begin(chunk('hel'), chunk('lo')), 'timeout'],
  ['sends comments in the middle', begin(chunk('hello'), ': wait\n\n'), 'timeout'],
  ['breaks off in the middle', breakOff(chunk('hel'), chunk('lo')), 'upstream_failed'],
  ['ends without an end', send(chunk('hello')), 'upstream_failed'],
  ['ends in the middle of a chunk', send(`${chunk('hello')}data: {"cho`), 'upstream_failed'],
  ['sends garbage in the middle', send(`${chunk('hello')}data: oops\n\n`), 'upstream_invalid'],
])('a provider that %s: what it said is shown, and then the error', async (_, behaviour, code) => {
  far.provider.behave(behaviour)
  const { said, error } = await read()
  expect(said).toBe('hello')
  expect(error).toBeInstanceOf(OpenAI.APIError)
  expect(error).toMatchObject({ code, type: 'server_error' })
  expect(far.provider.requests).toHaveLength(1)
})

test('empty chunks are shown in the end, and are no tokens', async () => {
  far.provider.behave(flood(event({ choices: [] }).repeat(100)))
  expect(await read()).toMatchObject({ said: '', error: { code: 'timeout' } })
})

test.each<[string, Behaviour, number, string]>([
  ['says nothing', sayNothing, 504, 'timeout'],
  ['stops in the middle', beginJson('{"id":'), 504, 'timeout'],
  ['breaks off in the middle', breakOffJson('{"id":'), 502, 'upstream_failed'],
  ['sends something else than JSON', send('{oops', json), 502, 'upstream_invalid'],
  ['sends something else than an answer', send('{"choices":[]}', json), 502, 'upstream_invalid'],
  ['sends a stream', send(chunk('hello')), 502, 'upstream_invalid'],
  ['sends a page', send('<html>', 'text/html'), 502, 'upstream_invalid'],
])('a provider that %s: there is no answer', async (_, behaviour, status, code) => {
  far.provider.behave(behaviour)
  await expect(whole()).rejects.toMatchObject({ status, code, type: 'server_error' })
  expect(far.provider.requests).toHaveLength(1)
})

test('an answer is complete when it says why it ends, or that it does', async () => {
  far.provider.behave(send(chunk('hello') + chunk('', 'stop')))
  expect(await read()).toEqual({ said: 'hello' })
  far.provider.behave(send(chunk('hello') + done))
  expect(await read()).toEqual({ said: 'hello' })
  // What comes after it is nobody's business.
  far.provider.behave(begin(chunk('hello', 'stop'), usageChunk, done, 'garbage'))
  expect(await read()).toEqual({ said: 'hello' })
})

test('a caller who leaves is not waited for', async () => {
  far.provider.behave(begin(chunk('hello')))
  for await (const _ of await streamed()) break
  await far.provider.requests[0]?.left

  far.provider.behave(sayNothing)
  const leaving = new AbortController()
  const response = far.forwarder.post('/v1/chat/completions', asked, leaving.signal)
  await far.provider.received(2)
  leaving.abort()
  await expect(response).rejects.toThrow()
  await far.provider.requests[1]?.left
})

test('a caller who does not read stops the provider', async () => {
  const half = chunk('x'.repeat(500_000))
  let megabytes = 0
  const count = () => {
    megabytes += 0.5
  }
  far.provider.behave(flood(half, count))
  const leaving = new AbortController()
  const response = await far.forwarder.post(
    '/v1/chat/completions',
    { ...asked, stream: true },
    leaving.signal,
  )
  // The time of the request is what ends it; the provider's pause is not its fault.
  await far.provider.requests[0]?.left
  // What fits into the buffers on the way; a provider that is read on and on writes hundreds.
  expect(megabytes).toBeLessThan(40)
  leaving.abort()
  await response.body?.cancel().catch(() => {})
  far.provider.behave(answer('hello'))
  expect(await read()).toEqual({ said: 'hello' })
})

test('a connection is used again', async () => {
  await far.forwarder.client.models.list()
  const ports = new Set<number | undefined>()
  far.provider.behave((response, request) => {
    ports.add(response.socket?.remotePort)
    answer('hello')(response, request)
  })
  for (let count = 0; count < 3; count++) {
    await read()
    await whole()
  }
  expect(ports.size).toBe(1)
})

function beginJson(text: string): Behaviour {
  return (response) => {
    response.writeHead(200, { 'content-type': json }).write(text)
  }
}

function breakOffJson(text: string): Behaviour {
  return (response) => {
    response.writeHead(200, { 'content-type': json }).write(text, () => response.destroy())
  }
}
