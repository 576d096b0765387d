import { expect, it } from 'vitest'
import { marks, numbered } from './index.ts'

it('numbers parameters for Postgres, and leaves text and MariaDB alone', () => {
  const sql = `UPDATE t SET a = ? WHERE b = 'what?' AND c IN (${marks([1, 2])})`
  expect(numbered('mysql', sql)).toBe(sql)
  expect(numbered('postgresql', sql)).toBe("UPDATE t SET a = $1 WHERE b = 'what?' AND c IN ($2, $3)")
  expect(marks([])).toBe('')
})
