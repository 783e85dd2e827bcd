import { expect, test } from 'vitest'
import { operationOf, withoutValues } from './sql-without-values.ts'

test.each([
  ["name = 'Ann'", 'name = ?'],
  ["name = 'O''Hara' AND x = ''", 'name = ? AND x = ?'],
  [String.raw`name = E'O\'Hara' || e'\\' || 'x'`, 'name = ? || ? || ?'],
  [String.raw`path = 'C:\' AND name = 'Ann'`, 'path = ? AND name = ?'],
  ["b = B'01' OR x = X'1F' OR u = U&'d!0061t'", 'b = ? OR x = ? OR u = ?'],
  ["DO $$ it's $1 $$, $tag$ $$ 'Ann' $tag$", 'DO ?, ?'],
  [
    'card = 4111 OR ratio = -.5e10 OR mask = 0x1F OR 1_000',
    'card = ? OR ratio = -? OR mask = ? OR ?',
  ],
  ['t1.c2 = $1 AND a$3 = $12::int4', 't1.c2 = $1 AND a$3 = $12::int4'],
  [`"it's ""1""" = 'Ann'`, `"it's ""1""" = ?`],
  ["SELECT 1 -- Ann's\nFROM t /* Ann's */ WHERE x", 'SELECT ?  \nFROM t   WHERE x'],
  ["VALUES('Ann')", 'VALUES(?)'],
  ["name = 'unfinished", 'name = ?'],
  ["naïve1 = 'Ann'", 'naïve1 = ?'],
])('%s is told as %s', (sql, told) => {
  expect(withoutValues(sql)).toBe(told)
  expect(withoutValues(sql)).toBe(told)
})

test('a statement of any length is told in a bounded one, and in time', () => {
  const rows = "('Ann', 4111), ".repeat(100_000)
  expect(withoutValues(`INSERT INTO t VALUES ${rows}`).length).toBeLessThan(8_192)
  expect(withoutValues(`SELECT ${"'".repeat(1_000_001)}`)).toBe('SELECT ?')
})

test.each([
  ['select id', 'SELECT'],
  ["VALUES('Ann')", 'VALUES'],
  ['\n  -- Ann\n(SELECT\n1)', 'SELECT'],
  ["'Ann'", undefined],
])('the operation of %j is %s', (sql, operation) => {
  expect(operationOf(sql)).toBe(operation)
})
