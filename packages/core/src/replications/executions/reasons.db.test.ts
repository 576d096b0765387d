import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { everything } from '../../list-query/index.ts'
import { addPolicy, addRegistry, type Harbour, openHarbour, pushTo } from '../harbour.fixture.ts'
import { workReplicationsNow } from '../work/index.ts'
import { listMissing, listReplicationTasks, retryReplication, startReplication } from './index.ts'

let harbour: Harbour
let core: Core
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
afterAll(() => harbour.close())

it('each task says by a word what it came to or why it failed, and says so anew when it goes again', async () => {
  const port = await harbour.openPort()
  const destRegistryId = await addRegistry(core, { url: port.registry.url })
  const policyId = await addPolicy(core, { destRegistryId, override: false })
  const [one, two] = [image('reasons 1'), image('reasons 2')]
  for (const name of ['new', 'other', 'half', 'shut']) await push(core, `team/${name}`, one, 'v1')
  await push(core, 'team/half', one, 'v2')
  await pushTo(port.client, 'team/other', two, 'v1')
  await pushTo(port.client, 'team/half', two, 'v2')
  const { faults } = port.registry.state
  faults.push({
    when: ({ method, path }) => method !== 'GET' && method !== 'HEAD' && path.includes('team/shut/'),
    times: 1_000,
    action: { kind: 'answer', reply: { status: 403, headers: {}, body: '' } },
  })
  const id = await startReplication(core, SYSTEM, policyId)
  await workReplicationsNow(core)
  const said = async () => {
    const { items } = await listReplicationTasks(core, SYSTEM, id, {}, everything)
    return Object.fromEntries(items.map(({ transfer }) => [transfer?.source, transfer?.reason]))
  }
  const others = { 'team/new': 'copied', 'team/other': 'kept', 'team/half': 'partly' }
  expect(await said()).toEqual({ ...others, 'team/shut': 'denied' })
  const { items: missing } = await listMissing(core, SYSTEM, id, everything)
  expect(missing).toMatchObject([{ repository: 'team/shut', reasonCode: 'denied' }])
  faults.length = 0
  await retryReplication(core, SYSTEM, id)
  expect(await said()).toEqual({ ...others, 'team/shut': '' })
  await workReplicationsNow(core)
  expect(await said()).toEqual({ ...others, 'team/shut': 'copied' })
})

it('a repository that is gone at a plain source, which has no projects, is not found', async () => {
  const port = await harbour.openPort()
  const srcRegistryId = await addRegistry(core, { url: port.registry.url })
  const policyId = await addPolicy(core, { srcRegistryId })
  await pushTo(port.client, 'team/gone', image('gone'), 'v1')
  const body = JSON.stringify({ errors: [{ code: 'NAME_UNKNOWN', message: 'repository name not known' }] })
  port.registry.state.faults.push({
    when: ({ method, path }) => method === 'GET' && path.includes('/manifests/'),
    times: 1_000,
    action: { kind: 'answer', reply: { status: 404, headers: {}, body } },
  })
  const id = await startReplication(core, SYSTEM, policyId)
  await workReplicationsNow(core)
  const { items } = await listMissing(core, SYSTEM, id, everything)
  expect(items).toMatchObject([{ repository: 'team/gone', reasonCode: 'not_found' }])
})
