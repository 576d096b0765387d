import { expect, it } from 'vitest'
import { appendToLog, MAX_LOG_BYTES, statusOf } from './rules.ts'

it('an execution runs while a task may still change; then error outweighs stopped, and stopped success', () => {
  expect(statusOf({})).toBe('Success')
  expect(statusOf({ Success: 2 })).toBe('Success')
  expect(statusOf({ Success: 2, Stopped: 1 })).toBe('Stopped')
  expect(statusOf({ Success: 2, Stopped: 1, Error: 1 })).toBe('Error')
  for (const status of ['Pending', 'Scheduled', 'Running'])
    expect(statusOf({ Success: 2, Error: 1, [status]: 1 })).toBe('Running')
})

it('a log keeps its beginning and its end, whole characters, and never more than a column holds', () => {
  let log = appendToLog('', 'first line\n')
  for (let line = 0; line < 3_000; line++) log = appendToLog(log, `line ${line} ähnlich 科学 😀 \0\n`)
  expect(Buffer.byteLength(log)).toBeLessThanOrEqual(MAX_LOG_BYTES)
  expect(log.startsWith('first line\nline 0 ')).toBe(true)
  expect(log.endsWith('line 2999 ähnlich 科学 😀 \n')).toBe(true)
  expect(log).toContain('left out')
  expect(log).not.toMatch(/[\0�]/)
  expect(log.isWellFormed()).toBe(true)
})
