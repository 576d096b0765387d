import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { addProject, image, openShop, type Pushable, type Shop, testDatabase, upload } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { getArtifact, resolveReference } from '../artifacts/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { everything } from '../list-query/index.ts'
import { drainNotifications, listRegistryEvents, receiveNotifications, retryRegistryEvent } from './index.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
let core: Core
/** What the node's clock says beyond the real one. */
// Time stands still between the steps of a test, however slow the machine: what is due later is due later.
const startMs = Date.now()
let aheadMs = 0

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  core = { ...shop.core, now: () => startMs + aheadMs }
  await addProject(core, 'team')
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})
beforeEach(async () => {
  shop.registry.state.faults.length = 0
  await core.db.query('DELETE FROM registry_events')
})

const event = (action: 'push' | 'pull' | 'delete', repository: string, of: Pushable, tag?: string) => ({
  id: randomUUID(),
  timestamp: '2026-01-01T00:00:00Z',
  action,
  target: { mediaType: of.mediaType, digest: of.digest, repository, ...(tag ? { tag } : {}) },
})
const receive = (...events: object[]) => receiveNotifications(core, { events })
const rows = () =>
  core.db.query<{ repository: string; attempts: number; error: string | null; due_at: Date | null }>(
    'SELECT repository, attempts, error, due_at FROM registry_events WHERE processed_at IS NULL ORDER BY id',
  )
const failing = (path: string, status = 500) =>
  shop.registry.state.faults.push({
    when: (request) => request.path.includes(path),
    times: 1_000,
    action: { kind: 'answer', reply: { status } },
  })

test('one that fails is tried later and later, shows why, and holds up no other', async () => {
  const [poison, good] = [image('poison'), image('good')]
  await upload(core, 'team/poison', poison, '1')
  await upload(core, 'team/good', good, '1')
  failing('team/poison/manifests')
  await receive(event('push', 'team/poison', poison, '1'), event('push', 'team/good', good, '1'))
  const first = await drainNotifications(core)
  expect(first).toMatchObject({ done: 1, failed: [{ givenUp: false }] })
  expect(await resolveReference(core, 'team/good', '1')).toMatchObject({ digest: good.digest })
  expect(await rows()).toMatchObject([
    { repository: 'team/poison', attempts: 1, error: expect.stringContaining('UNAVAILABLE') },
  ])
  const delays: number[] = []
  let drained = first
  for (let round = 0; round < 60 && drained?.nextAt; round++) {
    delays.push(drained.nextAt.getTime() - core.now())
    aheadMs += Math.max(drained.nextAt.getTime() - core.now(), 0)
    drained = await drainNotifications(core)
  }
  expect(delays.length).toBe(44)
  expect(delays.every((delay, n) => n === 0 || delay > (delays[n - 1] ?? 0) - 1_000)).toBe(true)
  expect(drained).toMatchObject({ done: 0, failed: [{ givenUp: true }], nextAt: undefined })
  expect(await rows()).toMatchObject([{ attempts: 45, due_at: null, error: expect.any(String) }])
})

test('what takes too long for one transaction is tried later, and holds up no other', async () => {
  const [large, small] = [image('large'), image('small')]
  await upload(core, 'team/large', large, '1')
  await upload(core, 'team/small', small, '1')
  await receive(event('push', 'team/large', large, '1'), event('push', 'team/small', small, '1'))
  let short = 1
  const transaction: Core['db']['transaction'] = (run) =>
    short-- > 0
      ? core.db.prisma.$transaction(
          async (tx) => {
            await delay(50)
            return run(tx)
          },
          { timeout: 1 },
        )
      : core.db.transaction(run)
  const drained = await drainNotifications({ ...core, db: { ...core.db, transaction } })
  expect(drained).toMatchObject({ done: 1, failed: [{ givenUp: false }] })
  expect(await rows()).toMatchObject([{ attempts: 1 }])
})

test('administrators see what waits, what fails and why, what was given up, and what is done', async () => {
  const [poison, good] = [image('seen poison'), image('seen good')]
  await upload(core, 'team/seen', good, '1')
  failing('team/unseen/manifests')
  await receive(event('push', 'team/unseen', poison, '1'), event('push', 'team/seen', good, '1'))
  await drainNotifications(core)
  await receive(event('push', 'team/seen', good, '2'))
  const list = async (status: string) =>
    (
      await listRegistryEvents(core, SYSTEM, {
        ...everything,
        filters: [{ field: 'status', match: 'exact', value: status }],
      })
    ).items
  expect(await list('failing')).toMatchObject([
    {
      repository: 'team/unseen',
      attempts: 1,
      error: expect.stringContaining('500'),
      dueAt: expect.any(Date),
    },
  ])
  expect(await list('waiting')).toMatchObject([{ repository: 'team/seen', tag: '2', attempts: 0 }])
  expect(await list('done')).toMatchObject([{ repository: 'team/seen', tag: '1', error: null }])
  expect(await list('given up')).toEqual([])
  const anybody = { kind: 'user', id: 1, username: 'x', sysadmin: false, via: 'password' } as const
  await expect(listRegistryEvents(core, anybody, everything)).rejects.toMatchObject({ code: 'FORBIDDEN' })
})

test('one that failed is done when what it names can be had again', async () => {
  const pushed = image('mended')
  await upload(core, 'team/mended', pushed, '1')
  failing('team/mended/manifests')
  await receive(event('push', 'team/mended', pushed, '1'), event('pull', 'team/mended', pushed, '1'))
  await drainNotifications(core)
  expect(await rows()).toHaveLength(2)
  shop.registry.state.faults.length = 0
  aheadMs += 3_600_000
  expect(await drainNotifications(core)).toMatchObject({ done: 2, failed: [], nextAt: undefined })
  const artifact = await getArtifact(core, SYSTEM, { repository: 'team/mended', reference: '1' })
  expect(artifact).toMatchObject({ digest: pushed.digest, pullCount: 1 })
})

test('an administrator has one that was given up tried again; one that is done stays as it is', async () => {
  const pushed = image('retried')
  await upload(core, 'team/retried', pushed, '1')
  await receive(event('push', 'team/retried', pushed, '1'))
  await core.db.query('UPDATE registry_events SET due_at = NULL, attempts = 45')
  const [{ id } = { id: 0 }] = (await listRegistryEvents(core, SYSTEM, everything)).items
  expect(await drainNotifications(core)).toMatchObject({ done: 0, failed: [] })
  await retryRegistryEvent(core, SYSTEM, id)
  expect(await drainNotifications(core)).toMatchObject({ done: 1, failed: [] })
  await expect(retryRegistryEvent(core, SYSTEM, id)).rejects.toMatchObject({ code: 'PRECONDITION' })
  await expect(retryRegistryEvent(core, SYSTEM, 0)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test.each([
  ['does not answer', { kind: 'drop' } as const],
  ['refuses Berth’s credentials', { kind: 'answer', reply: { status: 401 } } as const],
  ['fails altogether', { kind: 'answer', reply: { status: 503 } } as const],
])('a registry that %s costs no event an attempt', async (_, action) => {
  const pushed = image('away')
  await receive(event('push', 'team/away', pushed, '1'), event('push', 'team/away2', pushed, '1'))
  shop.registry.state.faults.push({ when: () => true, times: 1_000, action })
  const drained = await drainNotifications(core)
  expect(drained?.registryAway).toBeInstanceOf(Error)
  expect(drained?.nextAt?.getTime()).toBeLessThanOrEqual(core.now())
  expect(await rows()).toMatchObject([{ attempts: 0 }, { attempts: 0 }])
})

test('two nodes at once do each event once', async () => {
  const other = createCore({ ...shop.core.settings, now: core.now })
  try {
    const names = Array.from({ length: 6 }, (_, n) => `team/both${n}`)
    const pushed = image('both')
    for (const name of names) await upload(core, name, pushed, '1')
    const events = names.flatMap((name) => [
      event('push', name, pushed, '1'),
      ...Array.from({ length: 60 }, () => event('pull', name, pushed, '1')),
    ])
    // The same envelopes reach both nodes, in another order.
    await Promise.all([
      receive(...events),
      receiveNotifications(other, { events: [...events].reverse() }),
      drainNotifications(core),
      drainNotifications(other),
    ])
    for (let round = 0; round < 50 && (await rows()).length > 0; round++)
      await Promise.all([drainNotifications(core), drainNotifications(other)])
    expect(await rows()).toEqual([])
    const counts = await core.db.query<{ pull_count: number }>(
      "SELECT pull_count FROM repositories WHERE name LIKE 'team/both%'",
    )
    expect(counts.map((row) => row.pull_count)).toEqual(names.map(() => 60))
  } finally {
    await other.close()
  }
})

test('a node that lost the lock in the middle counts no pull twice', async () => {
  const pushed = image('split')
  await upload(core, 'team/split', pushed, '1')
  await receive(...Array.from({ length: 40 }, () => event('pull', 'team/split', pushed, '1')))
  // Without the lock both read the same events, which is what a broken connection to the database would do.
  const unlocked = { ...core, db: { ...core.db, lock: <T>(_: string, run: () => Promise<T>) => run() } }
  await Promise.all([drainNotifications(unlocked), drainNotifications(unlocked)])
  for (let round = 0; round < 50 && (await rows()).length > 0; round++) await drainNotifications(core)
  const artifact = await getArtifact(core, SYSTEM, { repository: 'team/split', reference: pushed.digest })
  expect(artifact.pullCount).toBe(40)
})
