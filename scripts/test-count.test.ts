import { expect, test } from 'vitest'
import { countTests } from './test-count.ts'

const report = (numPassedTests: number, numFailedTests: number, testResults: unknown[] = []) =>
  JSON.stringify({ numPassedTests, numFailedTests, testResults })

test('counts what passed and what failed', () => {
  expect(countTests(report(5, 2), false)).toEqual({ passed: 5, failed: 2 })
})

test('counts a file that could not be read as a failure', () => {
  const broken = { status: 'failed', assertionResults: [] }
  expect(countTests(report(5, 0, [broken]), false)).toEqual({ passed: 5, failed: 1 })
})

test('never says that nothing failed of a run that failed', () => {
  expect(countTests(report(5, 0), false)).toEqual({ passed: 5, failed: 1 })
  expect(countTests('', false)).toEqual({ passed: 0, failed: 1 })
})
