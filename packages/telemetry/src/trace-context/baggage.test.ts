import { expect, test } from 'vitest'
import { usableBaggage } from './baggage.ts'

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `k${index}=v`)

test.each([
  ['one member', 'journey=7', 'journey=7'],
  ['members with properties and blanks', 'a=1;ttl=2 , b = 2', 'a=1;ttl=2,b = 2'],
  ['an empty value', 'a=', 'a='],
  ['the first 64 members', numbered(70).join(), numbered(64).join()],
  ['no half of a member', `a=1,b=${'v'.repeat(8_190)}`, 'a=1'],
  ['8,192 bytes', `k=${'v'.repeat(8_190)}`, `k=${'v'.repeat(8_190)}`],
  ['what is beside a member beyond ASCII', 'a=1,b=é,c=3', 'a=1,c=3'],
  ['what is beside a member that is none', 'a=1,nonsense,(b)=2', 'a=1'],
])('passes on %s', (_, header, usable) => {
  expect(usableBaggage(header)).toBe(usable)
})

test.each([
  ['nothing', undefined],
  ['an empty header', ''],
  ['commas', ','.repeat(8_000)],
  ['8,193 bytes', `k=${'v'.repeat(8_191)}`],
  ['a member beyond ASCII', 'k=é'],
  ['a key with a blank', 'a b=1'],
])('passes on nothing of %s', (_, header) => {
  expect(usableBaggage(header)).toBeUndefined()
})
