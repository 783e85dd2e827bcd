// What vitest's JSON report says, as two numbers.

export interface TestCount {
  readonly passed: number
  readonly failed: number
}

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly unknown[]
  }[]
}

/** Whatever fails a run outside of a test counts as one failure: a run that failed never reads "0 failed". */
export function countTests(reportJson: string, isSuccess: boolean): TestCount {
  const { numPassedTests, numFailedTests, testResults }: Report = reportJson
    ? JSON.parse(reportJson)
    : { numPassedTests: 0, numFailedTests: 0, testResults: [] }
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  const failed = numFailedTests + brokenFiles.length
  return { passed: numPassedTests, failed: failed === 0 && !isSuccess ? 1 : failed }
}
