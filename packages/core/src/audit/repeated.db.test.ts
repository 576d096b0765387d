import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Actor, ANONYMOUS } from '../authorization/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { recordAttempt } from './attempts.ts'
import { flushRepeated, recordRepeated } from './repeated.ts'

let database: TestDatabase
let core: Core

beforeAll(async () => {
  database = await testDatabase()
  core = createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
  })
})
afterAll(async () => {
  await core.close()
  await database.drop()
})

const guess = (network: string, name: string) =>
  recordRepeated(
    core,
    {
      resourceType: 'user',
      action: 'login',
      actor: ANONYMOUS,
      actorName: name,
      resource: name,
      result: 'refused',
    },
    { subject: name, network },
  )
const refused = (actor: Actor, resource: string) =>
  recordAttempt(core, { resourceType: 'project', action: 'delete', actor, result: 'refused', resource })
const person = (id: number): Actor => ({
  kind: 'user',
  id,
  username: `person-${id}`,
  sysadmin: false,
  via: 'session',
})
const lines = (resourceType: string, actorKind?: string) =>
  database.db.prisma.auditLine.findMany({
    where: { resourceType, ...(actorKind && { actorKind }) },
    orderBy: { id: 'asc' },
  })

it('strangers with ever new names and networks keep nobody known out of the log', async () => {
  const guesses = Array.from(
    { length: 16 * 20 },
    (_, n) => [`10.0.${Math.floor(n / 20)}.0`, `x${n}`] as const,
  )
  for (const [network, name] of guesses) await guess(network, name)
  // They themselves have lines of their own only up to a number.
  expect(new Set((await lines('user')).map(({ resource }) => resource)).size).toBe(300 + 1)
  await refused(person(7), '/projects/one')
  await refused(person(8), '/projects/two')
  const told = (await lines('project')).map((line) => [line.actorKind, line.actorName, line.resource])
  expect(told).toEqual([
    ['user', 'person-7', '/projects/one'],
    ['user', 'person-8', '/projects/two'],
  ])
})

it('what the known do is under their own names, however many of them there are', async () => {
  await flushRepeated(core)
  const before = (await lines('project')).length
  const many = Array.from({ length: 320 }, (_, n) => person(n + 100))
  for (const actor of many) await refused(actor, '/projects/one')
  const told = (await lines('project')).slice(before)
  expect(told.map(({ actorName }) => actorName)).toEqual(
    many.map((actor) => 'username' in actor && actor.username),
  )
  // And leave room to strangers.
  await guess('192.0.2.1', 'mallory')
  expect((await lines('user')).at(-1)).toMatchObject({ actorName: 'mallory', resource: 'mallory' })
})

it('a repetition is answered once the line stands that tells of the first', async () => {
  const order: string[] = []
  await Promise.all([
    guess('192.0.2.7', 'waldo').then(() => order.push('the line stands')),
    guess('192.0.2.7', 'waldo').then(() => order.push('the repetition is answered')),
  ])
  expect(order).toEqual(['the line stands', 'the repetition is answered'])
  expect((await lines('user')).filter(({ resource }) => resource === 'waldo')).toHaveLength(1)
})
