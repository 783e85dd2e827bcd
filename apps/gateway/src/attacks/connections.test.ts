// Connections that are not HTTP, not finished, or not kept.
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { bearer, expectRefusal, gateway, send } from '../testing/attacked-gateway.ts'
import { trustedKey } from '../testing/core-peer.ts'
import { addTask } from '../testing/finish-task.ts'
import { post } from '../testing/raw-request.ts'

test.each([
  ['a TLS greeting', new Uint8Array([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc])],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a made-up method', 'STEAL /v1/search HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a made-up version', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'],
  ['nobody’s host', 'GET / HTTP/1.1\r\n\r\n'],
  ['prose', 'Dear Sir or Madam,\r\n\r\n'],
])('what is not HTTP/1.1 is refused: %s', async (_, bytes) => {
  expectRefusal(await send(bytes), 400)
})

test.each([
  ['stops within the headers', 'POST /v1/search HTTP/1.1\r\nHost: x\r\n'],
  ['stops within the body', post('/v1/search', '{"query":"x"}', [bearer]).slice(0, -3)],
])('a caller who %s is let go', async (_, bytes) => {
  const response = await send(bytes)
  expectRefusal(response, 408)
  expect(response.durationMs).toBeLessThan(5_000)
})

test('a caller who says nothing is let go without a word', async () => {
  const { status, durationMs } = await send('')
  expect(status).toBe(0)
  expect(durationMs).toBeLessThan(5_000)
})

test('a request of one byte at a time is cut off', async () => {
  const bytes = post('/v1/search', '{"query":"x"}', [bearer])
  const socket = connect(gateway().port, '127.0.0.1')
  let read = ''
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    read += chunk
  })
  let sent = 0
  const drip = setInterval(() => socket.write(bytes.slice(sent, ++sent)), 20)
  await new Promise((resolve) => socket.once('close', resolve))
  clearInterval(drip)
  expect(read).toMatch(/^HTTP\/1\.1 408 /)
  expect(sent).toBeLessThan(bytes.length)
})

test('a hundred requests at once on one connection are all answered', async () => {
  const one = post('/v1/search', '{"query":"x"}', [bearer])
    .toString()
    .replace(/close/, 'keep-alive')
  const last = post('/v1/search', '{"query":"x"}', [bearer])
  const { text } = await send(one.repeat(99), last)
  expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(100)
})

test('what follows a request on its connection is refused once that is answered', async () => {
  const { socket, received } = dial('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
  await expect.poll(received).toMatch(/^HTTP\/1\.1 200 /)
  socket.write('Dear Sir or Madam,\r\n\r\n')
  await once(socket, 'close')
  expect(received().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400'])
})

test('what follows a request whose answer is under way ends the connection, and no word gets into it', async () => {
  const { id } = addTask(gateway().peer)
  const { socket, received } = dial(
    `GET /v1/tasks/${id}/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${trustedKey}\r\n\r\n`,
  )
  await expect.poll(received).toContain('retry: ')
  const before = received()
  socket.write('Dear Sir or Madam,\r\n\r\n')
  await once(socket, 'close')
  expect(received()).toBe(before)
})

test('fifty callers who hang up on a stream and fifty on a wait leave nothing behind', async () => {
  const task = addTask(gateway().peer)
  const callers = Array.from({ length: 50 }, () => new AbortController())
  const json = { listingId: 'listing-1', budgetCents: 1 }
  const streams = callers.map(({ signal }) =>
    gateway().fetch(`/v1/tasks/${task.id}/events`, { signal }),
  )
  const waits = callers.map(({ signal }) =>
    gateway()
      .fetch('/v1/negotiate?wait=true', { json, signal })
      .catch(() => 'gone'),
  )
  expect((await Promise.all(streams)).map(({ status }) => status)).toEqual(Array(50).fill(200))
  await expect.poll(() => gateway().peer.tasks.size).toBe(51)
  for (const caller of callers) caller.abort()
  expect(await Promise.all(waits)).toEqual(Array(50).fill('gone'))
})

/** A connection that stays: what was said on it, and what may be said next. */
function dial(bytes: string) {
  const socket = connect(gateway().port, '127.0.0.1').setEncoding('utf8')
  let received = ''
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    received += chunk
  })
  socket.write(bytes)
  return { socket, received: () => received }
}
