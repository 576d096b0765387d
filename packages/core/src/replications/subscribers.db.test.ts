import { randomUUID } from 'node:crypto'
import { addProject, image, openShop, type Pushable, push, testDatabase, upload, write } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { changingRepository, deleteArtifact, forgetManifest } from '../artifacts/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { dispatchEvents, raise } from '../events/index.ts'
import { everything } from '../list-query/index.ts'
import { createTag, deleteTag } from '../tags/index.ts'
import { getReplicationTaskLog, listReplications, listReplicationTasks } from './executions/index.ts'
import {
  addPolicy,
  addRegistry,
  type Harbour,
  heldBy,
  named,
  openHarbour,
  type Port,
  pushTo,
} from './harbour.fixture.ts'
import type { PolicyInput } from './model.ts'
import { replicationSubscriber } from './subscribers.ts'
import { claimTransfers } from './work/claims.ts'
import { workReplicationsNow } from './work/index.ts'

let harbour: Harbour
let core: Core
let count = 0
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
afterAll(() => harbour.close())

interface Followed {
  port: Port
  registryId: number
  policyId: number
  repository: string
}

/** A policy that follows one repository, to a registry of its own. */
async function open(change: PolicyInput = {}): Promise<Followed> {
  const port = await harbour.openPort()
  const name = `followed-${++count}`
  const registryId = await addRegistry(core, { url: port.registry.url, instanceId: randomUUID() })
  const policyId = await addPolicy(core, {
    ...{ name, destRegistryId: registryId, trigger: { kind: 'event_based' } },
    ...change,
    filters: [...named(`team/${name}`), ...(change.filters ?? [])],
  })
  return { port, registryId, policyId, repository: `team/${name}` }
}
const dispatch = () => dispatchEvents(core, [replicationSubscriber])
const follow = async () => {
  await dispatch()
  await workReplicationsNow(core)
}
const runsOf = async (policyId: number) =>
  (await listReplications(core, SYSTEM, { policyId }, everything)).items
const lastTask = async (policyId: number) => {
  const [run] = await runsOf(policyId)
  const { items } = await listReplicationTasks(core, SYSTEM, run!.id, {}, everything)
  return { ...items[0]!, log: await getReplicationTaskLog(core, SYSTEM, run!.id, items[0]!.id) }
}
const tagsAt = ({ port, repository }: Followed) => heldBy(port.registry, repository).tags
const tagged = (repository: string, pushed: Pushable, ...tags: string[]) =>
  Promise.all(tags.map((tag) => push(core, repository, pushed, tag)))

it('what is pushed, tagged and moved goes there; several events before somebody works are one piece of work', async () => {
  const followed = await open({ filters: [{ type: 'tag', value: 'v*' }] })
  const { repository, policyId } = followed
  const [one, two] = [image('followed one'), image('followed two')]
  await push(core, repository, one, 'v1')
  await push(core, repository, one, 'other')
  await push(core, repository, two, 'v1')
  await dispatch()
  await push(core, repository, one, 'v1')
  await dispatch()
  await push(core, repository, two, 'v1')
  await follow()
  expect(tagsAt(followed)).toEqual({ v1: two.digest })
  expect(await runsOf(policyId)).toMatchObject([
    { trigger: 'EVENT', status: 'Success', tasks: { Success: 1 } },
  ])
  await createTag(core, SYSTEM, { repository, reference: 'v1', name: 'v2' })
  await deleteTag(core, SYSTEM, { repository, reference: 'v1', name: 'v1' })
  await follow()
  // Without `deletion` nothing is deleted there.
  expect(tagsAt(followed)).toEqual({ v1: two.digest, v2: two.digest })
})

it('a signature follows its image, by tag and by subject, and parts of an image wait for it', async () => {
  const followed = await open()
  const { repository, port, policyId } = followed
  const signed = image('signed')
  await push(core, repository, signed)
  await follow()
  expect(await runsOf(policyId)).toEqual([])
  await push(core, repository, signed, 'v1')
  await follow()
  const byTag = `${signed.digest.replace(':', '-')}.sig`
  const [signature, sbom] = [image('its signature'), image('its sbom', { subject: signed })]
  await push(core, repository, signature, byTag)
  await push(core, repository, sbom)
  await follow()
  expect(tagsAt(followed)).toMatchObject({ v1: signed.digest, [byTag]: signature.digest })
  expect(heldBy(port.registry, repository).manifests).toContain(sbom.digest)
})

it('a plain registry loses what was deleted here, and nothing that it has another tag on or that came from elsewhere', async () => {
  const followed = await open({ deletion: true })
  const { repository, port, policyId } = followed
  const [one, two, theirs] = [image('deleted one'), image('deleted two'), image('theirs')]
  await tagged(repository, one, 'v1', 'v2')
  await tagged(repository, two, 'v3', 'v4')
  await follow()
  await deleteTag(core, SYSTEM, { repository, reference: 'v2', name: 'v2' })
  await follow()
  expect(await lastTask(policyId)).toMatchObject({
    status: 'Error',
    statusMessage: expect.stringMatching(/^v2 stays at the target: .* deletes no tag alone/),
  })
  await deleteArtifact(core, SYSTEM, { repository, reference: one.digest })
  await pushTo(port.client, repository, theirs, 'v4')
  await deleteArtifact(core, SYSTEM, { repository, reference: two.digest })
  await follow()
  // With the artifact goes the tag that could not go alone.
  expect(tagsAt(followed)).toEqual({ v4: theirs.digest })
  expect((await runsOf(policyId)).slice(0, 2)).toMatchObject([{ status: 'Success' }, { status: 'Success' }])
})

it('who deletes nothing says so; what is back at the source stays', async () => {
  const followed = await open({ deletion: true })
  const { repository, registryId, policyId } = followed
  const one = image('undeletable')
  await push(core, repository, one, 'v1')
  await follow()
  await deleteTag(core, SYSTEM, { repository, reference: 'v1', name: 'v1' })
  await dispatch()
  await push(core, repository, one, 'v1')
  await follow()
  expect(tagsAt(followed)).toEqual({ v1: one.digest })
  await core.db.prisma.registry.update({ where: { id: registryId }, data: { type: 'github-ghcr' } })
  await deleteTag(core, SYSTEM, { repository, reference: 'v1', name: 'v1' })
  await follow()
  expect(await lastTask(policyId)).toMatchObject({
    status: 'Error',
    statusMessage: expect.stringMatching(/deletes nothing/),
  })
})

it('what has to do with the same tag is done one after the other', async () => {
  const followed = await open({ deletion: true })
  const { repository, policyId } = followed
  await push(core, repository, image('in order'), 'v1')
  await dispatch()
  const { claimed } = await claimTransfers(core, new Map(), 24)
  // Others of this file may be due again by now.
  expect(claimed.filter(({ transfer }) => transfer.policyId === policyId)).toHaveLength(1)
  await deleteTag(core, SYSTEM, { repository, reference: 'v1', name: 'v1' })
  await follow()
  const { items } = await listReplicationTasks(core, SYSTEM, (await runsOf(policyId))[0]!.id, {}, everything)
  expect(items).toMatchObject([{ status: 'Scheduled' }])
})

it('a target that is said to have it is looked at later: it gets what it lacks, and keeps what may be newer', async () => {
  const followed = await open()
  const { repository, registryId, port, policyId } = followed
  const { instanceId } = await core.db.prisma.registry.findUniqueOrThrow({ where: { id: registryId } })
  const [old, one, newer] = [image('ring old'), image('ring one'), image('ring newer')]
  /** As a replication puts it. */
  const arrive = async (pushed: Pushable) => {
    await upload(core, repository, pushed, 'v1')
    await write(core, repository, pushed, 'v1')
    await core.db.transaction(async (tx) => {
      const [event] = await tx.event.findMany({ orderBy: { id: 'desc' }, take: 1 })
      await tx.event.deleteMany({ where: { id: event!.id } })
      const { id: _, ...rest } = event!
      const payload = { ...(rest.payload as object), seen: [instanceId] }
      await raise(tx, { ...rest, payload } as never)
    })
    await follow()
  }
  const later = async (minutes = 32) => {
    const where = { policyId, isLook: true, dueAt: { not: null } }
    const { count: looks } = await core.db.prisma.replicationTransfer.updateMany({
      where,
      data: { dueAt: new Date(), createdAt: new Date(Date.now() - minutes * 60_000) },
    })
    await workReplicationsNow(core)
    return looks
  }
  await arrive(old)
  expect(port.registry.state.requests).toEqual([])
  // Whoever sends it may need longer: looked at again, after as long again.
  const registry = { id: registryId }
  await core.db.prisma.registry.update({ where: registry, data: { failingSince: new Date() } })
  expect([await later(4), tagsAt(followed)]).toEqual([1, {}])
  // Nothing has gone through by that.
  expect(await core.db.prisma.registry.findUnique({ where: registry })).toMatchObject({
    failingSince: expect.any(Date),
  })
  const [waiting] = await core.db.prisma.replicationTransfer.findMany({ where: { policyId } })
  expect(waiting!.dueAt!.getTime() - waiting!.createdAt.getTime()).toBeGreaterThanOrEqual(8 * 60_000 - 1)
  expect(await later()).toBe(1)
  expect(tagsAt(followed)).toEqual({ v1: old.digest })
  expect(await core.db.prisma.registry.findUnique({ where: registry })).toMatchObject({ failingSince: null })
  await arrive(one)
  expect([await later(), tagsAt(followed)]).toEqual([1, { v1: one.digest }])
  const runs = await runsOf(policyId)
  expect(runs).toHaveLength(2)
  await arrive(old)
  await pushTo(port.client, repository, newer, 'v1')
  expect([await later(), tagsAt(followed)]).toEqual([1, { v1: newer.digest }])
  // A look that found nothing to do leaves nothing behind.
  expect(await runsOf(policyId)).toEqual(runs)
})

it('what only the other side of a mirror has changed is left to the next run; of two changes this one stands', async () => {
  const followed = await open()
  const { repository, port, policyId } = followed
  await core.db.prisma.replicationPolicy.update({ where: { id: policyId }, data: { mirror: true } })
  const [one, two, three] = [image('mirror one'), image('mirror two'), image('mirror three')]
  await push(core, repository, one, 'v1')
  await follow()
  await pushTo(port.client, repository, two, 'v1')
  await push(core, repository, one, 'v1')
  await follow()
  expect(tagsAt(followed)).toEqual({ v1: two.digest })
  expect((await lastTask(policyId)).log).toContain(
    'v1 was changed on the other side, and is left for the next run',
  )
  await push(core, repository, three, 'v1')
  await follow()
  expect(tagsAt(followed)).toEqual({ v1: three.digest })
  expect((await lastTask(policyId)).log).toContain("v1 had changed on both sides: this Berth's stands")
})

it('a push that no filter lets pass says so', async () => {
  const { repository, policyId } = await open({ filters: [{ type: 'label', value: ['wanted'] }] })
  await push(core, repository, image('unlabelled'), 'v1')
  await follow()
  expect(await lastTask(policyId)).toMatchObject({ statusMessage: "no tag passes the policy's filters" })
})

it('an image that comes back to where it was sent from under other names is not sent on', async () => {
  const followed = await open({ destNamespace: 'away', replaceCount: 0 })
  const { repository, policyId } = followed
  await push(core, repository, image('round'), 'v1')
  await follow()
  expect(await runsOf(policyId)).toHaveLength(1)
  const arrive = (seen: unknown) =>
    core.db.transaction(async (tx) => {
      const payload = { repository, repositoryId: 1, digest: image('back').digest, tag: 'v1', seen: [seen] }
      const who = { actorKind: 'user', actorId: null, actorName: 'root', requestId: '' } as const
      await raise(tx, {
        ...{ at: new Date(), type: 'artifact.pushed', projectId: 1, subject: repository, payload },
        ...who,
      })
    })
  // What comes from elsewhere is.
  await arrive(randomUUID())
  await follow()
  expect(await runsOf(policyId)).toHaveLength(2)
  const { value } = await core.db.prisma.systemProperty.findUniqueOrThrow({ where: { name: 'instance_id' } })
  await arrive(value)
  await follow()
  expect(await runsOf(policyId)).toHaveLength(2)
})

it('what the registry behind Berth has lost is not deleted elsewhere', async () => {
  const followed = await open({ deletion: true })
  const { repository, policyId } = followed
  const one = image('lost')
  await push(core, repository, one, 'v1')
  await follow()
  const name = repository as never
  await changingRepository(core, repository, () => forgetManifest(core, name, one.digest))
  await follow()
  expect(tagsAt(followed)).toEqual({ v1: one.digest })
  expect(await runsOf(policyId)).toHaveLength(1)
})
