import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { readRegistry } from '../../registries/index.ts'
import { readLastReplications, startReplication } from '../executions/index.ts'
import { type Harbour, named, openHarbour, openPolicy, runPolicy } from '../harbour.fixture.ts'
import { updatePolicy } from '../service.ts'
import { workReplications } from '../work/index.ts'
import { noteFailure } from '../work/patience/store.ts'
import { getReplicationMap } from './index.ts'

let harbour: Harbour
let core: Core
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
afterAll(() => harbour.close())

it('the map has a line for each policy with how it went last', async () => {
  const { policyId, registryId, input } = await openPolicy(harbour, { filters: named('team/map') })
  await push(core, 'team/map', image('map'), 'v1')
  const before = await getReplicationMap(core, SYSTEM)
  expect(before.lines.find(({ policy }) => policy.id === policyId)).toMatchObject({
    from: 0,
    to: registryId,
    last: undefined,
  })
  await runPolicy(core, policyId)
  const last = await runPolicy(core, policyId)
  const { registries, lines } = await getReplicationMap(core, SYSTEM)
  expect(registries.map(({ id }) => id)).toContain(registryId)
  expect(lines.find(({ policy }) => policy.id === policyId)).toMatchObject({
    policy: { name: input.name },
    last: { id: last.id, status: 'Success' },
  })
  // One that is skipped did nothing.
  await updatePolicy(core, SYSTEM, policyId, { ...input, singleActive: true })
  const running = await startReplication(core, SYSTEM, policyId)
  await startReplication(core, SYSTEM, policyId)
  const line = (await getReplicationMap(core, SYSTEM)).lines.find(({ policy }) => policy.id === policyId)
  expect(line?.last).toMatchObject({ id: running, status: 'Running', pausedUntil: undefined })
  const other = await openPolicy(harbour, { filters: named('team/map') })
  const lastOf = (...ids: number[]) => readLastReplications(core, SYSTEM, ids)
  expect([...(await lastOf(policyId, other.policyId))].map(([id, one]) => [id, one.id])).toEqual([
    [policyId, running],
  ])
  expect((await lastOf(policyId)).get(policyId)).toMatchObject({ planning: true, status: 'Running' })
  expect([...(await lastOf())]).toEqual([])
  await workReplications(core)
})

it('a run that waits for its registry says until when, and one that has ended waits for nothing', async () => {
  const { policyId, registryId } = await openPolicy(harbour, { filters: named('team/none') })
  const last = async () =>
    (await getReplicationMap(core, SYSTEM)).lines.find(({ policy }) => policy.id === policyId)?.last
  const { id } = await runPolicy(core, policyId)
  await noteFailure(core, registryId, { askedMs: 0, pauseMsAfter: () => 60_000 })
  const { pausedUntil } = (await readRegistry(core, registryId))!
  expect(await last()).toMatchObject({ id, pausedUntil: undefined })
  const waiting = await startReplication(core, SYSTEM, policyId)
  expect(await last()).toMatchObject({ id: waiting, pausedUntil })
})
