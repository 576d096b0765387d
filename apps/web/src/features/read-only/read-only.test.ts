import { expect, it } from 'vitest'
import { isFrozen, isProjectReadOnly } from './read-only.ts'

it.each([
  ['true', true],
  ['on', true],
  ['', true],
  ['false', false],
  [null, false],
  [undefined, false],
])('a switch that says %j is %j', (read_only, on) => {
  expect(isProjectReadOnly({ metadata: { read_only } })).toBe(on)
})

it('pushes and deletions freeze; pulls, members and settings do not', () => {
  expect(isFrozen('repository', 'push')).toBe(true)
  expect(isFrozen('artifact', 'delete')).toBe(true)
  expect(isFrozen('repository', 'pull')).toBe(false)
  expect(isFrozen('member', 'create')).toBe(false)
  expect(isFrozen('project', 'update')).toBe(false)
})
