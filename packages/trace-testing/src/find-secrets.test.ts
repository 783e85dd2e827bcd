import { expect, test } from 'vitest'
import { createSecretFinder } from './find-secrets.ts'

const word = 'canary sings/at 5 µ?'
const find = createSecretFinder({ song: word, other: 'never planted' })
const base64 = (text: string) => Buffer.from(text).toString('base64')

test.each([
  ['as it is', word],
  ['in capitals', word.toUpperCase()],
  ['in small letters', word.toLowerCase()],
  ['in JSON', JSON.stringify({ said: `"${word}"` })],
  ['URL-encoded', `/things?word=${encodeURIComponent(word)}`],
  ['URL-encoded in small letters', encodeURIComponent(word).toLowerCase()],
  ['URL-encoded byte by byte', Buffer.from(word).toString('hex').replace(/../g, '%$&')],
  ['in hex', Buffer.from(word).toString('hex')],
  ['in hex in capitals', Buffer.from(word).toString('hex').toUpperCase()],
  ['in base64', base64(word)],
  ['in base64, after one byte', base64(`:${word}:`)],
  ['in base64, after two bytes', base64(`::${word}::`)],
  ['in base64url', Buffer.from(`?>${word}`).toString('base64url')],
])('finds a secret %s', (_, text) => {
  expect(find(`before ${text} after`)).toContainEqual(expect.objectContaining({ secret: 'song' }))
})

test.each([
  ['the name of a span', { name: word }],
  ['an attribute', { attributes: [{ key: 'a', value: { stringValue: word } }] }],
  ['the key of an attribute', { attributes: [{ key: word, value: { boolValue: true } }] }],
  ['a list', { value: { arrayValue: { values: [{ stringValue: word }] } } }],
  ['bytes', { value: { bytesValue: base64(word) } }],
  ['a status', { status: { code: 2, message: word } }],
  [
    'an event',
    { events: [{ name: 'e', attributes: [{ key: 'exception.message', value: word }] }] },
  ],
  ['a trace state', { traceState: `vendor=${word}` }],
  ['the label of a metric', { dataPoints: [{ attributes: [{ key: 'l', value: word }] }] }],
  ['the body of a log record', { body: { stringValue: `said ${word}` } }],
  ['a resource', { resource: { attributes: [{ key: 'process.command_args', value: word }] } }],
])('finds a secret in %s', (_, leak) => {
  expect(find(JSON.stringify(leak))).toMatchObject([{ secret: 'song' }])
})

test('finds a secret among bytes that are no text, and shows what is around it', () => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0x0a, 0x80]), Buffer.from(`url ${word}`)])
  const [found] = find(bytes)
  expect(found?.excerpt).toContain('url canary sings')
})

test('finds nothing where nothing is', () => {
  expect(find('canary birds sing')).toEqual([])
  expect(find(new Uint8Array())).toEqual([])
})
