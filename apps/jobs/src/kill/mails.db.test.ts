import { setTimeout as delay } from 'node:timers/promises'
import { type Core, createCore, SYSTEM } from '@berth/core'
import { updateConfigurations } from '@berth/core/configurations'
import { raise } from '@berth/core/events'
import { setNoticePreferences } from '@berth/core/notices'
import { createProject } from '@berth/core/projects'
import { createUser, setSysadmin } from '@berth/core/users'
import { startRedis, type TestDatabase, testDatabase } from '@berth/testing'
import { startMailServer, type TestMailServer } from '@berth/testing/smtp'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Cluster, createHeard } from './cluster.fixture.ts'

const EVENTS = 40
/**
 * The jobs are killed while these mails are on their way; the server has the second and not the first. What a killed
 * process worked at is taken up again by the queue after up to half a minute, so each kill costs that.
 */
const KILLED_AT = [5, 20]

let database: TestDatabase
let redis: Awaited<ReturnType<typeof startRedis>> | undefined
let server: TestMailServer
let core: Core
let cluster: Cluster

beforeAll(async () => {
  database = await testDatabase()
  redis = database.db.provider === 'mysql' ? await startRedis() : undefined
  server = await startMailServer()
  const settings = {
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://localhost:8080',
    registryUrl: 'http://127.0.0.1:9',
  }
  core = createCore({ ...settings, poolSize: 4 })
  await updateConfigurations(core, SYSTEM, {
    smtp_host: server.host,
    smtp_port: server.port,
    smtp_security: 'none',
    smtp_from: 'berth@example.com',
  })
  const email = 'chief@example.com'
  const id = await createUser(core, SYSTEM, { username: 'chief', password: 'Correct-horse-1', email })
  await setSysadmin(core, SYSTEM, id, true)
  const chief = { kind: 'user', id, username: 'chief', sysadmin: true, via: 'session' } as const
  await setNoticePreferences(core, chief, { kinds: { webhook_disabled: { mail: true } } })
  await createProject(core, SYSTEM, { name: 'team' })
  await createHeard(database.db)
  cluster = new Cluster(
    {
      DATABASE_URL: database.url,
      ...(redis && { REDIS_URL: redis.url }),
      BERTH_SECRET_KEY: settings.secretKey,
      BERTH_EXTERNAL_URL: settings.externalUrl,
      REGISTRY_URL: settings.registryUrl,
    },
    {},
  )
  await cluster.start('jobs')
}, 120_000)
afterAll(async () => {
  await cluster?.stop()
  await core?.close()
  await server?.stop()
  await redis?.stop()
  await database?.drop()
})

test('jobs that are killed while notices and mails are on their way lose no mail; what may have gone goes again', async () => {
  server.beforeTaking = async (count) => {
    await delay(10)
    if (!KILLED_AT.includes(count)) return true
    cluster.kill('jobs')
    return count % 2 === 0
  }
  const { id: projectId } = await database.db.prisma.project.findUniqueOrThrow({ where: { name: 'team' } })
  for (let n = 0; n < EVENTS; n++)
    await core.db.transaction((tx) =>
      raise(tx, {
        at: new Date(),
        type: 'webhook.disabled',
        projectId,
        subject: 'team',
        actorKind: 'system',
        actorId: null,
        actorName: '',
        requestId: '',
        payload: { policyName: `webhook ${n}` },
      }),
    )
  const isDue = { mailDueAt: { not: null } }
  await vi.waitFor(
    async () => {
      await cluster.settled()
      expect(await database.db.prisma.notice.count()).toBe(EVENTS)
      expect(await database.db.prisma.notice.count({ where: isDue })).toBe(0)
    },
    { timeout: 240_000, interval: 200 },
  )
  expect(cluster.kills).toBe(KILLED_AT.length)
  const notices = await database.db.prisma.notice.findMany({ select: { id: true } })
  // The same mail sent again has the same id, by which mail programs tell.
  const ids = server.mails.map(({ headers }) => headers.get('message-id')!)
  expect([...new Set(ids)].sort()).toEqual(notices.map(({ id }) => `<notice-${id}@localhost>`).sort())
  expect(ids.length).toBeGreaterThan(EVENTS)
  expect(ids.length).toBeLessThanOrEqual(EVENTS + KILLED_AT.length)
}, 300_000)
