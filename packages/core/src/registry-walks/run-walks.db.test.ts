import { ANONYMOUS, type Core, SYSTEM } from '@berth/core'
import { parseTag } from '@berth/registry-client'
import { image, openShop, type Shop, testDatabase, upload } from '@berth/testing'
import { beforeEach, expect, test, vi } from 'vitest'
import { getWalk, listFindings, resumeWalk, runWalks, startReconcile, startWalk, stopWalk } from './index.ts'
import { all, never, report, repositoryOf, walkGround } from './walk-ground.fixture.ts'

const ground = walkGround(testDatabase, openShop)
let shop: Shop
let core: Core
beforeEach(() => {
  ;({ shop, core } = ground)
})

test('a walk that is interrupted goes on where it stood, and counts nothing twice', async () => {
  // Several batches of tags in one repository, and others around it.
  for (const name of ['team/a', 'team/b', 'team/c']) await upload(core, name, image(name), 'v1')
  const { digest } = image('team/b')
  for (let n = 0; n < 220; n++) repositoryOf(shop, 'team/b').tags.set(parseTag(`t${n}`), digest)
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
  const half = await report(core, id)
  expect(half.walk).toMatchObject({ status: 'pending', counts: { repositoriesDone: 1 } })

  shop.registry.state.requests.length = 0
  await runWalks(core, never)
  const { walk, findings } = await report(core, id)
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
  })
  await stopWalk(core, SYSTEM, id)
  // The request that hangs is cut off by the next heartbeat.
  expect(await running).toMatchObject([{ outcome: 'left' }])
  gate.resolve()
  await expect(stopWalk(core, SYSTEM, id)).rejects.toMatchObject({ code: 'PRECONDITION' })
  expect(await core.db.prisma.repository.count()).toBe(2)
  expect(await runWalks(core, never)).toEqual([])
  await resumeWalk(core, SYSTEM, id)
  await runWalks(core, never)
  expect((await report(core, id)).walk).toMatchObject({ status: 'done', counts: { mended: 5 } })
  await expect(resumeWalk(core, SYSTEM, id)).rejects.toMatchObject({ code: 'PRECONDITION' })
})

test('two nodes never run the same walk; one that lost it writes nothing more', async () => {
  const other = await openShop(ground.databaseUrl, 4)
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
    })
    expect(await runWalks(other.core, never)).toEqual([])
    // As if the lock's connection had broken and another had taken over.
    await core.db.prisma.registryWalk.updateMany({ where: { id }, data: { runner: 'another' } })
    gate.resolve()
    expect(await running).toMatchObject([{ outcome: 'left' }])
    expect((await getWalk(core, SYSTEM, id)).counts.repositoriesDone).toBe(1)
    await runWalks(core, never)
    expect((await report(core, id)).walk).toMatchObject({ status: 'done', counts: { repositoriesDone: 4 } })
  } finally {
    await other.close()
  }
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
