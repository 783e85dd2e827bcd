import { expect, test } from 'vitest'
import { describeError, withoutQuoted } from './describe-error.ts'

const secret = 'private words'
const told = (err: unknown) => JSON.stringify(describeError(err))

test('keeps type, message, code and frames of an error', () => {
  const described = describeError(
    Object.assign(new RangeError('too long'), { code: 'ERR_TOO_LONG' }),
  )
  expect(described).toMatchObject({ type: 'RangeError', message: 'too long', code: 'ERR_TOO_LONG' })
  expect(described.stack).toMatch(
    /^RangeError \[ERR_TOO_LONG\]: too long\n {4}at .*describe-error\.test\.ts/,
  )
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

test('tells causes and lists below the stack, but not for ever', () => {
  const endless = new Error('endless')
  endless.cause = endless
  expect(told(endless).length).toBeLessThan(20_000)

  const refused = new AggregateError([new Error('::1'), new Error(`'${secret}'`)], 'refused')
  const cause = Object.assign(new TypeError('no answer', { cause: refused }), { code: 'E1' })
  const lines = describeError(new Error('failed', { cause })).stack?.split('\n')
  expect(lines?.filter((line) => !/^ +at /.test(line))).toEqual([
    'Error: failed',
    '  [cause]: TypeError [E1]: no answer',
    '    [cause]: AggregateError: refused',
    '      [error]: Error: ::1',
    '      [error]: Error: "…"',
  ])
  expect(lines).toContainEqual(expect.stringMatching(/^ {10}at .*describe-error\.test\.ts/))
})

test('a list without a message says what is on it', () => {
  const listed = [new Error('connect ECONNREFUSED ::1:5432'), new Error(`no ${secret}`), secret]
  expect(describeError(new AggregateError(listed)).message).toBe(
    `connect ECONNREFUSED ::1:5432; no ${secret}; `,
  )
})
