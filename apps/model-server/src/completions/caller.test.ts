import { expect, test } from 'vitest'
import { callerOf } from './caller.ts'

test.for([
  ['acme', { safety_identifier: 'acme', user: 'other' }],
  ['acme', { user: 'acme' }],
  ['acme', { safety_identifier: 7, user: 'acme' }],
  ['', { user: 'x'.repeat(257) }],
  ['', {}],
  ['', null],
] as const)("names the tenant '%s'", ([tenant, body]) => {
  expect(callerOf(body)).toEqual({ tenant })
})
