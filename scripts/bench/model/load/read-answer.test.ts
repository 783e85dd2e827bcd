import { expect, test } from 'vitest'
import { readAnswer } from './read-answer.ts'

/** As it comes over the network, cut into chunks wherever it pleases the sender. */
function received(body: string, size: number): string {
  const bytes = Buffer.from(body).toString('latin1')
  const chunks = bytes.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
  const sent = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
  return `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${sent.join('')}0\r\n\r\n`
}

const event = (chunk: object) => `data: ${JSON.stringify(chunk)}\n\n`
const said = (content: string) => event({ choices: [{ delta: { content } }] })

test.each([1, 7, 1_000])('puts the text together, in chunks of %i bytes', (size) => {
  const usage = event({ choices: [], usage: { completion_tokens: 3 } })
  const body = `${said('')}${said('für ')}${said('{price}')}${usage}data: [DONE]\n\n`
  expect(readAnswer(received(body, size))).toEqual({ text: 'für {price}', tokens: 3 })
})

test('counts no tokens where the server does not', () => {
  expect(readAnswer(received(`: ping\r\n\r\n${said('yes')}data: [DONE]\r\n\r\n`, 20))).toEqual({
    text: 'yes',
  })
})

test('refuses an answer that was cut, and one that ends in an error', () => {
  const whole = received(said('yes'), 1_000)
  expect(() => readAnswer(whole.slice(0, -5))).toThrow('in the middle of a chunk')
  const failed = said('y') + event({ error: { message: 'the engine is gone' } })
  expect(() => readAnswer(received(failed, 1_000))).toThrow('the engine is gone')
})
