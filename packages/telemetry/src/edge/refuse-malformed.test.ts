// Bytes that are not HTTP, on real connections.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { edgeServerOptions } from './early-refusals.ts'

const begin = 'GET /stream HTTP/1.1\r\nhost: here\r\n\r\n'
const chunked = 'POST /slow HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n\r\n'
const cutOff = vi.fn<(reason: string) => void>()

let app: FastifyInstance
let stream: PassThrough
let socket: Socket

beforeEach(async () => {
  cutOff.mockReset()
  stream = new PassThrough()
  const answer = () => ({ headers: { 'x-own': 'yes' }, body: 'no' })
  app = Fastify(edgeServerOptions(undefined, { answer, cutOff }))
  app.get('/stream', async (_, reply) => reply.type('text/plain').send(stream))
  app.post('/slow', async () => ({}))
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  // Its own end stays open until the test is over.
  socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true })
})
afterEach(() => {
  socket.destroy()
  return app.close()
})

test.each([
  ['what is no HTTP', 'nonsense\r\n\r\n'],
  ['the broken body of a request that came before its turn', `${chunked}nonsense\r\n`],
])('does not write into an answer under way: %s', async (_, bytes) => {
  stream.write('0123456789')
  socket.write(begin)
  const [head] = (await once(socket, 'data')) as [Buffer]
  socket.write(bytes)
  const rest = await text(socket).catch(() => '')
  expect(`${head}${rest}`).not.toContain('HTTP/1.1 400')
  expect(cutOff).toHaveBeenCalledOnce()
})

test('answers in the words of the app, once what came before is answered', async () => {
  socket.write(begin)
  stream.end('all of it')
  const [first] = (await once(socket, 'data')) as [Buffer]
  expect(`${first}`).toContain('HTTP/1.1 200')
  await vi.waitFor(() => expect(stream.destroyed).toBe(true))
  socket.write('nonsense\r\n\r\n')
  expect(await text(socket)).toMatch(
    /HTTP\/1.1 400 Bad Request\r\nx-own: yes\r\ncontent-length: 2\r\nconnection: close\r\n.*\r\nno$/s,
  )
  expect(cutOff).not.toHaveBeenCalled()
})

test('does not answer a second time what breaks off behind its answer', async () => {
  socket.write('POST /nowhere HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n\r\n')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.write('nonsense\r\n')
  const rest = await text(socket).catch(() => '')
  expect(`${answer}${rest}`.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 404'])
  expect(cutOff).toHaveBeenCalledOnce()
})

test('an idle connection keeps nothing of what was answered on it', async () => {
  const answered: WeakRef<object>[] = []
  app.server.on('request', (_, response) => answered.push(new WeakRef(response)))
  socket.write('GET /nowhere HTTP/1.1\r\nhost: here\r\n\r\n')
  await once(socket, 'data')
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  await vi.waitFor(() => {
    collectGarbage()
    expect(answered.map((response) => response.deref() === undefined)).toEqual([true])
  })
  expect(socket.destroyed).toBe(false)
})

test('closes a refused connection whose other end stays open', async () => {
  const ended = once(socket.resume(), 'end')
  socket.write('nonsense\r\n\r\n')
  await ended
  const connections = () =>
    new Promise((resolve) => app.server.getConnections((_, count) => resolve(count)))
  await vi.waitFor(async () => expect(await connections()).toBe(0), { timeout: 4_000 })
})
