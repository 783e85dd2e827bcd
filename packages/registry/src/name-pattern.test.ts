import { expect, test } from 'vitest'
import { findSpans } from './name-pattern.ts'
import type { Registry, Span } from './registry.ts'

const span = (names: string[], placeholders: Record<string, string[]> = {}) =>
  ({ kind: 'server', names, placeholders: new Map(Object.entries(placeholders)) }) as Partial<Span>

function isDeclared(name: string, declared: Partial<Span>, attributes: Record<string, unknown>) {
  const registry = { spans: [declared] } as unknown as Registry
  const observed = {
    name,
    kind: 'server',
    attributes: new Map(Object.entries(attributes)),
  } as const
  return findSpans(registry, observed).length === 1
}

const request = span(['{http.request.method} {http.route}', '{http.request.method}'])
const query = span(['query:{verb} {db.namespace}'], { verb: ['SELECT', 'INSERT'] })

test.each<[string, boolean, Partial<Span>, Record<string, unknown>]>([
  ['GET /a', true, request, { 'http.request.method': 'GET', 'http.route': '/a' }],
  ['GET /a', false, request, { 'http.request.method': 'GET' }],
  ['GET', true, request, { 'http.request.method': 'GET' }],
  ['GET /a/17', false, request, { 'http.request.method': 'GET', 'http.route': '/a/:id' }],
  ['GET /a/:id', true, request, { 'http.request.method': 'GET', 'http.route': '/a/:id' }],
  ['query:SELECT shop', true, query, { 'db.namespace': 'shop' }],
  ['query:SELECTED shop', false, query, { 'db.namespace': 'shop' }],
  ['query:DROP shop', false, query, { 'db.namespace': 'shop' }],
])('%s is declared: %s', (name, expected, declared, attributes) => {
  expect(isDeclared(name, declared, attributes)).toBe(expected)
})

test('the kind belongs to the declaration', () => {
  expect(isDeclared('GET', { ...request, kind: 'client' }, { 'http.request.method': 'GET' })).toBe(
    false,
  )
})
