import { describe, expect, it } from 'vitest'
import { countPlaywright, countVitest } from './counts.ts'
import { settle } from './stages.ts'

describe('a stage', () => {
  it('counts what its report says', () => {
    expect(settle(0, { passed: 3, failed: 0 })).toEqual({ passed: 3, failed: 0 })
    expect(settle(1, { passed: 3, failed: 2 })).toEqual({ passed: 3, failed: 2 })
  })

  it('fails when it crashed, even if every test that ran passed', () => {
    expect(settle(1, { passed: 3, failed: 0 })).toEqual({ passed: 3, failed: 1 })
    expect(settle(0, undefined)).toEqual({ passed: 0, failed: 1 })
  })

  it('fails when it found no test', () => {
    expect(settle(0, { passed: 0, failed: 0 })).toEqual({ passed: 0, failed: 1 })
  })
})

describe('a report', () => {
  it('of vitest counts skipped tests and files that do not load as failed', () => {
    const testResults = [
      { status: 'passed', assertionResults: [{}, {}] },
      { status: 'failed', assertionResults: [] },
    ]
    expect(countVitest({ numTotalTests: 5, numPassedTests: 4, testResults })).toEqual({
      passed: 4,
      failed: 2,
    })
  })

  it('of Playwright counts flaky and skipped journeys as failed', () => {
    const stats = { expected: 7, unexpected: 1, flaky: 1, skipped: 1 }
    expect(countPlaywright({ stats, errors: [{}] })).toEqual({ passed: 7, failed: 4 })
  })
})
