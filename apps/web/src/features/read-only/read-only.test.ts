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

it('a read-only project freezes pushes and deletions, not pulls, members and settings', () => {
  expect(isFrozen('project', 'repository', 'push')).toBe(true)
  expect(isFrozen('project', 'artifact', 'delete')).toBe(true)
  expect(isFrozen('project', 'repository', 'pull')).toBe(false)
  expect(isFrozen('project', 'member', 'create')).toBe(false)
  expect(isFrozen('project', 'project', 'update')).toBe(false)
})

it('a read-only installation freezes everything but looking, pulling and taking access away', () => {
  for (const [resource, action] of [
    ['repository', 'push'],
    ['member', 'create'],
    ['member', 'update'],
    ['immutable-tag', 'update'],
    ['robot', 'create'],
    ['project', 'update'],
    ['project', 'delete'],
    ['quota', 'update'],
  ] as const)
    expect(isFrozen('installation', resource, action), `${resource} ${action}`).toBe(true)
  for (const action of ['read', 'list', 'pull'])
    expect(isFrozen('installation', 'repository', action), action).toBe(false)
  for (const resource of ['member', 'robot', 'identity-trust'])
    expect(isFrozen('installation', resource, 'delete'), resource).toBe(false)
  expect(isFrozen('installation', 'robot', 'update')).toBe(true)
  expect(isFrozen('installation', 'robot', 'update', true)).toBe(false)
  expect(isFrozen('installation', 'artifact', 'delete', true)).toBe(true)
})
