import { setTimeout as delay } from 'node:timers/promises'
import { type Core, SYSTEM } from '@berth/core'
import { getAuditHead, verifyAuditLog } from '@berth/core/audit'
import { readOutbox } from '@berth/core/events'
import { createProject } from '@berth/core/projects'
import { registryClient } from '@berth/core/registry'
import { createUser, setSysadmin } from '@berth/core/users'
import { createWebhookPolicy } from '@berth/core/webhooks'
import { digestOf, parseRepositoryName } from '@berth/registry-client'
import { quietPort } from '@berth/servers'
import { openShop, type Shop, startRedis, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Cluster, createHeard, type Part } from './cluster.fixture.ts'
import { config, type Operation, operationOf, type Pushed, REPOSITORIES, seeded } from './load.fixture.ts'

const PASSWORD = 'Correct-horse-1'
const CLIENTS = 24
/**
 * On MariaDB only its locks and its order of rows are another matter, which fewer changes show as well;
 * `BERTH_TEST_CHANGES=1000 node_modules/.bin/vitest run --project mysql kill.db` makes as many of them there.
 */
const changesOn = (provider: string): number =>
  Number(process.env.BERTH_TEST_CHANGES ?? (provider === 'mysql' ? 300 : 600))
const KILL_EVERY = 60

let database: Awaited<ReturnType<typeof testDatabase>>
let redis: Awaited<ReturnType<typeof startRedis>> | undefined
let shop: Shop
let core: Core
let cluster: Cluster

beforeAll(async () => {
  database = await testDatabase()
  redis = database.db.provider === 'mysql' ? await startRedis() : undefined
  shop = await openShop(database.url)
  core = shop.core
  const { secretKey, registryUrl } = core.settings
  cluster = new Cluster(
    {
      DATABASE_URL: database.url,
      ...(redis && { REDIS_URL: redis.url }),
      BERTH_SECRET_KEY: secretKey,
      BERTH_EXTERNAL_URL: 'http://localhost:8080',
      REGISTRY_URL: registryUrl,
      REGISTRY_USERNAME: 'berth',
      REGISTRY_PASSWORD: 'secret',
    },
    // A part that is killed comes back at its port: nobody may have been given that meanwhile.
    { gateway: await quietPort(), api: await quietPort() },
  )
  const id = await createUser(core, SYSTEM, { username: 'root', password: PASSWORD })
  await setSysadmin(core, SYSTEM, id, true)
  await createProject(core, SYSTEM, { name: 'team' })
  const targets = [{ type: 'http', address: 'https://hooks.example.com/' }]
  const webhook = { name: 'all', eventTypes: ['PUSH_ARTIFACT', 'DELETE_ARTIFACT'], targets }
  await createWebhookPolicy(core, SYSTEM, { name: 'team' }, webhook as never)
  for (let n = 0; n < REPOSITORIES; n++)
    await registryClient(core).uploadBlob(parseRepositoryName(`team/app${n}`), digestOf(config), config)
  await createHeard(database.db)
  await Promise.all((['gateway', 'api', 'jobs'] as const).map((part) => cluster.start(part)))
}, 120_000)
afterAll(async () => {
  await cluster?.stop()
  await shop?.close()
  await redis?.stop()
  await database?.drop()
})

/** `done`: acknowledged. `refused`: told that nothing was done. `lost`: nobody knows. */
type Outcome = 'done' | 'refused' | 'lost'
const authorization = `Basic ${Buffer.from(`root:${PASSWORD}`).toString('base64')}`

async function send(n: number, { part, method, path, body, type }: Operation): Promise<Outcome> {
  for (;;) {
    const url = cluster.urlOf(part)
    if (url === undefined) {
      await delay(20)
      continue
    }
    try {
      const answer = await fetch(url + path, {
        method,
        headers: { authorization, 'x-request-id': `op-${n}`, ...(type && { 'content-type': type }) },
        ...(body !== undefined && { body: body as BodyInit }),
      })
      await answer.arrayBuffer()
      return answer.ok ? 'done' : answer.status < 500 ? 'refused' : 'lost'
    } catch (error) {
      // Nobody listened: it was never sent.
      const { code } = ((error as Error).cause ?? {}) as { code?: string }
      if (code !== 'ECONNREFUSED') return 'lost'
      await delay(20)
    }
  }
}

interface Heard extends Record<string, unknown> {
  event_id: number
  type: string
  subject: string
  request_id: string
  payload: string
}

test('whatever is killed whenever: each change has one line, and its event is heard, in order', async () => {
  const changes = changesOn(database.db.provider)
  const random = seeded(20_261_121)
  const pushed: Pushed[] = []
  const operations: Operation[] = []
  const outcomes: Outcome[] = []
  const victims: Part[] = ['gateway', 'api', 'jobs']
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (operations.length < changes) {
        const n = operations.length
        const operation = operationOf(n, random, pushed)
        operations.push(operation)
        if (n % KILL_EVERY === KILL_EVERY - 1) {
          const victim = victims[Math.floor(random() * victims.length)]!
          // In the middle of what runs, not between.
          void delay(random() * 50).then(() => cluster.kill(victim))
        }
        outcomes[n] = await send(n, operation)
      }
    }),
  )
  await cluster.settled()
  await vi.waitFor(async () => expect(await readOutbox(core)).toMatchObject({ waiting: 0, retrying: 0 }), {
    timeout: 180_000,
    interval: 200,
  })
  expect(cluster.kills).toBeGreaterThan(changes / KILL_EVERY / 4)
  const done = outcomes.filter((outcome) => outcome === 'done').length
  expect(done).toBeGreaterThan(changes / 2)

  // Lines: one for what was acknowledged, none for what was refused, at most one for what nobody knows.
  const lines = new Map<string, string[]>()
  for (const { request_id, action, resource_type } of await database.db.query<
    Record<'request_id' | 'action' | 'resource_type', string>
  >(
    "SELECT request_id, action, resource_type FROM audit_lines WHERE result = 'ok' AND request_id LIKE 'op-%'",
  ))
    lines.set(request_id, [...(lines.get(request_id) ?? []), `${action}_${resource_type}`])
  const heard = await database.db.query<Heard>('SELECT * FROM heard ORDER BY n')
  const told = new Set(heard.map(({ request_id }) => request_id))
  const wrong: string[] = []
  for (const [n, { line }] of operations.entries()) {
    const found = (lines.get(`op-${n}`) ?? []).filter((type) => !type.startsWith('login'))
    const outcome = outcomes[n]!
    const right =
      outcome === 'done' ? found.length === 1 : outcome === 'refused' ? found.length === 0 : found.length <= 1
    if (!right || found.some((type) => type !== line)) wrong.push(`${n} ${line} ${outcome}: ${found}`)
    if (found.length === 1 && !told.has(`op-${n}`)) wrong.push(`${n} ${line} ${outcome}: never heard`)
  }
  expect(wrong).toEqual([])

  // Events, told again in the order in which they were heard, lead to what the index holds.
  const { tags, digests, settings } = replay(heard)
  const rows = await core.db.prisma.repository.findMany({
    include: { artifacts: { include: { tags: true } } },
  })
  const held = rows.flatMap(({ name, artifacts }) =>
    artifacts.flatMap((artifact) => artifact.tags.map((tag) => `${name}:${tag.name}@${artifact.digest}`)),
  )
  expect([...tags].map(([tag, digest]) => `${tag}@${digest}`).sort()).toEqual(held.sort())
  const known = rows.flatMap(({ name, artifacts }) => artifacts.map(({ digest }) => `${name}@${digest}`))
  expect([...digests].sort()).toEqual(known.sort())
  // Each setting replaced the one before it, and the last is the one that holds.
  expect(settings.broken).toEqual([])
  const setting = await core.db.prisma.systemProperty.findUniqueOrThrow({
    where: { name: 'configuration.robot_token_duration' },
  })
  expect(setting.value).toBe(settings.last)

  await expectCountedOnce(heard)
  await expectSealed()
}, 600_000)

/** Counts, deliveries and the list of what changed are written once for each event, however often a process ended. */
async function expectCountedOnce(heard: readonly Heard[]): Promise<void> {
  const events = new Map(heard.map((event) => [event.event_id, event]))
  const ofType = (...types: string[]) => [...events.values()].filter(({ type }) => types.includes(type))
  const pushes = ofType('artifact.pushed').length
  const [counted] = await database.db.query<{ pushes: number }>(
    'SELECT SUM(pushes) AS pushes FROM repository_days',
  )
  expect(Number(counted!.pushes)).toBe(pushes)
  const activities = await core.db.prisma.activity.count({ where: { type: 'artifact.pushed' } })
  expect(activities).toBe(pushes)
  // Per repository in the order in which it happened; its own number is that of the order.
  const deliveries = await database.db.query<{ subject: string; event_type: string }>(
    'SELECT subject, event_type FROM webhook_deliveries ORDER BY id',
  )
  const told = ofType('artifact.pushed', 'tag.created', 'artifact.deleted')
  const bySubject = (list: readonly (readonly [string, string])[]) =>
    Object.groupBy(list, ([subject]) => subject)
  expect(bySubject(deliveries.map(({ subject, event_type }) => [subject, event_type]))).toEqual(
    bySubject(
      told.map(({ subject, type }) => [
        subject,
        type === 'artifact.deleted' ? 'DELETE_ARTIFACT' : 'PUSH_ARTIFACT',
      ]),
    ),
  )
}

/** The log has places from 1 on without a gap, and is as it was sealed. */
async function expectSealed(): Promise<void> {
  await vi.waitFor(async () => expect((await getAuditHead(core, SYSTEM)).waiting.count).toBe(0), {
    timeout: 90_000,
    interval: 200,
  })
  const total = await core.db.prisma.auditLine.count()
  const verified = await verifyAuditLog(core, SYSTEM)
  expect(verified).toMatchObject({ from: 1, to: total, lines: total, next: null, broken: null })
}

interface Told {
  repository: string
  digest: string
  tag: string | null
  detail?: { old: { robot_token_duration: number }; new: { robot_token_duration: number } }
}

/** At least once: what was heard before is passed over. */
function replay(heard: readonly Heard[]) {
  const seen = new Set<number>()
  const tags = new Map<string, string>()
  const digests = new Set<string>()
  const settings = { last: 30, broken: [] as string[] }
  for (const { event_id, type, payload } of heard) {
    if (seen.has(event_id)) continue
    seen.add(event_id)
    const { repository, digest, tag, detail } = JSON.parse(payload) as Told
    if (type === 'artifact.pushed') digests.add(`${repository}@${digest}`)
    if ((type === 'artifact.pushed' || type === 'tag.created') && tag !== null)
      tags.set(`${repository}:${tag}`, digest)
    if (type === 'tag.deleted') tags.delete(`${repository}:${tag}`)
    if (type === 'artifact.deleted') {
      digests.delete(`${repository}@${digest}`)
      for (const [name, held] of tags)
        if (held === digest && name.startsWith(`${repository}:`)) tags.delete(name)
    }
    if (type === 'configuration.updated') {
      if (detail!.old.robot_token_duration !== settings.last) settings.broken.push(payload)
      settings.last = detail!.new.robot_token_duration
    }
  }
  return { tags, digests, settings }
}
