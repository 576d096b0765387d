import { type Actor, type Core, SYSTEM } from '@berth/core'
import { parseRepositoryName, parseTag } from '@berth/registry-client'
import {
  addPerson,
  addProject,
  image,
  index,
  openShop,
  type Shop,
  testDatabase,
  upload,
} from '@berth/testing'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { resolveReference } from '../artifacts/index.ts'
import { forgetUser } from '../authentication/index.ts'
import { forgetProject } from '../authorization/index.ts'
import { getProject } from '../projects/index.ts'
import { getWalk, listFindings, listProposals, resumeWalk, runWalks, startWalk } from './index.ts'
import type { WalkInput } from './model.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
let core: Core
let admin: Actor & { kind: 'user' }

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  core = shop.core
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})
beforeEach(async () => {
  shop.registry.state.repositories.clear()
  shop.registry.state.faults.length = 0
  await core.db.prisma.registryWalk.deleteMany()
  await core.db.prisma.artifactReference.deleteMany()
  await core.db.prisma.repository.deleteMany()
  for (const project of await core.db.prisma.project.findMany()) {
    await core.db.prisma.project.delete({ where: { id: project.id } })
    forgetProject(core, project)
  }
  await core.db.prisma.user.deleteMany()
  admin = { ...(await addPerson(core, 'ann')), sysadmin: true } as typeof admin
  await core.db.prisma.user.update({ where: { id: admin.id }, data: { sysadmin: true } })
  forgetUser(core, admin.id)
})

const never = new AbortController().signal
const all = { filters: [], sort: [], page: 1, pageSize: 0 }

async function walked(input: WalkInput) {
  const id = await startWalk(core, admin, { requestsPerSecond: 10_000, ...input })
  await runWalks(core, never)
  return report(id)
}

async function report(id: number) {
  const walk = await getWalk(core, SYSTEM, id)
  const { items } = await listFindings(core, SYSTEM, id, all)
  const proposals = (await listProposals(core, SYSTEM, id, all)).items
  const findings = items.map(({ kind, repository, reference }) => [kind, repository, reference])
  return { walk, proposals, findings: findings.sort((one, other) => (String(one) < String(other) ? -1 : 1)) }
}

const digestOf = async (repository: string, reference: string) =>
  (await resolveReference(core, repository, reference))?.digest
const repositoryOf = (name: string) => shop.registry.state.repositories.get(parseRepositoryName(name))

/** What somebody's registry may hold after some years. */
async function oldRegistry() {
  const images = { web: image('web'), api: image('api'), alpine: image('alpine'), other: image('other') }
  const children = [image('amd64'), image('arm64')]
  const multi = index(children)
  for (const child of children) await upload(core, 'alpine', child)
  await upload(core, 'shop/web', images.web, 'v1')
  await upload(core, 'shop/web', images.web, 'latest')
  await upload(core, 'shop/deep/er/api', images.api, 'v1')
  await upload(core, 'alpine', images.alpine, '3.20')
  await upload(core, 'alpine', multi, 'multi')
  await upload(core, 'library/alpine', images.other, '3.20')
  await upload(core, 'my__team/x', images.web, 'v1')
  return { ...images, multi, children }
}

test('a plan says what would go where, what stands in the way, and changes nothing', async () => {
  await oldRegistry()
  await addProject(core, 'library', true)
  const before = shop.registry.state.requests.length
  const { walk, proposals, findings } = await walked({ kind: 'plan', singleSegmentProject: 'library' })
  expect(walk).toMatchObject({ status: 'done', counts: { repositories: 5, repositoriesDone: 5, tags: 6 } })
  expect(proposals).toEqual([
    {
      project: 'library',
      repositories: 2,
      tags: 3,
      existing: { id: expect.any(Number), public: true, ownerName: null },
    },
    { project: 'shop', repositories: 2, tags: 3, existing: null },
  ])
  expect(findings).toEqual([
    ['invalid_name', 'my__team/x', ''],
    ['name_conflict', 'alpine', ''],
  ])
  expect((await walked({ kind: 'plan' })).findings).toContainEqual(['unassigned', 'alpine', ''])
  expect(await core.db.prisma.repository.count()).toBe(0)
  expect(await core.db.prisma.project.count()).toBe(1)
  const methods = shop.registry.state.requests.slice(before).map(({ method }) => method)
  expect(new Set(methods)).toEqual(new Set(['GET']))
})

test('an adoption makes private projects of who asked, and takes everything over that has a place', async () => {
  const { web, api, alpine, other, multi, children } = await oldRegistry()
  const { walk, proposals, findings } = await walked({ kind: 'adopt', singleSegmentProject: 'library' })
  expect(walk).toMatchObject({ status: 'done', createdByName: 'ann', counts: { repositoriesDone: 5 } })
  expect(proposals.map(({ project, repositories, tags }) => [project, repositories, tags])).toEqual([
    // Two that were copied, and those two with what was there when its turn came.
    ['library', 2, 4],
    ['shop', 2, 3],
  ])
  for (const name of ['shop', 'library']) {
    const project = await getProject(core, admin, { name })
    expect(project).toMatchObject({ public: false, ownerName: 'ann', currentUserRoleIds: [1] })
  }
  expect(await digestOf('shop/web', 'v1')).toBe(web.digest)
  expect(await digestOf('shop/web', 'latest')).toBe(web.digest)
  expect(await digestOf('shop/deep/er/api', 'v1')).toBe(api.digest)
  // Copied inside the registry with its children; what was there before stays what it was.
  expect(await digestOf('library/alpine', 'multi')).toBe(multi.digest)
  for (const child of children) expect(await digestOf('library/alpine', child.digest)).toBe(child.digest)
  expect(await digestOf('library/alpine', '3.20')).toBe(other.digest)
  expect(findings).toContainEqual(['name_conflict', 'alpine', '3.20'])
  expect(findings).toContainEqual(['invalid_name', 'my__team/x', ''])
  // Nothing of the old names is taken away.
  expect(repositoryOf('alpine')?.tags.get(parseTag('3.20'))).toBe(alpine.digest)
  expect(repositoryOf('alpine')?.tags.size).toBe(2)
})

test('only blobs that cannot be mounted are sent again', async () => {
  await upload(core, 'busybox', image('busybox', { layers: ['one', 'two'] }), 'v1')
  shop.registry.state.requests.length = 0
  await walked({ kind: 'adopt', singleSegmentProject: 'library' })
  const sent = shop.registry.state.requests.filter(({ method }) => method === 'POST' || method === 'PATCH')
  expect(sent.length).toBeGreaterThan(0)
  expect(sent.every(({ url }) => url.includes('mount=') && url.includes('from=busybox'))).toBe(true)
})

test('a second adoption adds what is new, and only to the projects asked for', async () => {
  await oldRegistry()
  await walked({ kind: 'adopt' })
  await upload(core, 'shop/web', image('new'), 'v2')
  await upload(core, 'stray/app', image('stray'), 'v1')
  const { walk, findings } = await walked({ kind: 'adopt', projects: ['shop'] })
  expect(walk.counts).toMatchObject({ mended: 1, findings: findings.length, failed: 0 })
  expect(findings).toContainEqual(['invalid_name', 'my__team/x', ''])
  expect(findings.filter(([kind]) => kind === 'tag_missing')).toEqual([])
  expect(await core.db.prisma.project.findUnique({ where: { name: 'stray' } })).toBeNull()
})

test('what is taken over is counted; only what went wrong is a finding, and counts as failed', async () => {
  await upload(core, 'shop/web', image('web'), 'v1')
  const web = repositoryOf('shop/web')!
  const odd = image('odd')
  web.manifests.set(odd.digest, {
    mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
    bytes: odd.bytes,
  })
  web.tags.set(parseTag('broken'), odd.digest)
  const { walk, findings } = await walked({ kind: 'adopt' })
  expect(findings).toEqual([['not_a_manifest', 'shop/web', 'broken']])
  expect(walk.counts).toMatchObject({ tags: 2, mended: 1, findings: 1, failed: 1 })
})

test('an adoption that was cut off goes on where it stopped', async () => {
  const pushed = image('many')
  await upload(core, 'big/app', pushed, 'first')
  for (let n = 0; n < 230; n++) repositoryOf('big/app')!.tags.set(parseTag(`t${n}`), pushed.digest)
  const id = await startWalk(core, admin, { kind: 'adopt', requestsPerSecond: 10_000 })
  const gate = Promise.withResolvers<void>()
  shop.registry.state.faults.push({
    when: ({ path }) => path.endsWith('/big/app/manifests/t77'),
    action: { kind: 'hold', until: gate.promise },
  })
  const ending = new AbortController()
  const first = runWalks(core, ending.signal)
  await vi.waitFor(
    async () => expect((await getWalk(core, SYSTEM, id)).cursor).toHaveProperty('inside'),
    20_000,
  )
  ending.abort(new Error('this node ends'))
  gate.resolve()
  await first
  const { walk } = await report(id)
  expect(walk.status).toBe('pending')
  expect(await core.db.prisma.tag.count()).toBeLessThan(231)
  await runWalks(core, never)
  const after = await report(id)
  expect(after.walk).toMatchObject({ status: 'done', counts: { tags: 231, repositoriesDone: 1 } })
  expect(after.proposals).toMatchObject([{ project: 'big', repositories: 1, tags: 231 }])
  expect(await core.db.prisma.tag.count()).toBe(231)
})

test('a read-only system adopts nothing: no start, and one that is under way ends with these words', async () => {
  const switched = (value: boolean) => ({
    where: { name: 'configuration.read_only' },
    create: { name: 'configuration.read_only', value },
    update: { value },
  })
  const { systemProperty } = core.db.prisma
  await upload(core, 'late/app', image('late'), 'v1')
  const id = await startWalk(core, admin, { kind: 'adopt' })
  await systemProperty.upsert(switched(true))
  await expect(startWalk(core, admin, { kind: 'adopt' })).rejects.toMatchObject({ code: 'DENIED' })
  const [result] = await runWalks(core, new AbortController().signal)
  expect(result).toMatchObject({ walk: id, outcome: 'failed', error: expect.stringContaining('read-only') })
  await expect(resumeWalk(core, admin, id)).rejects.toMatchObject({ code: 'DENIED' })
  expect(await core.db.prisma.project.count({ where: { name: 'late' } })).toBe(0)
  await systemProperty.upsert(switched(false))
})

test('who is no administrator any more adopts nothing', async () => {
  await oldRegistry()
  const id = await startWalk(core, admin, { kind: 'adopt' })
  await core.db.prisma.user.update({ where: { id: admin.id }, data: { sysadmin: false } })
  forgetUser(core, admin.id)
  await runWalks(core, never)
  expect((await report(id)).walk).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('administrator'),
  })
  expect(await core.db.prisma.project.count()).toBe(0)
})
