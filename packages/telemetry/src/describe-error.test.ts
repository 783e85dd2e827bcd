import { expect, test } from 'vitest'
import { describeError, withoutQuoted } from './describe-error.ts'

const secret = 'private words'
const told = (err: unknown) => JSON.stringify(describeError(err))

test('keeps type, message, code and frames of an error', () => {
  const described = describeError(
    Object.assign(new RangeError('too long'), { code: 'ERR_TOO_LONG' }),
  )
  expect(described).toMatchObject({ type: 'RangeError', message: 'too long', code: 'ERR_TOO_LONG' })
  expect(described.stack).toMatch(/^RangeError: too long\n {4}at .*describe-error\.test\.ts/)
})

test('leaves out what a message quotes, however it is quoted', () => {
  expect(withoutQuoted(`invalid input syntax for type uuid: "${secret}"`)).toBe(
    'invalid input syntax for type uuid: "…"',
  )
  expect(withoutQuoted(`Unexpected token 'p', "{"a": "${secret}" is not valid JSON`)).toBe(
    'Unexpected token "…" is not valid JSON',
  )
  expect(withoutQuoted(`unknown command \`GTE\`, with args: 'it's "${secret}"'`)).not.toContain(
    secret,
  )
})

test.each([
  ['a row that PostgreSQL refused', { detail: `Key (email)=(${secret}) exists.`, code: '23505' }],
  ['the arguments of a Redis command', { command: { name: 'set', args: ['key', secret] } }],
  ['the input of a URL', { input: secret }],
  ['a code that is no code', { code: { secret } }],
])('drops %s', (_, properties) => {
  expect(told(Object.assign(new Error('refused'), properties))).not.toContain(secret)
})

test('drops a message that the stack still tells', () => {
  const err = new Error(`for ${secret}`)
  err.message = 'for somebody'
  expect(told(err)).not.toContain(secret)
})

test('says of what is no error only that it is none', () => {
  expect(describeError(secret)).toEqual({ type: 'string', message: 'no error was thrown' })
  expect(told({ message: secret })).not.toContain(secret)
})

test('follows causes and lists, but not for ever', () => {
  const endless = new Error('endless')
  endless.cause = endless
  expect(told(endless).length).toBeLessThan(20_000)
  const refused = new AggregateError([new Error('::1'), new Error(`'${secret}'`)], 'refused')
  expect(describeError(refused)).toMatchObject({
    type: 'AggregateError',
    errors: [{ message: '::1' }, { message: '"…"' }],
  })
})
