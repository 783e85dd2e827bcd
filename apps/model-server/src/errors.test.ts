import { expect, test } from 'vitest'
import { ModelServerError, refusalOf } from './errors.ts'

test.for([
  ['context_length_exceeded', undefined],
  ['cancelled', undefined],
  ['queue_full', 'warn'],
  ['model_error', 'warn'],
  ['timeout', 'warn'],
] as const)('logs %s as %s', ([code, level]) => {
  expect(refusalOf(new ModelServerError(code, 'said to the caller')).log).toBe(level)
})

test('logs what nobody foresaw as an error, and tells the caller nothing of it', () => {
  const { status, body, log } = refusalOf(new TypeError('inner details'))
  expect({ status, log }).toEqual({ status: 500, log: 'error' })
  expect(JSON.stringify(body)).not.toContain('inner details')
})
