import fc from 'fast-check'
import { expect, test } from 'vitest'
import { usableTracestate } from './tracestate.ts'

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `k${index}=v`)

test.each([
  ['one member', 'congo=t61rcWkgMzE', 'congo=t61rcWkgMzE'],
  ['several', 'rojo=00f067aa0ba902b7,congo=t6', 'rojo=00f067aa0ba902b7,congo=t6'],
  ['keys of several tenants and of digits', 'fw529a3039@dt=1,0=2', 'fw529a3039@dt=1,0=2'],
  ['blanks and tabs around members', 'a=1 ,\t b=2\t', 'a=1,b=2'],
  ['blanks within and before a value', 'a= 1 2 ', 'a= 1 2'],
  ['empty members', 'a=1,, ,b=2,', 'a=1,b=2'],
  ['the newest of a key that comes twice', 'a=new,b=2,a=old', 'a=new,b=2'],
  ['32 members', numbered(32).join(','), numbered(32).join(',')],
])('passes on %s', (_, header, usable) => {
  expect(usableTracestate(header)).toBe(usable)
})

test.each([
  ['nothing', undefined],
  ['an empty header', ''],
  ['only empty members', ' , ,'],
  ['33 members', numbered(33).join(',')],
  ['a member that is none, with all the others', 'a=1,nonsense,b=2'],
  ['a key in upper case', 'Congo=1'],
  ['a key without a letter or digit at its start', '_a=1'],
  ['a key of 257 characters', `${'a'.repeat(257)}=1`],
  ['a value of 257 characters', `a=${'1'.repeat(257)}`],
  ['an empty value', 'a='],
  ['a value with an equals sign', 'a=b=c'],
  ['a value beyond ASCII', 'a=é'],
  ['a no-break space around a member', 'a=1,\u00a0b=2'],
])('passes on nothing of %s', (_, header) => {
  expect(usableTracestate(header)).toBeUndefined()
})

test('a list beyond 512 characters loses whole members: long ones first, then from its end', () => {
  const long = `long=${'x'.repeat(124)}`
  const members = Array.from({ length: 10 }, (_, index) => `k${index}=${'v'.repeat(45)}`)
  const [first = '', ...others] = members
  expect(usableTracestate([first, long, ...others].join(','))).toBe(members.join(','))
  const tooMany = [...members, `k10=${'v'.repeat(45)}`]
  expect(usableTracestate(tooMany.join(','))).toBe(members.join(','))
})

test('whatever it passes on is short, and passed on again as it is', () => {
  const keys = fc.stringMatching(/^[a-z0-9][a-z0-9_*/@-]{0,20}$/)
  const values = fc.stringMatching(/^[!-+\--<>-~]{1,140}$/)
  const member = fc.tuple(keys, values).map(([key, value]) => `${key}=${value}`)
  fc.assert(
    fc.property(fc.array(member, { minLength: 1, maxLength: 32 }), (members) => {
      const usable = usableTracestate(members.join(' ,'))
      expect(usable?.length ?? 0).toBeLessThanOrEqual(512)
      expect(usableTracestate(usable)).toBe(usable)
      const kept = usable?.split(',') ?? []
      expect(members.filter((each) => kept.includes(each)).slice(0, kept.length)).toEqual(kept)
    }),
  )
})

test('a header full of blanks takes no time', () => {
  const startedAt = performance.now()
  expect(usableTracestate(`a=1,${' \t'.repeat(100_000)}x`)).toBeUndefined()
  // A second is plenty for a pass over it, and nothing for a pass at each of its blanks.
  expect(performance.now() - startedAt).toBeLessThan(1_000)
})
