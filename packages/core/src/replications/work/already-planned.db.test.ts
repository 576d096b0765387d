import type { Digest, RepositoryName, Tag } from '@berth/registry-client'
import { addProject, image, openShop, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { getReplication } from '../executions/index.ts'
import { type Harbour, heldBy, openHarbour, openPolicy, pushTo } from '../harbour.fixture.ts'
import { workReplicationsNow } from './pump.ts'
import { insertReplication } from './store.ts'

// What a comparison does about what its execution has tasks for already.
let harbour: Harbour
let core: Core
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
afterAll(() => harbour.close())

it('what an execution is to delete is not taken for what it copies', async () => {
  const { port, registryId, policyId } = await openPolicy(harbour, {}, { isSource: true })
  const pushed = image('renamed')
  const source = 'team/renamed' as RepositoryName
  await pushTo(port.client, source, pushed, 'new')
  const digest = pushed.digest as Digest
  const of = { registryId, direction: 'pull', source } as const
  const id = await core.db.transaction((tx) =>
    insertReplication(core, tx, {
      ...{ policyId, trigger: 'MANUAL' },
      transfers: [
        { ...of, kind: 'plan', target: source },
        { ...of, kind: 'delete', target: source, digest, failed: 'it is left', reason: 'doubtful' },
      ],
    }),
  )
  await workReplicationsNow(core)
  expect(heldBy(harbour.shop.registry, source).tags).toEqual({ new: digest })
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({ tasks: { Success: 1, Error: 1 } })
})

it('a tag that an artifact got since its copy was planned is brought by whoever compares again, and nothing else twice', async () => {
  const { port, registryId, policyId } = await openPolicy(harbour, {}, { isSource: true })
  const [source, pushed] = ['team/tagged-since' as RepositoryName, image('tagged since')]
  const other = image('tagged as before')
  await pushTo(port.client, source, pushed, 'v1', 'latest')
  await pushTo(port.client, source, other, 'v2', 'stable')
  const of = { registryId, direction: 'pull', source, target: source } as const
  const copy = (digest: Digest, ...tags: string[]) =>
    ({ ...of, kind: 'copy', digest, tags: tags as Tag[] }) as const
  const transfers = [
    { ...of, kind: 'plan' } as const,
    copy(pushed.digest, 'v1'),
    copy(other.digest, 'v2', 'stable'),
  ]
  const id = await core.db.transaction((tx) =>
    insertReplication(core, tx, { policyId, trigger: 'MANUAL', transfers }),
  )
  await workReplicationsNow(core)
  const tags = { latest: pushed.digest, v1: pushed.digest, stable: other.digest, v2: other.digest }
  expect(heldBy(harbour.shop.registry, source).tags).toEqual(tags)
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({ tasks: { Success: 3 } })
})
