// Paths and parameters that lead out, or nowhere.
import { expect, test } from 'vitest'
import { bearer, expectRefusal, fieldsOf, inside, send } from '../testing/attacked-gateway.ts'
import { get, post } from '../testing/raw-request.ts'

test.each([
  '/docs/../../../etc/passwd',
  '/docs/static/../../../package.json',
  '/docs/static/..%2f..%2f..%2fpackage.json',
  '/docs/static/%2e%2e/%2e%2e/package.json',
  '/docs/static/..%5c..%5cpackage.json',
  '/docs/static/index.html%00.png',
  '//etc/passwd',
  '/v1/search/../../healthz',
])('%s leads nowhere', async (path) => {
  const response = await send(get(path))
  expect(response.status, response.text).toBeGreaterThanOrEqual(400)
  expect(response.status).toBeLessThan(500)
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(response.text).not.toMatch(/root:|"dependencies"/)
  expect(response.text).not.toMatch(inside)
})

test.each([
  ['/v1/tasks/%zz', 400],
  ['/v1/tasks/%c3%28', 400],
  ['/v1/tasks/%00', 400],
  ['/v1/tasks/not-a-uuid', 400],
  ['/v1/tasks/%0d%0aset-cookie:%20a=b', 400],
  [`/v1/tasks/${"'%20OR%201=1--"}`, 400],
  [`/v1/tasks/${'9'.repeat(200)}`, 414],
  [`/v1/tasks/${crypto.randomUUID()}/events/../..`, 404],
])('%s is refused with %i', async (path, status) => {
  const response = await send(get(path, [bearer]))
  expectRefusal(response, status)
  expect(response.headers.has('set-cookie')).toBe(false)
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
})

test('a parameter given twice is not chosen from', async () => {
  const body = '{"listingId":"listing-1","budgetCents":1}'
  const response = await send(post('/v1/negotiate?wait=true&wait=false', body, [bearer]))
  expect(fieldsOf(expectRefusal(response, 400))).toEqual(['wait'])
})
