import { setTimeout as delay } from 'node:timers/promises'
import { type Core, createCore, SYSTEM } from '@berth/core'
import { parseRepositoryName, parseTag } from '@berth/registry-client'
import { quietPort } from '@berth/servers'
import { image, index, openShop, push, type Shop, testDatabase, upload, write } from '@berth/testing'
import { beforeEach, expect, test } from 'vitest'
import { resolveReference } from '../artifacts/index.ts'
import { registryClient } from '../registry/index.ts'
import { resumeWalk, runWalks, startWalk } from './index.ts'
import { never, report, repositoryOf, walked, walkGround } from './walk-ground.fixture.ts'

const ground = walkGround(testDatabase, openShop)
let shop: Shop
let core: Core
beforeEach(() => {
  ;({ shop, core } = ground)
})

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
  const app = repositoryOf(shop, 'team/app')
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
  const { walk, findings } = await walked(ground, { kind: 'reconcile' })
  expect(findings).toEqual(differences(false))
  expect(walk).toMatchObject({
    status: 'done',
    counts: { repositories: 4, repositoriesDone: 4, findings: 7, mended: 0, failed: 0 },
  })
  expect((await resolveReference(core, 'team/app', 'moved'))?.digest).toBe(moved.digest)
  expect((await resolveReference(core, 'team/app', 'lost'))?.digest).toBe(lost.digest)
  expect(await resolveReference(core, 'team/new', 'multi')).toBeUndefined()
})

test('what takes too long for one transaction is a finding, and the walk goes on', async () => {
  const [large, small] = [image('large'), image('small')]
  await upload(core, 'team/large', large, '1')
  await upload(core, 'team/small', small, '1')
  const outOfTime = await core.db.prisma
    .$transaction(async (tx) => delay(50).then(() => tx.project.count()), { timeout: 1 })
    .catch((error: unknown) => error)
  const transaction: Core['db']['transaction'] = (run) =>
    core.db.transaction(async (tx) => {
      const result = await run(tx)
      if ((await tx.artifact.count({ where: { digest: large.digest } })) > 0) throw outOfTime
      return result
    })
  const { walk, findings } = await walked({ ...ground, core: { ...core, db: { ...core.db, transaction } } })
  expect(walk).toMatchObject({ status: 'done', counts: { repositoriesDone: 2, failed: 1 } })
  expect(findings).toEqual([
    ['failed', 'team/large', '1', false],
    ['tag_missing', 'team/small', '1', true],
  ])
  expect((await resolveReference(core, 'team/small', '1'))?.digest).toBe(small.digest)
})

test('with mending the index says what the registry says, and a second walk finds nothing', async () => {
  const { kept, lost, moved, fresh, both, children } = await drift()
  const { findings } = await walked(ground)
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
  expect((await walked(ground)).findings).toEqual([['no_project', 'other/app', '', false]])
})

test('an index that lost a part is reported, and what it refers to stays', async () => {
  const child = image('part')
  const whole = index([child, image('other part')])
  await push(core, 'team/app', child)
  await push(core, 'team/app', image('other part'))
  await push(core, 'team/app', whole, 'multi')
  repositoryOf(shop, 'team/app').manifests.delete(child.digest)
  expect((await walked(ground)).findings).toEqual([['child_gone', 'team/app', child.digest, false]])
  expect(await resolveReference(core, 'team/app', child.digest)).toBeDefined()
  // Once the index is gone too, both are.
  repositoryOf(shop, 'team/app').manifests.delete(whole.digest)
  repositoryOf(shop, 'team/app').tags.clear()
  expect((await walked(ground)).findings.map(([kind]) => kind)).toEqual([
    'artifact_gone',
    'artifact_gone',
    'tag_gone',
  ])
  expect(await resolveReference(core, 'team/app', child.digest)).toBeUndefined()
})

test('what is no manifest, and one that cannot be had, are findings and stop nothing', async () => {
  await upload(core, 'team/app', image('good'), 'good')
  const app = repositoryOf(shop, 'team/app')
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
  const { walk, findings } = await walked(ground)
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
  expect((await walked(ground)).walk).toMatchObject({ status: 'done', counts: { findings: 0 } })
  shop.registry.state.repositories.clear()
  await upload(core, 'foreign/app', image('there'), 'v1')
  const { walk } = await walked(ground)
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
  const { walk } = await walked(ground)
  expect(walk).toMatchObject({ status: 'failed', error: expect.stringContaining('no list') })
  await resumeWalk(core, SYSTEM, walk.id)
  await runWalks(core, never)
  expect((await report(core, walk.id)).walk).toMatchObject({
    status: 'done',
    error: '',
    counts: { mended: 1 },
  })
})

test('a registry that is away fails the walk, and is not taken for a database that is', async () => {
  const registryUrl = `http://127.0.0.1:${await quietPort()}`
  const away = createCore({ ...core.settings, registryUrl, wait: async () => {} })
  try {
    const id = await startWalk(away, SYSTEM, { kind: 'reconcile' })
    expect(await runWalks(away, never)).toMatchObject([{ walk: id, outcome: 'failed' }])
    const { walk } = await report(core, id)
    expect(walk).toMatchObject({ status: 'failed', error: expect.stringContaining('refuses connections') })
  } finally {
    await away.close()
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
  expect((await report(core, id)).findings).toEqual([])
  expect(await resolveReference(core, 'team/p3', 'v1')).toBeDefined()
  // Written by a client at the moment between the registry's answer and the index.
  const pushed = image('between')
  await write(core, 'team/p3', pushed, 'v2')
  await registryClient(core).putManifest(parseRepositoryName('team/p3'), parseTag('v2'), image('p3'))
  expect((await walked(ground)).findings).toEqual([
    ['artifact_gone', 'team/p3', pushed.digest, true],
    ['tag_moved', 'team/p3', 'v2', true],
  ])
})
