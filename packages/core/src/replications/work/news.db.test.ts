import type { FakeRegistry } from '@berth/registry-client/fake'
import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { dispatchEvents } from '../../events/index.ts'
import { changeJobQueue, stopJob } from '../../job-queues/index.ts'
import { noticeSubscriber } from '../../notices/index.ts'
import { readRegistry } from '../../registries/index.ts'
import { createUser, setSysadmin } from '../../users/index.ts'
import { createWebhookPolicy, webhookSubscriber } from '../../webhooks/index.ts'
import { getReplication, retryReplication, startReplication, stopReplication } from '../executions/index.ts'
import { addPolicy, addRegistry, type Harbour, named, openHarbour, tasksOf } from '../harbour.fixture.ts'
import { deletePolicy, getPolicy, updatePolicy } from '../service.ts'
import { readPolicy } from '../store.ts'
import { insertReplication, workReplicationsNow } from './index.ts'
import type { NewTransfer, Transfer } from './model.ts'
import { artifactEnded } from './news.ts'

// Who hears of what a replication came to.

let harbour: Harbour
let core: Core
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
  const id = await createUser(core, SYSTEM, {
    username: 'chief',
    password: 'Passw0rd',
    email: 'chief@example.com',
  })
  await setSysadmin(core, SYSTEM, id, true)
})
afterAll(() => harbour.close())

const dispatch = async () =>
  expect((await dispatchEvents(core, [webhookSubscriber, noticeSubscriber]))?.failed ?? []).toEqual([])
const told = async () => {
  await dispatch()
  const rows = await core.db.prisma.notice.findMany({
    where: { kind: 'replication_failed' },
    orderBy: { id: 'asc' },
  })
  return rows.map(({ facts, readAt }) => ({ facts, read: readAt !== null }))
}

/** A policy that pushes all of `team` to a registry of its own, and what may go wrong there. */
async function pushingPolicy(name: string, registryName: string) {
  const { registry } = await harbour.openPort()
  const destRegistryId = await addRegistry(core, { name: registryName, url: registry.url })
  const policyId = await addPolicy(core, { name, destRegistryId, filters: named('team/**') })
  return { policyId, url: registry.url, faults: registry.state.faults }
}

const refusing = (
  part: string,
  status: number,
  headers = {},
  body = '',
): FakeRegistry['state']['faults'][number] => ({
  when: ({ method, path }) => method !== 'GET' && method !== 'HEAD' && path.includes(part),
  times: 1_000,
  action: { kind: 'answer', reply: { status, headers, body } },
})

it('administrators hear once that a policy fails, and again only after it went well; webhooks of each artifact', async () => {
  const { policyId, url, faults } = await pushingPolicy('nightly', 'mirror')
  const [one, two] = [image('news 1'), image('news 2')]
  await push(core, 'team/app', one, 'v1')
  await push(core, 'team/deep/web', two, 'v2')
  await dispatch()
  const { id: projectId } = await core.db.prisma.project.findFirstOrThrow({ where: { name: 'team' } })
  await createWebhookPolicy(
    core,
    SYSTEM,
    { id: projectId },
    {
      name: 'deploy',
      eventTypes: ['REPLICATION'],
      targets: [{ type: 'http', address: 'https://hooks.example.com/' }],
    },
  )
  const bodies = async () => {
    await dispatch()
    const rows = await core.db.prisma.webhookDelivery.findMany({ orderBy: { id: 'asc' } })
    return rows.map(({ body }) => JSON.parse(body!))
  }
  const words = JSON.stringify({ errors: [{ code: 'DENIED', message: 'said there' }] })
  faults.push(refusing('team/app/', 403, { 'content-type': 'application/json' }, words))
  const run = async () => {
    const id = await startReplication(core, SYSTEM, policyId)
    await workReplicationsNow(core)
    return getReplication(core, SYSTEM, id)
  }
  const failed = await run()
  expect(failed.status).toBe('Error')
  const noticeOf = ({ id }: { id: number }) => ({
    facts: { name: 'nightly', tasks: 1, policyId, executionId: id },
  })
  const notice = noticeOf(failed)
  expect(await told()).toEqual([{ ...notice, read: false }])
  const [bad, good] = (await bodies()).sort((a, b) =>
    a.event_data.replication.job_status < b.event_data.replication.job_status ? -1 : 1,
  )
  expect(good).toMatchObject({
    type: 'REPLICATION',
    operator: 'MANUAL',
    event_data: {
      replication: {
        ...{ harbor_hostname: expect.any(String), job_status: 'Success', artifact_type: 'image' },
        description: '',
        ...{ override_mode: true, trigger_type: 'MANUAL', policy_creator: 'system' },
        execution_timestamp: Math.floor(failed.startedAt.getTime() / 1_000),
        src_resource: { endpoint: core.settings.externalUrl, namespace: 'team/deep' },
        dest_resource: { registry_name: 'mirror', endpoint: url, namespace: 'team/deep' },
        successful_artifact: [{ type: 'image', status: 'Success', name_tag: 'web:[v2]' }],
        failed_artifact: [],
      },
    },
  })
  expect(bad.event_data.replication).toMatchObject({
    job_status: 'Error',
    successful_artifact: [],
    failed_artifact: [{ name_tag: 'app:[v1]', status: 'Error', fail_reason: 'denied' }],
  })
  // What the registry said is for administrators.
  expect(JSON.stringify(bad)).not.toContain('said there')

  // It still fails: nobody is told again.
  await run()
  expect(await told()).toEqual([{ ...notice, read: false }])
  faults.length = 0
  await retryReplication(core, SYSTEM, failed.id)
  await workReplicationsNow(core)
  expect((await getReplication(core, SYSTEM, failed.id)).status).toBe('Success')
  expect(await told()).toEqual([{ ...notice, read: true }])
  expect((await bodies()).at(-1).event_data.replication.job_status).toBe('Success')

  await push(core, 'team/app', two, 'v1')
  faults.push(refusing('team/app/', 403))
  const next = await run()
  expect(await told()).toEqual([
    { ...notice, read: true },
    { ...noticeOf(next), read: false },
  ])
  faults.length = 0
  // A run that finds nothing to do goes well, too.
  await run()
  expect((await told()).map(({ read }) => read)).toEqual([true, true])
})

type Stop = (executionId: number, waiting: number) => Promise<void>
const stops: [by: string, stop: Stop][] = [
  ['itself', (executionId) => stopReplication(core, SYSTEM, executionId)],
  ['a job of it', (_, waiting) => stopJob(core, SYSTEM, String(waiting))],
  ['its queue', () => changeJobQueue(core, SYSTEM, 'REPLICATION', 'stop')],
]
it.each(stops)(
  'one that is stopped by %s while something has failed and the rest waits has failed, and administrators hear of it',
  async (by, stop) => {
    const { policyId, faults } = await pushingPolicy(`halved by ${by}`, `half of ${by}`)
    faults.push(refusing('team/app/', 403), refusing('team/deep/', 429, { 'retry-after': '3600' }))
    const executionId = await startReplication(core, SYSTEM, policyId)
    await workReplicationsNow(core)
    const before = await tasksOf(core, executionId)
    expect(before.map(({ status }) => status).sort()).toEqual(['Error', 'Scheduled'])
    await stop(executionId, before.find(({ status }) => status === 'Scheduled')!.id)
    expect((await getReplication(core, SYSTEM, executionId)).status).toBe('Error')
    const { failingSince } = await core.db.prisma.replicationPolicy.findUniqueOrThrow({
      where: { id: policyId },
    })
    expect(failingSince).not.toBeNull()
    expect((await tasksOf(core, executionId)).map(({ transfer }) => transfer?.dueAt)).toEqual([null, null])
    const mine = (await told()).filter(({ facts }) => (facts as { policyId: number }).policyId === policyId)
    expect(mine).toEqual([
      { facts: { name: `halved by ${by}`, tasks: 1, policyId, executionId }, read: false },
    ])
  },
)

it('a run of looks that ends with one that finds all in place has failed if another one did, and says so', async () => {
  const { policyId } = await pushingPolicy('looking', 'looked at')
  const { destRegistryId: registryId } = (await readPolicy(core, policyId))! as { destRegistryId: number }
  const look = { kind: 'follow', direction: 'push', registryId, source: 'team/app', isLook: true } as const
  const executionId = await core.db.transaction((tx) =>
    insertReplication(core, tx, {
      ...{ policyId, trigger: 'EVENT' },
      transfers: [{ ...look, failed: 'refused' }, look] as NewTransfer[],
    }),
  )
  await workReplicationsNow(core)
  expect(await getReplication(core, SYSTEM, executionId)).toMatchObject({
    status: 'Error',
    tasks: { Error: 1 },
  })
  expect((await told()).filter(({ facts }) => (facts as { name: string }).name === 'looking')).toEqual([
    { facts: { name: 'looking', tasks: 1, policyId, executionId }, read: false },
  ])
})

it('what fails is no news any more once its policy is switched off or deleted', async () => {
  const { policyId, faults } = await pushingPolicy('given up', 'gone')
  const mine = async () =>
    (await told())
      .filter(({ facts }) => (facts as { name: string }).name === 'given up')
      .map(({ read }) => read)
  const fail = async () => {
    await startReplication(core, SYSTEM, policyId)
    await workReplicationsNow(core)
  }
  faults.push(refusing('team/', 403))
  await fail()
  expect(await mine()).toEqual([false])
  const { destRegistryId } = await getPolicy(core, SYSTEM, policyId)
  const input = { name: 'given up', destRegistryId: destRegistryId!, filters: named('team/**') }
  await updatePolicy(core, SYSTEM, policyId, { ...input, enabled: false })
  expect(await mine()).toEqual([true])
  // Switched on again it fails anew, for which nobody has an old notice.
  await updatePolicy(core, SYSTEM, policyId, { ...input, enabled: true })
  await fail()
  expect(await mine()).toEqual([true, false])
  await deletePolicy(core, SYSTEM, policyId)
  expect(await mine()).toEqual([true, true])
})

it('a webhook counts what was stopped neither among what came nor among what failed', async () => {
  const { policyId } = await pushingPolicy('halted', 'halt')
  const policy = (await readPolicy(core, policyId))!
  const registry = (await readRegistry(core, policy.destRegistryId!))!
  const of = { direction: 'push', source: 'team/app', target: 'copies/app', tags: ['v1'], digest: 'sha256:x' }
  const listsOf = (status: 'Stopped' | 'Error') => {
    const telling = { projectId: 1, isPublic: false, policy, registry }
    const ended = { transfer: of as unknown as Transfer, telling, status, reason: 'denied' as const }
    const { payload } = artifactEnded(core, ended, { startedAt: new Date(), trigger: 'MANUAL' })
    const { successful_artifact, failed_artifact } = (payload as { replication: Record<string, unknown[]> })
      .replication
    return [successful_artifact?.length, failed_artifact?.length]
  }
  expect([listsOf('Error'), listsOf('Stopped')]).toEqual([
    [0, 1],
    [0, 0],
  ])
})
