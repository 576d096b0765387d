import { openShop, type Shop, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Core, createCore } from '../context/index.ts'
import {
  dispatchEvents,
  type EventTransaction,
  type NewEvent,
  type OutboxEvent,
  raise,
  readOutbox,
  type Subscriber,
} from './index.ts'

// A database that is slow or goes away is nobody's failure.

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
let nowMs = Date.parse('2026-05-01T00:00:00.000Z')

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
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
const clocked = () =>
  createCore({ ...shop.core.settings, databaseUrl: database.url, poolSize: 4, now: () => nowMs })

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

test('a batch that takes longer than a transaction may is parted; one event that does so alone is put aside', async () => {
  const core = clocked()
  const slow: Subscriber = {
    name: 'slow',
    types: 'all',
    async take(within, tx, events) {
      if (events.length > 10 || events.some(({ subject }) => subject === 'endless'))
        await runOutOfTime(within)
      await note(tx, 'slow', events)
    },
  }
  await put(...Array.from({ length: 40 }, (_, n) => happened('one', n)), happened('endless', 0))
  const told = await dispatchEvents(core, [slow, recorder('others')])
  expect(told).toMatchObject({ taken: 41, putAside: 1, failed: [{ subscriber: 'slow', attempts: 0 }] })
  expect(await taken('slow')).toEqual(Array.from({ length: 40 }, (_, n) => `one ${n}`))
  expect(await taken('others')).toHaveLength(41)
  await core.close()
})

test('however long the database is too slow for an event, it is told when it is quick again', async () => {
  const core = clocked()
  let isSlow = true
  const patient: Subscriber = {
    name: 'patient',
    types: 'all',
    async take(within, tx, events) {
      if (isSlow) await runOutOfTime(within)
      await note(tx, 'patient', events)
    },
  }
  await put(happened('one', 0), happened('one', 1))
  for (let round = 0; round < 12; round++) {
    await dispatchEvents(core, [patient])
    nowMs += 3_600_000
  }
  expect(await readOutbox(core)).toMatchObject({ waiting: 0, retrying: 2, givenUp: 0 })
  isSlow = false
  await dispatchEvents(core, [patient])
  expect(await taken('patient')).toEqual(['one 0', 'one 1'])
  await core.close()
})

test('a connection that is lost in the middle is nobody’s failure: the events wait for the next look', async () => {
  const core = clocked()
  let isLost = true
  const unlucky: Subscriber = {
    name: 'unlucky',
    types: 'all',
    async take(within, tx, events) {
      await note(tx, 'unlucky', events)
      if (isLost) await loseConnection(within, tx)
    },
  }
  await put(happened('one', 0), happened('one', 1))
  for (let round = 0; round < 3; round++) await expect(dispatchEvents(core, [unlucky])).rejects.toThrow()
  expect(await readOutbox(core)).toMatchObject({ waiting: 2, retrying: 0, givenUp: 0 })
  isLost = false
  await dispatchEvents(core, [unlucky])
  expect(await taken('unlucky')).toEqual(['one 0', 'one 1'])
  await core.close()
})

/** The server ends the connection of this transaction, which then wants something of it. */
async function loseConnection(core: Core, tx: EventTransaction): Promise<void> {
  const own = core.db.provider === 'mysql' ? 'CONNECTION_ID()' : 'pg_backend_pid()'
  const [row] = await tx.$queryRawUnsafe<{ id: number | bigint }[]>(`SELECT ${own} AS id`)
  const id = Number(row!.id)
  if (core.db.provider === 'mysql') await core.db.prisma.$executeRawUnsafe(`KILL ${id}`)
  else await core.db.query('SELECT pg_terminate_backend(?::int)', [id])
  await tx.auditLine.count()
}

/** What the database's client throws when the 15 s are over, without the wait. */
const runOutOfTime = (core: Core) =>
  core.db.prisma.$transaction(
    async (tx) => {
      await tx.auditLine.count()
      await new Promise((resolve) => setTimeout(resolve, 20))
      await tx.auditLine.count()
    },
    { timeout: 5 },
  )
