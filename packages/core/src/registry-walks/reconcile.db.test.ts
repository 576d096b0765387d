import { ANONYMOUS, type Core, createCore, SYSTEM } from '@berth/core'
import { parseRepositoryName, parseTag } from '@berth/registry-client'
import { quietPort } from '@berth/servers'
import {
  addProject,
  image,
  index,
  openShop,
  push,
  type Shop,
  testDatabase,
  upload,
  write,
} from '@berth/testing'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { resolveReference } from '../artifacts/index.ts'
import { registryClient } from '../registry/index.ts'
import { getWalk, listFindings, resumeWalk, runWalks, startReconcile, startWalk, stopWalk } from './index.ts'
import type { WalkInput } from './model.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
let core: Core

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  core = shop.core
  await addProject(core, 'team')
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
  await core.db.prisma.project.updateMany({ data: { repositoryCount: 0 } })
})

const never = new AbortController().signal
const all = { filters: [], sort: [], page: 1, pageSize: 0 }

async function walked(input: WalkInput = { kind: 'reconcile', mend: true, requestsPerSecond: 10_000 }) {
  const id = await startWalk(core, SYSTEM, input)
  await runWalks(core, never)
  return report(id)
}

async function report(id: number) {
  const walk = await getWalk(core, SYSTEM, id)
  const { items } = await listFindings(core, SYSTEM, id, all)
  const findings = items.map(({ kind, repository, reference, mended }) => [
    kind,
    repository,
    reference,
    mended,
  ])
  return { walk, findings: findings.sort((one, other) => (String(one) < String(other) ? -1 : 1)) }
}

const repositoryOf = (name: string) => shop.registry.state.repositories.get(parseRepositoryName(name))!

/** One of every difference there can be. */
async function drift() {
  const [kept, lost, moved, fresh] = ['kept', 'lost', 'moved', 'fresh'].map((seed) => image(seed))
  const children = [image('child 1'), image('child 2')]
  const both = index(children)
  await push(core, 'team/app', kept!, 'kept')
  await push(core, 'team/app', lost!, 'lost')
  await push(core, 'team/app', lost!, 'also-lost')
  await push(core, 'team/app', moved!, 'moved')
  await push(core, 'team/empty', lost!, 'v1')
  for (const child of children) await upload(core, 'team/new', child)
  await upload(core, 'team/new', both, 'multi')
  await upload(core, 'team/app', fresh!, 'moved')
  await upload(core, 'team/app', fresh!, 'fresh')
  await upload(core, 'other/app', fresh!, 'v1')
  const app = repositoryOf('team/app')
  app.manifests.delete(lost!.digest)
  app.tags.delete(parseTag('lost'))
  app.tags.delete(parseTag('also-lost'))
  shop.registry.state.repositories.delete(parseRepositoryName('team/empty'))
  return { kept: kept!, lost: lost!, moved: moved!, fresh: fresh!, both, children }
}

const differences = (mended: boolean) => [
  ['no_project', 'other/app', '', false],
  ['tag_gone', 'team/app', 'also-lost', mended],
  ['tag_gone', 'team/app', 'lost', mended],
  ['tag_gone', 'team/empty', 'v1', mended],
  ['tag_missing', 'team/app', 'fresh', mended],
  ['tag_missing', 'team/new', 'multi', mended],
  ['tag_moved', 'team/app', 'moved', mended],
]

test('without mending every difference is reported and nothing is changed', async () => {
  const { moved, lost } = await drift()
  const { walk, findings } = await walked({ kind: 'reconcile' })
  expect(findings).toEqual(differences(false))
  expect(walk).toMatchObject({
    status: 'done',
    counts: { repositories: 4, repositoriesDone: 4, findings: 7, mended: 0, failed: 0 },
  })
  expect((await resolveReference(core, 'team/app', 'moved'))?.digest).toBe(moved.digest)
  expect((await resolveReference(core, 'team/app', 'lost'))?.digest).toBe(lost.digest)
  expect(await resolveReference(core, 'team/new', 'multi')).toBeUndefined()
})

test('with mending the index says what the registry says, and a second walk finds nothing', async () => {
  const { kept, lost, moved, fresh, both, children } = await drift()
  const { findings } = await walked()
  expect(findings).toEqual(
    [
      ...differences(true),
      ['artifact_gone', 'team/app', lost.digest, true],
      ['artifact_gone', 'team/empty', lost.digest, true],
      ['repository_gone', 'team/empty', '', true],
    ].sort((one, other) => (String(one) < String(other) ? -1 : 1)),
  )
  const digestOf = async (repository: string, reference: string) =>
    (await resolveReference(core, repository, reference))?.digest
  expect(await digestOf('team/app', 'kept')).toBe(kept.digest)
  expect(await digestOf('team/app', 'moved')).toBe(fresh.digest)
  expect(await digestOf('team/app', 'fresh')).toBe(fresh.digest)
  // Its tag went elsewhere, the registry still has it.
  expect(await digestOf('team/app', moved.digest)).toBe(moved.digest)
  expect(await digestOf('team/app', lost.digest)).toBeUndefined()
  expect(await digestOf('team/new', 'multi')).toBe(both.digest)
  for (const child of children) expect(await digestOf('team/new', child.digest)).toBe(child.digest)
  expect(await core.db.prisma.repository.findUnique({ where: { name: 'team/empty' } })).toBeNull()
  expect((await walked()).findings).toEqual([['no_project', 'other/app', '', false]])
})

test('an index that lost a part is reported, and what it refers to stays', async () => {
  const child = image('part')
  const whole = index([child, image('other part')])
  await push(core, 'team/app', child)
  await push(core, 'team/app', image('other part'))
  await push(core, 'team/app', whole, 'multi')
  repositoryOf('team/app').manifests.delete(child.digest)
  expect((await walked()).findings).toEqual([['child_gone', 'team/app', child.digest, false]])
  expect(await resolveReference(core, 'team/app', child.digest)).toBeDefined()
  // Once the index is gone too, both are.
  repositoryOf('team/app').manifests.delete(whole.digest)
  repositoryOf('team/app').tags.clear()
  expect((await walked()).findings.map(([kind]) => kind)).toEqual([
    'artifact_gone',
    'artifact_gone',
    'tag_gone',
  ])
  expect(await resolveReference(core, 'team/app', child.digest)).toBeUndefined()
})

test('what is no manifest, and one that cannot be had, are findings and stop nothing', async () => {
  await upload(core, 'team/app', image('good'), 'good')
  const app = repositoryOf('team/app')
  const odd = image('odd')
  app.manifests.set(odd.digest, {
    mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
    bytes: odd.bytes,
  })
  app.tags.set(parseTag('odd'), odd.digest)
  await upload(core, 'team/app', image('secret'), 'secret')
  shop.registry.state.faults.push({
    when: ({ path }) => path.endsWith('/manifests/secret'),
    times: 100,
    action: { kind: 'answer', reply: { status: 403 } },
  })
  const { walk, findings } = await walked()
  expect(findings).toEqual([
    ['failed', 'team/app', 'secret', false],
    ['not_a_manifest', 'team/app', 'odd', false],
    ['tag_missing', 'team/app', 'good', true],
  ])
  expect(walk).toMatchObject({ status: 'done', counts: { failed: 2, mended: 1 } })
})

test('a registry that is busy is asked again; one that shares nothing with the index costs it nothing', async () => {
  await push(core, 'team/app', image('here'), 'v1')
  shop.registry.state.faults.push({
    when: ({ path }) => path.includes('team/app'),
    times: 3,
    action: { kind: 'answer', reply: { status: 503 } },
  })
  expect((await walked()).walk).toMatchObject({ status: 'done', counts: { findings: 0 } })
  shop.registry.state.repositories.clear()
  await upload(core, 'foreign/app', image('there'), 'v1')
  const { walk } = await walked()
  expect(walk).toMatchObject({ status: 'failed', error: expect.stringContaining('is it the right one') })
  expect(await resolveReference(core, 'team/app', 'v1')).toBeDefined()
})

test('a registry that refuses its catalog fails the walk with its words; resumed, it comes to its end', async () => {
  await upload(core, 'team/app', image('late'), 'v1')
  shop.registry.state.faults.push({
    when: ({ path }) => path.endsWith('_catalog'),
    action: {
      kind: 'answer',
      reply: { status: 403, body: '{"errors":[{"code":"DENIED","message":"no list"}]}' },
    },
  })
  const { walk } = await walked()
  expect(walk).toMatchObject({ status: 'failed', error: expect.stringContaining('no list') })
  await resumeWalk(core, SYSTEM, walk.id)
  await runWalks(core, never)
  expect((await report(walk.id)).walk).toMatchObject({ status: 'done', error: '', counts: { mended: 1 } })
})

test('a registry that is away fails the walk, and is not taken for a database that is', async () => {
  const away = createCore({ ...core.settings, registryUrl: `http://127.0.0.1:${await quietPort()}` })
  try {
    const id = await startWalk(away, SYSTEM, { kind: 'reconcile' })
    expect(await runWalks(away, never)).toMatchObject([{ walk: id, outcome: 'failed' }])
    const { walk } = await report(id)
    expect(walk).toMatchObject({ status: 'failed', error: expect.stringContaining('refuses connections') })
  } finally {
    await away.close()
  }
})

test('a walk that is interrupted goes on where it stood, and counts nothing twice', async () => {
  // Several batches of tags in one repository, and others around it.
  for (const name of ['team/a', 'team/b', 'team/c']) await upload(core, name, image(name), 'v1')
  const { digest } = image('team/b')
  for (let n = 0; n < 220; n++) repositoryOf('team/b').tags.set(parseTag(`t${n}`), digest)
  const id = await startWalk(core, SYSTEM, { kind: 'reconcile', mend: true, requestsPerSecond: 10_000 })
  const gate = Promise.withResolvers<void>()
  shop.registry.state.faults.push({
    when: ({ path }) => path.endsWith('/team/b/manifests/t88'),
    action: { kind: 'hold', until: gate.promise },
  })
  const ending = new AbortController()
  const first = runWalks(core, ending.signal)
  await vi.waitFor(async () => expect((await getWalk(core, SYSTEM, id)).cursor).toHaveProperty('inside'), {
    timeout: 30_000,
    interval: 50,
  })
  ending.abort(new Error('this node ends'))
  gate.resolve()
  expect(await first).toMatchObject([{ outcome: 'left' }])
  const half = await report(id)
  expect(half.walk).toMatchObject({ status: 'pending', counts: { repositoriesDone: 1 } })

  shop.registry.state.requests.length = 0
  await runWalks(core, never)
  const { walk, findings } = await report(id)
  expect(walk).toMatchObject({
    status: 'done',
    counts: { repositories: 3, repositoriesDone: 3, tags: 223, failed: 0 },
  })
  // What it mended since it last wrote down its progress is mended, and agrees when it is looked at again.
  expect(walk.counts.findings).toBe(findings.length)
  expect(new Set(findings.map(String)).size).toBe(findings.length)
  expect(findings.length).toBeGreaterThan(20)
  const asked = shop.registry.state.requests.map(({ url }) => url)
  expect(asked.some((url) => url.includes('_catalog') || url.includes('team/a/'))).toBe(false)
  expect(asked.some((url) => url.includes('team/b/tags/'))).toBe(false)
  expect(await core.db.prisma.tag.count()).toBe(223)
  expect(await core.db.prisma.registryWalkName.count()).toBe(0)
})

test('stopping ends a walk that runs, within its next steps, and it can be resumed', async () => {
  for (let n = 0; n < 5; n++) await upload(core, `team/r${n}`, image(`r${n}`), 'v1')
  const id = await startWalk(core, SYSTEM, { kind: 'reconcile', mend: true, requestsPerSecond: 10_000 })
  const gate = Promise.withResolvers<void>()
  shop.registry.state.faults.push({
    when: ({ path }) => path.includes('/team/r2/'),
    action: { kind: 'hold', until: gate.promise },
  })
  const running = runWalks(core, never)
  await vi.waitFor(async () => {
    expect((await getWalk(core, SYSTEM, id)).counts.repositoriesDone).toBe(2)
  }, 10_000)
  await stopWalk(core, SYSTEM, id)
  // The request that hangs is cut off by the next heartbeat.
  expect(await running).toMatchObject([{ outcome: 'left' }])
  gate.resolve()
  await expect(stopWalk(core, SYSTEM, id)).rejects.toMatchObject({ code: 'PRECONDITION' })
  expect(await core.db.prisma.repository.count()).toBe(2)
  expect(await runWalks(core, never)).toEqual([])
  await resumeWalk(core, SYSTEM, id)
  await runWalks(core, never)
  expect((await report(id)).walk).toMatchObject({ status: 'done', counts: { mended: 5 } })
  await expect(resumeWalk(core, SYSTEM, id)).rejects.toMatchObject({ code: 'PRECONDITION' })
})

test('two nodes never run the same walk; one that lost it writes nothing more', async () => {
  const other = await openShop(database.url, 4)
  try {
    for (let n = 0; n < 4; n++) await upload(core, `team/n${n}`, image(`n${n}`), 'v1')
    const id = await startWalk(core, SYSTEM, { kind: 'reconcile', mend: true })
    const gate = Promise.withResolvers<void>()
    shop.registry.state.faults.push({
      when: ({ path }) => path.includes('/team/n1/'),
      action: { kind: 'hold', until: gate.promise },
    })
    const running = runWalks(core, never)
    await vi.waitFor(async () => {
      expect((await getWalk(core, SYSTEM, id)).counts.repositoriesDone).toBe(1)
    }, 10_000)
    expect(await runWalks(other.core, never)).toEqual([])
    // As if the lock's connection had broken and another had taken over.
    await core.db.prisma.registryWalk.updateMany({ where: { id }, data: { runner: 'another' } })
    gate.resolve()
    expect(await running).toMatchObject([{ outcome: 'left' }])
    expect((await getWalk(core, SYSTEM, id)).counts.repositoriesDone).toBe(1)
    await runWalks(core, never)
    expect((await report(id)).walk).toMatchObject({ status: 'done', counts: { repositoriesDone: 4 } })
  } finally {
    await other.close()
  }
})

test('pushes while it walks are neither lost nor undone', async () => {
  for (let n = 0; n < 6; n++) await push(core, `team/p${n}`, image(`p${n}`), 'v1')
  const id = await startWalk(core, SYSTEM, { kind: 'reconcile', mend: true, requestsPerSecond: 10_000 })
  shop.registry.state.faults.push({
    when: ({ path }) => path.endsWith('/team/p3/tags/list'),
    action: {
      kind: 'rewrite',
      // What was pushed after the registry had listed its tags.
      change: (reply) => ({ ...reply, body: '{"name":"team/p3","tags":[]}' }),
    },
  })
  await runWalks(core, never)
  expect((await report(id)).findings).toEqual([])
  expect(await resolveReference(core, 'team/p3', 'v1')).toBeDefined()
  // Written by a client at the moment between the registry's answer and the index.
  const pushed = image('between')
  await write(core, 'team/p3', pushed, 'v2')
  await registryClient(core).putManifest(parseRepositoryName('team/p3'), parseTag('v2'), image('p3'))
  expect((await walked()).findings).toEqual([
    ['artifact_gone', 'team/p3', pushed.digest, true],
    ['tag_moved', 'team/p3', 'v2', true],
  ])
})

test('only administrators walk, one walk of a kind at a time, and old ones are forgotten', async () => {
  for (const [actor, code] of [
    [ANONYMOUS, 'UNAUTHORIZED'],
    [{ kind: 'user', id: 1, username: 'ann', sysadmin: false, via: 'password' }, 'FORBIDDEN'],
  ] as const) {
    await expect(startWalk(core, actor, { kind: 'plan' })).rejects.toMatchObject({ code })
    await expect(getWalk(core, actor, 1)).rejects.toMatchObject({ code })
    await expect(stopWalk(core, actor, 1)).rejects.toMatchObject({ code })
    await expect(resumeWalk(core, actor, 1)).rejects.toMatchObject({ code })
    await expect(listFindings(core, actor, 1, all)).rejects.toMatchObject({ code })
  }
  const starts = await Promise.allSettled(
    Array.from({ length: 5 }, () => startWalk(core, SYSTEM, { kind: 'reconcile' })),
  )
  expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await startReconcile(core)).toBeUndefined()
  await runWalks(core, never)
  await core.db.prisma.registryWalk.updateMany({ data: { finishedAt: new Date('2026-01-01') } })
  expect(await startReconcile(core)).toBeTypeOf('number')
  expect(await core.db.prisma.registryWalk.count()).toBe(1)
})
