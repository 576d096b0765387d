import {
  addPerson,
  addProject,
  image,
  index,
  openShop,
  push,
  type Shop,
  testDatabase,
  upload,
} from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { withOrigin } from '../../../audit/index.ts'
import { SYSTEM } from '../../../authorization/index.ts'
import { deleteRepository } from '../../../repositories/index.ts'
import { deleteTag } from '../../../tags/index.ts'
import {
  adoptManifest,
  changingRepository,
  deleteArtifact,
  deleteBlob,
  forgetManifest,
  forgetTag,
  getArtifact,
  resolveReference,
  settleRemovals,
} from '../../index.ts'
import { finishRepository } from '../finish-repository.ts'
import { blobLines, deletionLines, failureDetails, leaveBegun, origin } from './begun.fixture.ts'
import { type Leaving, markFailed, type Removal, readRemovals } from './store.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
let projectId: number

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  await addProject(shop.core, 'team')
  projectId = (await shop.core.db.prisma.project.findUniqueOrThrow({ where: { name: 'team' } })).id
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})

const later = () => ({ ...shop.core, now: () => Date.now() + 10 * 60_000 })
const waiting = () => shop.core.db.prisma.removal.count()
const linesOf = (digest: string) => blobLines(shop.core, digest)
const events = () => shop.core.db.prisma.event.count({ where: { type: 'blob.deleted' } })
async function layer(name: string): Promise<string> {
  const made = image(name)
  await upload(shop.core, 'team/app', made)
  return made.blobs[1]!.digest
}

it('a blob that is deleted leaves its line and event, and nothing to settle', async () => {
  const digest = await layer('plain')
  await withOrigin(origin, () => deleteBlob(shop.core, SYSTEM, { repository: 'team/app', digest }))
  expect(await linesOf(digest)).toEqual([{ result: 'ok', address: '192.0.2.7', projectId }])
  expect([await waiting(), await events()]).toEqual([0, 1])
  await expect(deleteBlob(shop.core, SYSTEM, { repository: 'team/app', digest })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  expect(await waiting()).toBe(0)
})

const begun = (what: Leaving, how?: Partial<Removal>) => leaveBegun(shop.core, projectId, what, how)
const stored = () => shop.registry.state.repositories.get('team/app' as never)!
const lineOf = (resource: string) => deletionLines(shop.core, resource)
const detailOf = (resource: string) => failureDetails(shop.core, resource)
const janes = (result: string) => ({ result, address: '192.0.2.7', actorName: 'jane', requestId: 'blob' })

it('a process that ends behind the registry loses no line; what did not happen is told as failed', async () => {
  const [gone, kept] = [await layer('gone'), await layer('kept')]
  for (const digest of [gone, kept]) await begun({ kind: 'blob', digest })
  stored().blobs.delete(gone as never)
  const before = await events()
  expect(await settleRemovals(shop.core)).toEqual({ settled: 0, unclear: 0 })
  const both = await Promise.all([settleRemovals(later()), settleRemovals(later())])
  expect(both.reduce((sum, { settled }) => sum + settled, 0)).toBe(2)
  expect(await linesOf(gone)).toEqual([{ result: 'ok', address: '192.0.2.7', projectId }])
  expect(await linesOf(kept)).toEqual([{ result: 'failed', address: '192.0.2.7', projectId }])
  expect([await waiting(), await events()]).toEqual([0, before + 1])
})

it('an artifact whose deletion was cut short goes in the name of who asked, with what goes along', async () => {
  const child = image('child')
  const whole = index([child])
  await push(shop.core, 'team/app', child)
  await push(shop.core, 'team/app', whole, 'v1')
  await begun({ kind: 'artifact', digest: whole.digest })
  stored().manifests.delete(whole.digest as never)
  expect(await settleRemovals(later())).toEqual({ settled: 1, unclear: 0 })
  expect(await lineOf(`team/app@${whole.digest}`)).toEqual([janes('ok')])
  expect(await resolveReference(shop.core, 'team/app', 'v1')).toBeUndefined()
  expect(await resolveReference(shop.core, 'team/app', child.digest)).toBeUndefined()
  expect(stored().manifests.has(child.digest as never)).toBe(false)
  expect(await waiting()).toBe(0)
})

it.each([
  ['artifact', (digest: string) => ({ kind: 'artifact' as const, digest })],
  ['tag', (digest: string) => ({ kind: 'tag' as const, tag: 'found', digest })],
])(
  'who asked for the deletion (%s) is in the log, also when the loss is found by somebody else first',
  async (kind, what) => {
    const pushed = image(`found ${kind}`)
    await push(shop.core, 'team/app', pushed, 'found')
    await begun(what(pushed.digest))
    shop.registry.state.repositories.get('team/app' as never)!.tags.delete('found' as never)
    if (kind === 'artifact') stored().manifests.delete(pushed.digest as never)
    const told = { subject: 'team/app', type: `${kind}.deleted`, actorName: 'jane' }
    const before = await shop.core.db.prisma.event.count({ where: told })
    // As a reconcile or a notification does it, at once.
    const forget = async () => {
      await forgetTag(shop.core, 'team/app', 'found')
      if (kind === 'artifact') await forgetManifest(shop.core, 'team/app' as never, pushed.digest)
    }
    await changingRepository(shop.core, 'team/app', forget)
    const resource = kind === 'artifact' ? `team/app@${pushed.digest}` : 'team/app:found'
    expect(await lineOf(resource)).toEqual([janes('ok')])
    expect(await shop.core.db.prisma.event.count({ where: told })).toBe(before + 1)
    expect(await waiting()).toBe(0)
  },
)

it.each(['settled late', 'found by somebody else first'])(
  'a tag whose deletion was cut short goes, also when its stand-in is still on it: %s',
  async (how) => {
    const pushed = image(`stood in ${how}`)
    await push(shop.core, 'team/app', pushed, 'stand')
    const artifact = await getArtifact(shop.core, SYSTEM, { repository: 'team/app', reference: 'stand' })
    // Distribution 2.8 takes no tag off; then the process is killed behind the stand-in.
    const { faults } = shop.registry.state
    const onTag = ({ method, path }: { method: string; path: string }) =>
      method === 'DELETE' && path.endsWith('/stand')
    const reply = { status: 405, headers: {}, body: undefined } as never
    faults.push({ when: onTag as never, times: 1, action: { kind: 'answer', reply } })
    const broken = { status: 503, headers: {}, body: undefined } as never
    faults.push({
      when: ({ method }) => method === 'DELETE',
      times: 20,
      action: { kind: 'answer', reply: broken },
    })
    const asked = { repository: 'team/app', reference: 'stand', name: 'stand' }
    await expect(deleteTag(shop.core, SYSTEM, asked)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    faults.length = 0
    expect(await waiting()).toBe(1)
    const before = await lineOf('team/app:stand')
    // As a notification of the stand-in's push or a reconcile does it.
    const adopt = () => adoptManifest(shop.core, SYSTEM, 'team/app' as never, 'stand' as never)
    if (how === 'settled late') expect(await settleRemovals(later())).toEqual({ settled: 1, unclear: 0 })
    else expect(await changingRepository(shop.core, 'team/app', adopt)).toBe(false)
    expect(await resolveReference(shop.core, 'team/app', 'stand')).toBeUndefined()
    expect(await resolveReference(shop.core, 'team/app', artifact.digest)).toBeDefined()
    expect(stored().tags.has('stand' as never)).toBe(false)
    expect(await lineOf('team/app:stand')).toMatchObject([...before, { result: 'ok' }])
    expect(await waiting()).toBe(0)
  },
)

it('what was pushed again, or deleted by the next request, is not taken away a second time', async () => {
  const [again, twice] = [image('again'), image('twice')]
  for (const pushed of [again, twice]) await push(shop.core, 'team/app', pushed)
  await begun({ kind: 'artifact', digest: again.digest })
  await begun({ kind: 'artifact', digest: twice.digest })
  await deleteArtifact(shop.core, SYSTEM, { repository: 'team/app', reference: twice.digest })
  expect(await settleRemovals(later())).toEqual({ settled: 2, unclear: 0 })
  expect(await lineOf(`team/app@${again.digest}`)).toEqual([janes('failed')])
  expect(await detailOf(`team/app@${again.digest}`)).toEqual([{ cut_short: true }])
  const both = await lineOf(`team/app@${twice.digest}`)
  expect(both.map(({ result }) => result).sort()).toEqual(['failed', 'ok'])
  expect(await resolveReference(shop.core, 'team/app', again.digest)).toBeDefined()
})

it('of a repository whose deletion was cut short goes what is gone, in the name of who asked; the rest stays', async () => {
  const [gone, kept, late] = [image('half gone'), image('half kept'), image('half late')]
  for (const pushed of [gone, kept]) await push(shop.core, 'team/half', pushed, pushed === gone ? 'a' : 'b')
  const at = new Date(Date.now() + 1)
  await begun({ kind: 'repository' }, { repository: 'team/half', at })
  const half = shop.registry.state.repositories.get('team/half' as never)!
  half.manifests.delete(gone.digest as never)
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(at.getTime()))
  await push(shop.core, 'team/half', late, 'c')
  expect(await settleRemovals(later())).toEqual({ settled: 1, unclear: 0 })
  expect(await lineOf('team/half')).toEqual([janes('failed')])
  expect(await detailOf('team/half')).toEqual([{ artifacts: 1, cut_short: true }])
  const told = { subject: 'team/half', type: 'artifact.deleted' }
  expect(await shop.core.db.prisma.event.findMany({ where: told })).toMatchObject([{ actorName: 'jane' }])
  expect(await resolveReference(shop.core, 'team/half', 'a')).toBeUndefined()
  for (const tag of ['b', 'c']) expect(await resolveReference(shop.core, 'team/half', tag)).toBeDefined()
  await deleteRepository(shop.core, SYSTEM, 'team/half')
  expect(await waiting()).toBe(0)
})

it('a repository of which nothing is left was deleted, and by whom stands in its line and event', async () => {
  const child = image('all gone')
  await push(shop.core, 'team/whole', child)
  await push(shop.core, 'team/whole', index([child]), 'v1')
  const at = new Date(Date.now() + 1)
  await begun({ kind: 'repository' }, { repository: 'team/whole', at })
  shop.registry.state.repositories.get('team/whole' as never)!.manifests.clear()
  const where = { name: 'team' }
  const before = await shop.core.db.prisma.project.findUniqueOrThrow({ where })
  expect(await settleRemovals(later())).toEqual({ settled: 1, unclear: 0 })
  expect(await lineOf('team/whole')).toEqual([janes('ok')])
  const told = { subject: 'team/whole', type: { in: ['artifact.deleted', 'repository.deleted'] } }
  const events = await shop.core.db.prisma.event.findMany({ where: told, orderBy: { id: 'asc' } })
  expect(events.map(({ type, actorName }) => `${type} ${actorName}`)).toEqual([
    'artifact.deleted jane',
    'artifact.deleted jane',
    'repository.deleted jane',
  ])
  expect(events[2]!.payload).toMatchObject({ repository: 'team/whole', artifacts: 2 })
  expect(await shop.core.db.prisma.repository.count({ where: { name: 'team/whole' } })).toBe(0)
  const after = await shop.core.db.prisma.project.findUniqueOrThrow({ where })
  expect(after.repositoryCount).toBe(before.repositoryCount - 1)
  expect(await waiting()).toBe(0)
})

it('of more than fits into one transaction nothing is lost: each artifact is told once, and one line tells the number', async () => {
  const repository = 'team/many'
  const children = ['many a', 'many b', 'many c', 'many d'].map((name) => image(name))
  for (const one of children) await push(shop.core, repository, one)
  await push(shop.core, repository, index(children), 'v1')
  await begun({ kind: 'repository' }, { repository, at: new Date(Date.now() + 1_000) })
  const [removal] = await readRemovals(shop.core, { repository }, 1)
  shop.registry.state.repositories.get(repository as never)!.manifests.clear()
  const finish = () => finishRepository(shop.core, removal as never, 2)
  expect(await changingRepository(shop.core, repository, finish)).toBe(true)
  const lines = await shop.core.db.prisma.auditLine.findMany({ where: { resource: repository } })
  expect(lines).toMatchObject([{ result: 'ok', actorName: 'jane', detail: { artifacts: 5 } }])
  const told = { subject: repository, type: 'artifact.deleted' }
  expect(await shop.core.db.prisma.event.count({ where: told })).toBe(5)
  expect(await waiting()).toBe(0)
})

it('what leaves after a failure that somebody was told of has its line', async () => {
  const repository = 'team/refused'
  const [gone, kept] = [image('refused gone'), image('refused kept')]
  for (const pushed of [gone, kept]) await push(shop.core, repository, pushed)
  await markFailed(
    shop.core,
    await begun({ kind: 'repository' }, { repository, at: new Date(Date.now() + 1_000) }),
  )
  shop.registry.state.repositories.get(repository as never)!.manifests.delete(gone.digest as never)
  expect(await settleRemovals(later())).toEqual({ settled: 1, unclear: 0 })
  expect(await detailOf(repository)).toEqual([{ artifacts: 1, cut_short: true }])
  expect(await resolveReference(shop.core, repository, gone.digest)).toBeUndefined()
})

it('a failure that somebody was told of is told once', async () => {
  const digest = await layer('told')
  const chief = await addPerson(shop.core, 'chief', { team: 'maintainer' })
  const reply = { status: 500, headers: {}, body: undefined } as never
  const action = { kind: 'answer', reply } as const
  shop.registry.state.faults.push({ when: ({ method }) => method === 'DELETE', times: 20, action })
  await expect(deleteBlob(shop.core, chief, { repository: 'team/app', digest })).rejects.toThrow()
  shop.registry.state.faults.length = 0
  // The door has written it; see the gateway's attempts.
  expect(await settleRemovals(later())).toEqual({ settled: 1, unclear: 0 })
  expect(await linesOf(digest)).toEqual([])
})

it('what the registry says nothing about waits', async () => {
  const digest = await layer('unclear')
  const reply = { status: 500, headers: {}, body: undefined } as never
  const answer = { kind: 'answer', reply } as const
  shop.registry.state.faults.push({ when: ({ method }) => method !== 'GET', times: 20, action: answer })
  await expect(deleteBlob(shop.core, SYSTEM, { repository: 'team/app', digest })).rejects.toThrow()
  expect(await settleRemovals(later())).toMatchObject({ settled: 0, unclear: 1 })
  shop.registry.state.faults.length = 0
  expect(await settleRemovals(later())).toEqual({ settled: 1, unclear: 0 })
  expect(await linesOf(digest)).toMatchObject([{ result: 'failed' }])
})

it('a repository that the registry says nothing about keeps no other waiting, however often it was asked', async () => {
  const digest = await layer('other')
  const silent = { method: 'HEAD', path: '/v2/team/silent/' }
  for (let n = 0; n < 100; n++) await begun({ kind: 'blob', digest }, { repository: 'team/silent' })
  await begun({ kind: 'blob', digest })
  const reply = { status: 500, headers: {}, body: undefined } as never
  let asked = 0
  const when = ({ method, path }: { method: string; path: string }) => {
    const isSilent = method === silent.method && path.startsWith(silent.path)
    if (isSilent) asked++
    return isSilent
  }
  shop.registry.state.faults.push({ when: when as never, times: 1_000, action: { kind: 'answer', reply } })
  expect(await settleRemovals(later())).toMatchObject({ settled: 1, unclear: 100 })
  // One question, with what the client tries again.
  expect(asked).toBeLessThan(10)
  shop.registry.state.faults.length = 0
  await shop.core.db.prisma.removal.deleteMany()
})
