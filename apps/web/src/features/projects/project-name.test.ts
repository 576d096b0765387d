import { expect, it } from 'vitest'
import { projectNameProblem, suggestProjectName } from './project-name.ts'

it.each(['library', 'a', '9', 'a.b-c_d', 'x'.repeat(255)])('%s is a name', (name) => {
  expect(projectNameProblem(name)).toBeUndefined()
})

it.each(['A', 'a b', '-a', 'a-', 'a..b', 'a/b', '项目', 'x'.repeat(256)])('%j is none', (name) => {
  expect(projectNameProblem(name)).toBe('nameInvalid')
})

it('nothing is a missing name', () => {
  expect(projectNameProblem('')).toBe('nameMissing')
})

it.each([
  ['My Project', 'my-project'],
  ['Café', 'cafe'],
  ['--a..b__', 'a.b'],
  ['team/red', 'team-red'],
  ['x'.repeat(300), 'x'.repeat(255)],
])('%j is near to %s', (name, near) => {
  expect(suggestProjectName(name)).toBe(near)
})

it.each(['项目', '---', ''])('nothing can be kept of %j', (name) => {
  expect(suggestProjectName(name)).toBeUndefined()
})
