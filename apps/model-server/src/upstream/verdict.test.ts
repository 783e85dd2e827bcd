import { expect, test } from 'vitest'
import { ModelServerError } from '../errors.ts'
import { ProviderRefusal } from './provider-refusal.ts'
import { verdictOf } from './verdict.ts'

const waiting = new AbortController().signal
const silent = new ModelServerError('timeout', 'The provider sent no token within 400 ms')

test('a provider that fails, or keeps us waiting, is ill', () => {
  const failures = [
    silent,
    new ModelServerError('upstream_unreachable', 'nobody there'),
    new ModelServerError('upstream_invalid', 'garbage'),
    new ProviderRefusal(500, {}),
  ]
  expect(failures.map((err) => verdictOf(err, waiting))).toEqual(failures.map(() => 'ill'))
})

test('a provider that refuses is well', () => {
  expect(verdictOf(new ProviderRefusal(429, {}), waiting)).toBe('well')
})

test('a request whose own time is up, or whose caller has left, tells nothing', () => {
  for (const code of ['timeout', 'cancelled', 'stopping'] as const) {
    const reason = new ModelServerError(code, 'the end of the request')
    expect(verdictOf(reason, AbortSignal.abort(reason))).toBe('unknown')
  }
})

test('a fault of ours tells nothing', () => {
  expect(verdictOf(new TypeError('x is not a function'), waiting)).toBe('unknown')
})
