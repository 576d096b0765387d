import { expect, it } from 'vitest'
import { allows, type Column, projectMatrix } from './index.ts'

const columns: Column[] = ['projectAdmin', 'maintainer', 'developer', 'guest', 'limitedGuest', 'anyone']

/** What Harbor does not have. */
const ours = new Set(['identity-trust'])

it('gives every role as many rights as Harbor 2.16 does', () => {
  const counts = columns.map((column) =>
    Object.entries(projectMatrix)
      .filter(([resource]) => !ours.has(resource))
      .reduce((sum, [, cells]) => sum + cells[column].size, 0),
  )
  expect(counts).toEqual([75, 53, 36, 20, 14, 12])
})

it('gives nothing to one who holds no role, and the union to one who holds several', () => {
  expect(allows([], 'repository', 'pull')).toBe(false)
  expect(allows(['guest', 'developer'], 'repository', 'push')).toBe(true)
  expect(allows(['guest', 'anyone'], 'repository', 'push')).toBe(false)
})

it('lets nobody but a project admin change members, settings or the project itself', () => {
  for (const column of columns.slice(1))
    for (const resource of ['member', 'metadata', 'project'] as const)
      for (const action of ['create', 'update', 'delete'] as const)
        expect(allows([column], resource, action), `${column} ${action} ${resource}`).toBe(false)
})
