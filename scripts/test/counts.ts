export interface Counts {
  passed: number
  failed: number
}

/** Vitest's JSON report. A skipped test guarantees nothing, so it counts as failed. */
export function countVitest(report: unknown): Counts {
  const { numTotalTests, numPassedTests, testResults } = report as {
    numTotalTests: number
    numPassedTests: number
    testResults: { status: string; assertionResults: unknown[] }[]
  }
  // A file that breaks while it is loaded has no tests of its own.
  const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  return { passed: numPassedTests, failed: numTotalTests - numPassedTests + broken.length }
}

/** Playwright's JSON report; flaky tests passed only by luck and count as failed. */
export function countPlaywright(report: unknown): Counts {
  const { stats, errors } = report as {
    stats: { expected: number; unexpected: number; flaky: number; skipped: number }
    errors?: unknown[]
  }
  const failed = stats.unexpected + stats.flaky + stats.skipped + (errors?.length ?? 0)
  return { passed: stats.expected, failed }
}
