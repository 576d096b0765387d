import { parseRepositoryName } from '@berth/registry-client'
import { expect, it } from 'vitest'
import type { Registry } from '../../registries/index.ts'
import type { ReplicationPolicy } from '../model.ts'
import { followersOf, type Happening, wantedBy } from './wanted.ts'

it('a target is told of all others that get it, not of itself, however many registries lead there', () => {
  const to = (id: number, instanceId: string) => ({ id, type: 'berth', instanceId }) as Registry
  const registries = [to(1, 'north'), to(2, 'north'), to(3, 'west'), to(4, 'here')]
  const policies = registries.map(
    ({ id }) => ({ id, destRegistryId: id, destNamespace: '', filters: [] }) as unknown as ReplicationPolicy,
  )
  const followers = followersOf(policies, new Map(registries.map((registry) => [registry.id, registry])))
  const repository = parseRepositoryName('team/app')
  const happening = { kind: 'push', repository, tags: ['v1'], seen: [] } as unknown as Happening
  const seen = wantedBy(happening, followers, 'here').map((wanted) => [...new Set(wanted.seen)].sort())
  expect(seen).toEqual([['west'], ['west'], ['north'], ['north', 'west']])
})
