import { addPerson, openShop, type Shop, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { SYSTEM } from '../authorization/index.ts'
import { dispatchEvents, type EventType, raise, type Subscriber } from '../events/index.ts'
import { everything } from '../list-query/index.ts'
import { discardEventFailure, listEventFailures, retryEventFailure } from './index.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
let heard: string[] = []
let mended = false

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})
beforeEach(async () => {
  await database.db.prisma.eventFailure.deleteMany()
  heard = []
  mended = false
})

const fussy: Subscriber = {
  name: 'fussy',
  types: ['label.created'],
  async take(_, __, events) {
    if (!mended) throw new Error('cannot take it')
    heard.push(...events.map(({ subject }) => subject))
  },
}
const happen = (...subjects: string[]) =>
  shop.core.db.transaction((tx) =>
    raise(
      tx,
      ...subjects.map((subject) => ({
        at: new Date(),
        type: 'label.created' as EventType,
        subject,
        projectId: 7,
        actorKind: 'system' as const,
        actorId: null,
        actorName: 'system',
        requestId: 'r1',
        payload: {},
      })),
    ),
  )
const dispatch = () => dispatchEvents(shop.core, [fussy])
/** Until nothing is tried again. */
async function giveUp(): Promise<void> {
  for (let n = 0; n < 8; n++) {
    await database.db.query('UPDATE event_failures SET due_at = ? WHERE due_at IS NOT NULL', [new Date(0)])
    await dispatch()
  }
}
const list = async (status?: string) => {
  const filters = status === undefined ? [] : [{ field: 'status', match: 'exact' as const, value: status }]
  return (await listEventFailures(shop.core, SYSTEM, { ...everything, filters })).items
}

it('shows what is tried again and what was given up, and why', async () => {
  await happen('one')
  await dispatch()
  expect(await list('retrying')).toMatchObject([
    {
      subscriber: 'fussy',
      type: 'label.created',
      subject: 'one',
      projectId: 7,
      requestId: 'r1',
      attempts: 1,
      error: 'cannot take it',
    },
  ])
  expect(await list('given up')).toEqual([])
  await giveUp()
  expect(await list('given up')).toMatchObject([{ attempts: 8, dueAt: null }])
})

it('what was given up is told when somebody asks for it', async () => {
  await happen('lost')
  await giveUp()
  mended = true
  await dispatch()
  expect(heard).toEqual([])
  const [failure] = await list('given up')
  await retryEventFailure(shop.core, SYSTEM, failure!.id)
  await dispatch()
  expect(heard).toEqual(['lost'])
  expect(await list()).toEqual([])
  await expect(retryEventFailure(shop.core, SYSTEM, failure!.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('what waits behind an event that is discarded goes on', async () => {
  await happen('same')
  await dispatch()
  await happen('same')
  await dispatch()
  mended = true
  await dispatch()
  expect(heard).toEqual([])
  const [, first] = await list('retrying')
  await discardEventFailure(shop.core, SYSTEM, first!.id)
  await dispatch()
  expect(heard).toEqual(['same'])
  const where = { resourceType: 'event_failure', action: 'delete' }
  expect(await database.db.prisma.auditLine.findMany({ where })).toMatchObject([
    { resource: String(first!.id), detail: { subscriber: 'fussy', type: 'label.created', subject: 'same' } },
  ])
})

it('is the business of administrators', async () => {
  const somebody = await addPerson(shop.core, 'somebody', {})
  const code = 'FORBIDDEN'
  await expect(listEventFailures(shop.core, somebody, everything)).rejects.toMatchObject({ code })
  await expect(retryEventFailure(shop.core, somebody, 1)).rejects.toMatchObject({ code })
  await expect(discardEventFailure(shop.core, somebody, 1)).rejects.toMatchObject({ code })
})
