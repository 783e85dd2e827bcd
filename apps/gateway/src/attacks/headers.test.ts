// Headers that claim, repeat or swell.
import { expect, test } from 'vitest'
import { bearer, expectRefusal, expectServed, search, send } from '../testing/attacked-gateway.ts'
import { strangersKey, trustedKey } from '../testing/core-peer.ts'
import { get, post } from '../testing/raw-request.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'
const span = 'b7ad6b7169203331'

test.each([
  ['empty', ''],
  ['nonsense', 'nonsense'],
  ['version ff', `ff-${trace}-${span}-01`],
  ['zeros', `00-${'0'.repeat(32)}-${span}-01`],
  ['upper case', `00-${trace.toUpperCase()}-${span}-01`],
  ['a field too many', `00-${trace}-${span}-01-02`],
  ['8,000 letters', '0'.repeat(8_000)],
  ['Latin-1', `00-${trace}-${span}-é`],
])('an invalid traceparent harms nobody, trusted or not: %s', async (_, traceparent) => {
  for (const key of [strangersKey, trustedKey]) {
    const headers = [`Authorization: Bearer ${key}`, `traceparent: ${traceparent}`]
    expectServed(await send(post('/v1/search', '{"query":"x"}', headers)))
  }
})

test('a traceparent sent twice harms nobody', async () => {
  const header = `traceparent: 00-${trace}-${span}-01`
  expectServed(await search('{"query":"x"}', header, header))
})

test.each([
  ['9,000 bytes', `key=${'v'.repeat(9_000)}`],
  ['a thousand members', Array(1_000).fill('k=v').join(',')],
  ['no members, many commas', ','.repeat(8_000)],
])('oversized baggage harms nobody: %s', async (_, baggage) => {
  const headers = [`Authorization: Bearer ${trustedKey}`, `baggage: ${baggage}`]
  expectServed(await send(post('/v1/search', '{"query":"x"}', headers)))
})

test('ten thousand headers are refused', async () => {
  const headers = Array.from({ length: 10_000 }, (_, header) => `x-${header}: y`)
  expectRefusal(await send(get('/healthz', headers)), 431)
})

test('one header of a megabyte is refused', async () => {
  expectRefusal(await send(get('/healthz', [`x-long: ${'y'.repeat(1_000_000)}`])), 431)
})

test('two authorizations are none', async () => {
  const other = `Authorization: Bearer ${trustedKey}`
  expectRefusal(await search('{"query":"x"}', other), 401)
})

test.each([
  ['two lengths', 'Content-Length: 3'],
  ['a length and chunks', 'Transfer-Encoding: chunked'],
  ['a header without a colon', 'nonsense'],
  ['a header with a space in its name', 'x y: z'],
  ['a NUL in a header', 'x: \0'],
  ['a folded header', 'x: y\r\n  z'],
])('a request that a proxy might read otherwise is refused: %s', async (_, header) => {
  expectRefusal(await search('{"query":"x"}', header), 400)
})

test('an unknown expectation is ignored', async () => {
  expectServed(await search('{"query":"x"}', 'Expect: a-miracle'))
})

test.each(['wait=1e9', 'wait=-5', 'wait="x', ',,,;;;===', `wait=${'9'.repeat(5_000)}`])(
  'a preference that makes no sense is ignored: %s',
  async (prefer) => {
    const body = '{"listingId":"listing-1","budgetCents":1}'
    const response = await send(post('/v1/negotiate', body, [bearer, `Prefer: ${prefer}`]))
    expect(response.status, response.text).toBe(202)
  },
)
