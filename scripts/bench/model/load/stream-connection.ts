// A caller of a streaming API that costs next to nothing: one connection that is kept, requests written by hand, and
// answers taken as they come and read later, when nothing is measured any more.
import { once } from 'node:events'
import { connect } from 'node:net'

export interface RawAnswer {
  readonly firstTokenMs: number
  /** Head and body, a character a byte. */
  readonly received: string
}

export interface StreamConnection extends Disposable {
  ask(body: string): Promise<RawAnswer>
}

const path = '/v1/chat/completions'
const silenceMs = 60_000
const okay = 'HTTP/1.1 200 '
/** Of a body sent in chunks; no JSON has line ends of its own. */
const end = '\r\n0\r\n\r\n'
/** The role comes first, with an empty text. */
const firstToken = /"content": ?"[^"]/

export async function openConnection(port: number): Promise<StreamConnection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1')
  await once(socket, 'connect')
  let waiting: PromiseWithResolvers<RawAnswer> | undefined
  let startedAt = 0
  let firstTokenMs: number | undefined
  let received = ''
  const fail = (reason: string) => waiting?.reject(new Error(`${reason}\n${received}`))

  socket.on('data', (text: string) => {
    received += text
    if (!received.startsWith(okay)) return fail('the answer is no success')
    if (firstTokenMs === undefined && firstToken.test(text)) {
      firstTokenMs = performance.now() - startedAt
    }
    if (!received.endsWith(end)) return
    if (firstTokenMs === undefined) return fail('the answer has no text')
    waiting?.resolve({ firstTokenMs, received })
  })
  socket.setTimeout(silenceMs, () => socket.destroy(new Error(`silent for ${silenceMs} ms`)))
  socket.on('error', (err) => fail(err.message))
  socket.on('close', () => fail('the connection was closed'))

  return {
    ask(body) {
      waiting = Promise.withResolvers<RawAnswer>()
      received = ''
      firstTokenMs = undefined
      startedAt = performance.now()
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n` +
          `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
      return waiting.promise
    },
    [Symbol.dispose]: () => void socket.destroy(),
  }
}
