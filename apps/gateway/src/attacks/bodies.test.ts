// Bodies that no client of ours would send.
import { expect, test } from 'vitest'
import {
  bearer,
  expectRefusal,
  fieldsOf,
  gateway,
  search,
  send,
} from '../testing/attacked-gateway.ts'

test.each([
  ['nothing', ''],
  ['half an object', '{"query":'],
  ['a bare word', 'query'],
  ['single quotes', "{'query':'x'}"],
  ['a trailing comma', '{"query":"x",}'],
  ['a NUL byte outside a string', '{"query":"x"}\0'],
  ['a NUL byte inside a string', '{"query":"\0"}'],
  ['bytes that are not UTF-8', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])],
  ['UTF-16', Buffer.from('{"query":"x"}', 'utf16le')],
  ['a prototype', '{"query":"x","__proto__":{"admin":true}}'],
  ['a constructor', '{"query":"x","constructor":{"prototype":{"admin":true}}}'],
  ['60,000 open brackets', '['.repeat(60_000)],
  ['60,000 open objects', '{"a":'.repeat(10_000)],
])('invalid JSON is refused: %s', async (_, body) => {
  expectRefusal(await search(body), 400)
  expect(gateway().peer.calls).toEqual([])
})

test.each([
  ['null', 'null', ['body']],
  ['a number', '17', ['body']],
  ['an array', '[{"query":"x"}]', ['body']],
  ['deep arrays', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, ['body']],
  ['a number for text', '{"query":1}', ['query']],
  ['an object for text', '{"query":{"$gt":""}}', ['query']],
  ['text for a number', '{"query":"x","pageSize":"5"}', ['pageSize']],
  [
    'an object as deep as fits',
    `{"query":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`,
    ['query'],
  ],
  ['a number past infinity', '{"query":"x","maxPriceCents":1e400}', ['maxPriceCents']],
  ['a number past 2^53', '{"query":"x","maxPriceCents":9007199254740993}', ['maxPriceCents']],
  ['a number of 60,000 digits', `{"query":"x","pageSize":${'9'.repeat(60_000)}}`, ['pageSize']],
  ['a negative number', '{"query":"x","maxPriceCents":-1}', ['maxPriceCents']],
  ['a fraction', '{"query":"x","pageSize":1.5}', ['pageSize']],
  ['an escaped NUL', '{"query":"a\\u0000b"}', ['query']],
  ['a lone surrogate', '{"query":"\\ud800"}', ['query']],
  ['a lone surrogate as a key', '{"query":"x","\\udc00":1}', ['\ufffd']],
  ['60,000 letters', `{"query":"${'x'.repeat(60_000)}"}`, ['query']],
  ['unknown keys', '{"query":"x","admin":true,"sql":"1"}', ['admin', 'sql']],
])('the field is named that holds %s', async (_, body, fields) => {
  const problem = expectRefusal(await search(body), 400)
  expect(fieldsOf(problem)).toEqual(fields)
  expect(gateway().peer.calls).toEqual([])
})

test('five thousand unknown keys do not make an answer of that length', async () => {
  const keys = Array.from({ length: 5_000 }, (_, key) => `"k${key}":1`)
  const response = await search(`{"query":"x",${keys.join(',')}}`)
  expectRefusal(response, 400)
  expect(response.body.length).toBeLessThan(4_096)
})

test('two megabytes are refused before they have arrived', async () => {
  expectRefusal(await search('x'.repeat(2_000_000)), 413)
})

test('two megabytes in chunks, of unknown length, are refused', async () => {
  const head = `POST /v1/search HTTP/1.1\r\nHost: x\r\n${bearer}\r\nConnection: close\r\n`
  const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`
  const chunked = 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'
  expectRefusal(await send(head + chunked, ...Array(64).fill(chunk)), 413)
})

test.each([
  'Content-Type: text/plain',
  'Content-Type: application/x-www-form-urlencoded',
  'Content-Type: application/xml',
  'Content-Type: application/jsonp',
  `Content-Type: ${'a'.repeat(4_000)}`,
  'X-Bare: without any content type',
])('another form than JSON is refused: %s', async (header) => {
  expectRefusal(await search('{"query":"x"}', header), 415)
})

test('a length that is not the body’s is refused', async () => {
  const head = `POST /v1/search HTTP/1.1\r\nHost: x\r\n${bearer}\r\nConnection: close\r\n`
  const body = 'Content-Type: application/json\r\nContent-Length: 5, 6\r\n\r\n{"query":"x"}'
  expectRefusal(await send(head + body), 400)
})
