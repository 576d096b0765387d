import { addProject, openShop, type Shop, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { record, recordChange } from '../audit/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import { createCore } from '../context/index.ts'
import {
  dispatchEvents,
  type EventTransaction,
  type NewEvent,
  type OutboxEvent,
  purgeEventFailures,
  raise,
  readOutbox,
  type Subscriber,
} from './index.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
let nowMs = Date.parse('2026-05-01T00:00:00.000Z')

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  await addProject(shop.core, 'team')
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})
beforeEach(async () => {
  await database.db.prisma.event.deleteMany()
  await database.db.prisma.eventFailure.deleteMany()
  await database.db.prisma.auditLine.deleteMany()
})

const line = { resourceType: 'project', action: 'update', actor: SYSTEM, resource: 'team' } as const
const happened = (subject: string, n: number): NewEvent => ({
  at: new Date(nowMs),
  type: n % 2 ? 'quota.warned' : 'quota.exceeded',
  projectId: null,
  subject,
  actorKind: 'system',
  actorId: null,
  actorName: 'system',
  requestId: '',
  payload: { n },
})
const put = (...events: NewEvent[]) => shop.core.db.transaction((tx) => raise(tx, ...events))
const clocked = (poolSize = 4) =>
  createCore({ ...shop.core.settings, databaseUrl: database.url, poolSize, now: () => nowMs })

/** Writes a row per event; the lines of the log serve as its table. */
const recorder = (name: string, types: Subscriber['types'] = 'all'): Subscriber => ({
  name,
  types,
  take: (_, tx, events) => note(tx, name, events),
})
async function note(tx: EventTransaction, name: string, events: readonly OutboxEvent[]): Promise<void> {
  const rows = events.map(({ subject, payload, at }) => ({
    at,
    actorKind: 'system',
    actorName: name,
    action: 'test',
    resourceType: 'event',
    resource: `${subject} ${payload.n}`,
  }))
  await tx.auditLine.createMany({ data: rows })
}
const taken = async (name: string) =>
  (await database.db.prisma.auditLine.findMany({ where: { actorName: name }, orderBy: { id: 'asc' } })).map(
    ({ resource }) => resource,
  )

test('a change leaves its line and its event, or neither; what is no change has no event', async () => {
  const { core } = shop
  await recordChange(core, { ...line, projectId: 7, detail: { password: 'x', old: 1 } }, async () => ({
    count: 1,
  }))
  await recordChange(core, line, async () => ({ count: 0 }))
  await record(core, undefined, line)
  await core.db.transaction((tx) => record(core, tx, { ...line, result: 'refused' }))
  const broken = core.db.transaction(async (tx) => {
    await record(core, tx, line)
    throw new Error('the change fails')
  })
  await expect(broken).rejects.toThrow('the change fails')
  await core.db.transaction((tx) => record(core, tx, { ...line, subject: 'other', event: { id: 7 } }))
  const events = await database.db.prisma.event.findMany({ orderBy: { id: 'asc' } })
  expect(events).toMatchObject([
    {
      type: 'project.updated',
      subject: 'team',
      projectId: 7,
      actorKind: 'system',
      actorName: 'system',
      payload: { detail: { password: '***', old: 1 } },
    },
    { type: 'project.updated', subject: 'other', payload: { id: 7 } },
  ])
  expect(await database.db.prisma.auditLine.count()).toBe(4)
})

test('everybody hears what they asked for, in order, and the outbox is empty', async () => {
  await put(...Array.from({ length: 450 }, (_, n) => happened(`r${n % 3}`, n)))
  expect(await readOutbox(shop.core)).toMatchObject({ waiting: 450, oldestAt: new Date(nowMs) })
  const subscribers = [recorder('everything'), recorder('warnings', ['quota.warned'])]
  expect(await dispatchEvents(shop.core, subscribers)).toMatchObject({ taken: 450, putAside: 0, failed: [] })
  expect(await taken('everything')).toEqual(Array.from({ length: 450 }, (_, n) => `r${n % 3} ${n}`))
  expect(await taken('warnings')).toHaveLength(225)
  expect(await readOutbox(shop.core)).toEqual({ waiting: 0, oldestAt: undefined, retrying: 0, givenUp: 0 })
})

test('two nodes that tell at once, while others go on changing, tell each event once and in order', async () => {
  const nodes = [clocked(), clocked()]
  const subscribers = [recorder('both')]
  let writing = true
  const tell = async (core: (typeof nodes)[number]) => {
    while (writing) await dispatchEvents(core, subscribers)
  }
  const telling = nodes.map(tell)
  await Promise.all(
    ['a', 'b', 'c', 'd'].map(async (subject) => {
      for (let n = 0; n < 25; n++) await put(happened(subject, n))
    }),
  )
  writing = false
  await Promise.all(telling)
  await dispatchEvents(nodes[0]!, subscribers)
  const heard = await taken('both')
  expect(heard).toHaveLength(100)
  for (const subject of ['a', 'b', 'c', 'd'])
    expect(heard.filter((entry) => entry.startsWith(subject))).toEqual(
      Array.from({ length: 25 }, (_, n) => `${subject} ${n}`),
    )
  for (const node of nodes) await node.close()
})

test('who cannot take an event keeps nobody else from it, and hears the rest of its subject after it', async () => {
  const core = clocked()
  let mended = false
  const fussy: Subscriber = {
    name: 'fussy',
    types: 'all',
    async take(_, tx, events) {
      // Writes first: what it wrote must not stay when it fails.
      await note(tx, 'fussy', events)
      if (!mended && events.some(({ subject, payload }) => subject === 'bad' && payload.n === 1))
        throw new Error('cannot read\0 this')
    },
  }
  const subscribers = [fussy, recorder('patient')]
  await put(...[0, 1, 2].flatMap((n) => [happened('bad', n), happened('good', n)]))
  const first = await dispatchEvents(core, subscribers)
  expect(first).toMatchObject({ taken: 6, putAside: 2 })
  expect(first!.failed).toMatchObject([
    { subscriber: 'fussy', type: 'quota.warned', attempts: 1, givenUp: false },
  ])
  expect(await taken('patient')).toHaveLength(6)
  expect((await taken('fussy')).sort()).toEqual(['bad 0', 'good 0', 'good 1', 'good 2'])
  expect(await readOutbox(core)).toMatchObject({ waiting: 0, retrying: 2, givenUp: 0 })

  // What comes later of the same subject waits behind it.
  await put(happened('bad', 3), happened('good', 3))
  await dispatchEvents(core, subscribers)
  expect(await taken('fussy')).not.toContain('bad 3')
  expect(await taken('fussy')).toContain('good 3')
  nowMs += 60_000
  mended = true
  await dispatchEvents(core, subscribers)
  expect((await taken('fussy')).filter((entry) => entry.startsWith('bad'))).toEqual([
    'bad 0',
    'bad 1',
    'bad 2',
    'bad 3',
  ])
  expect(await readOutbox(core)).toMatchObject({ retrying: 0, givenUp: 0 })
  await core.close()
})

test('a batch that is too much for somebody is parted, in its order', async () => {
  const core = clocked()
  const small: Subscriber = {
    name: 'small',
    types: 'all',
    async take(_, tx, events) {
      if (events.length > 60) throw new Error('too many at once')
      await note(tx, 'small', events)
    },
  }
  await put(...Array.from({ length: 250 }, (_, n) => happened(`s${n % 3}`, n)))
  expect(await dispatchEvents(core, [small])).toMatchObject({ taken: 250, putAside: 0, failed: [] })
  expect(await taken('small')).toEqual(Array.from({ length: 250 }, (_, n) => `s${n % 3} ${n}`))
  await core.close()
})

test('what was put aside is tried again while more happens than one look takes', async () => {
  const core = clocked()
  let alone = 0
  const hesitant: Subscriber = {
    name: 'hesitant',
    types: 'all',
    async take(_, tx, events) {
      const isOdd = events.some(({ subject }) => subject === 'odd')
      if (isOdd && (events.length > 1 || ++alone === 1)) throw new Error('not yet')
      await note(tx, 'hesitant', events)
    },
  }
  await put(happened('odd', 0), ...Array.from({ length: 450 }, (_, n) => happened('even', n)))
  expect(await dispatchEvents(core, [hesitant])).toMatchObject({ taken: 451, putAside: 1, failed: [] })
  expect((await taken('hesitant')).indexOf('odd 0')).toBe(199)
  await core.close()
})

test('who can take nothing at all is found out soon, and costs the others little', async () => {
  const core = clocked()
  let calls = 0
  const never: Subscriber = {
    name: 'never',
    types: 'all',
    async take() {
      calls++
      throw new Error('no')
    },
  }
  await put(...Array.from({ length: 200 }, (_, n) => happened(`n${n}`, n)))
  expect(await dispatchEvents(core, [never, recorder('others')])).toMatchObject({ taken: 200, putAside: 200 })
  expect(await taken('others')).toHaveLength(200)
  // 200 were tried alone afterwards.
  expect(calls - 200).toBeLessThan(30)
  await database.db.prisma.eventFailure.deleteMany()
  await core.close()
})

test('what can never be taken is given up after eight attempts, kept to be seen, and forgotten after a season', async () => {
  const core = clocked()
  // Refused by the database itself: the transaction is lost, not only the call.
  const broken: Subscriber = {
    name: 'broken',
    types: 'all',
    async take(_, tx, events) {
      for (const { payload } of events)
        if (payload.n === 0) await tx.project.create({ data: { name: 'team' } })
      await note(tx, 'broken', events)
    },
  }
  await put(happened('one', 0), happened('one', 1))
  const attempts: boolean[] = []
  for (let round = 0; round < 10; round++) {
    const { failed } = (await dispatchEvents(core, [broken]))!
    attempts.push(...failed.map(({ givenUp }) => givenUp))
    nowMs += 10 * 60_000
  }
  expect(attempts).toEqual([...Array.from({ length: 7 }, () => false), true])
  expect(await taken('broken')).toEqual(['one 1'])
  expect(await readOutbox(core)).toMatchObject({ retrying: 0, givenUp: 1 })
  expect(await purgeEventFailures(core, [broken])).toBe(0)
  nowMs += 91 * 24 * 3_600_000
  expect(await purgeEventFailures(core, [broken])).toBe(1)
  await core.close()
})
