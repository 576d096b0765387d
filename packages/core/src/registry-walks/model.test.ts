import { expect, test } from 'vitest'
import { parseWalk, placeOf } from './model.ts'

const options = (input: Parameters<typeof parseWalk>[0] = {}) => parseWalk({ kind: 'plan', ...input }).options

test('the first segment is the project, and a name of one segment goes into the chosen one', () => {
  expect(placeOf('team/app/web', options())).toEqual({
    project: 'team',
    repository: 'team/app/web',
    moved: false,
  })
  expect(placeOf('alpine', options())).toEqual({ problem: 'unassigned' })
  expect(placeOf('alpine', options({ singleSegmentProject: 'library' }))).toEqual({
    project: 'library',
    repository: 'library/alpine',
    moved: true,
  })
})

test('names that are no project, or too long once they are moved, have no place', () => {
  expect(placeOf('my__team/app', options())).toEqual({ problem: 'invalid_name' })
  const long = 'a'.repeat(250)
  expect(placeOf(long, options({ singleSegmentProject: 'library' }))).toEqual({ problem: 'invalid_name' })
})

test('only the projects asked for are taken', () => {
  const only = options({ projects: ['team', 'team'] })
  expect(only.projects).toEqual(['team'])
  expect(placeOf('other/app', only)).toEqual({ problem: 'left_out' })
  expect(placeOf('team/app', only)).toMatchObject({ project: 'team' })
})

test.each([
  { kind: 'wipe' },
  { kind: undefined },
  { kind: 'adopt', requestsPerSecond: 0 },
  { kind: 'adopt', requestsPerSecond: Number.NaN },
  { kind: 'adopt', requestsPerSecond: 10_001 },
  { kind: 'adopt', singleSegmentProject: 'No Project' },
  { kind: 'adopt', projects: ['a/b'] },
  { kind: 'adopt', projects: Array.from({ length: 1_001 }, (_, n) => `p${n}`) },
])('%o is refused', (input) => {
  expect(() => parseWalk(input)).toThrowError(expect.objectContaining({ code: 'BAD_REQUEST' }))
})
