import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { record, sealLines } from '../audit/index.ts'
import { createDestination, deleteDestination, forwardAuditLines } from '../audit-destinations/index.ts'
import { currentUser } from '../authentication/index.ts'
import { roleIds, SYSTEM, type UserActor } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { dispatchEvents, raise } from '../events/index.ts'
import { createMember } from '../members/index.ts'
import { createProject } from '../projects/index.ts'
import { forgetUsage, nearlyFullNews, requireRoomToStart } from '../quotas/index.ts'
import { createUser, setSysadmin } from '../users/index.ts'
import {
  createWebhookPolicy,
  deliverWebhooksNow,
  updateWebhookPolicy,
  webhookSubscriber,
} from '../webhooks/index.ts'
import { listNotices, noticeSubscriber, setNoticePreferences, tellForwarding } from './index.ts'

// From what goes wrong to the inbox of those whose business it is. Robots and tokens that end: notices.db.test.ts.

const DAY_MS = 86_400_000
let database: TestDatabase
let core: Core
let aheadMs = 0
let chief: UserActor
let admin: UserActor
const project = { id: 0, name: 'team' }

beforeAll(async () => {
  database = await testDatabase()
  core = createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 4,
    now: () => Date.now() + aheadMs,
  })
  chief = await person('chief')
  await setSysadmin(core, SYSTEM, chief.id, true)
  chief = { ...(await currentUser(core, chief.id))!, via: 'session' }
  admin = await person('admin')
  project.id = await createProject(core, SYSTEM, { name: project.name, storageLimitBytes: 1_000 })
  await createMember(core, SYSTEM, project, { userId: admin.id, roleId: roleIds.projectAdmin })
})
afterAll(async () => {
  await core.close()
  await database.drop()
})

async function person(username: string): Promise<UserActor> {
  const id = await createUser(core, SYSTEM, {
    username,
    password: 'Passw0rd',
    email: `${username}@example.com`,
  })
  return { ...(await currentUser(core, id))!, via: 'session' }
}
const inbox = async (actor: UserActor) =>
  (await listNotices(core, actor, { page: 1, pageSize: 100 })).items.map(({ kind, facts }) => ({
    kind,
    facts,
  }))
const dispatch = async () =>
  expect((await dispatchEvents(core, [webhookSubscriber, noticeSubscriber]))?.failed ?? []).toEqual([])

it('a project that fills up, and a push that has no room in it', async () => {
  await database.db.prisma.quota.updateMany({ where: { projectId: project.id }, data: { usedBytes: 900 } })
  await nearlyFullNews(core, project.name)
  await database.db.prisma.quota.updateMany({ where: { projectId: project.id }, data: { usedBytes: 1_000 } })
  forgetUsage(core)
  await expect(requireRoomToStart(core, project.name)).rejects.toMatchObject({ code: 'DENIED' })
  await dispatch()
  const limits = { project: project.name, limitBytes: 1_000 }
  expect(await inbox(admin)).toEqual([
    { kind: 'quota_exceeded', facts: { ...limits, usedBytes: 1_000 } },
    { kind: 'quota_warning', facts: { ...limits, usedBytes: 900 } },
  ])
})

it('a webhook whose target answers no more', async () => {
  await updateConfigurations(core, SYSTEM, {
    outbound_allowed_hosts: '127.0.0.1',
    webhook_max_attempts: 1,
    webhook_disable_after: 1,
  })
  const id = await createWebhookPolicy(core, SYSTEM, project, {
    name: 'deploy',
    eventTypes: ['PUSH_ARTIFACT'],
    targets: [{ type: 'http', address: 'http://127.0.0.1:9/hook' }],
  })
  const artifact = {
    repository: `${project.name}/app`,
    digest: `sha256:${'a'.repeat(64)}`,
    tag: 'v1',
    public: false,
  }
  const told = async () => (await inbox(admin)).filter(({ kind }) => kind === 'webhook_disabled')
  const one = { kind: 'webhook_disabled', facts: { project: project.name, name: 'deploy' } }
  // Whoever enabled it again on the same day thinks that it works now.
  for (const expected of [[one], [one, one]]) {
    await updateWebhookPolicy(core, SYSTEM, project, id, { enabled: true })
    await core.db.transaction((tx) =>
      raise(tx, {
        at: new Date(core.now()),
        type: 'artifact.pushed',
        projectId: project.id,
        subject: artifact.repository,
        actorKind: 'system',
        actorId: null,
        actorName: 'system',
        requestId: '',
        payload: artifact,
      }),
    )
    await dispatch()
    await deliverWebhooksNow(core)
    await dispatch()
    expect(await told()).toEqual(expected)
  }
})

it('a receiver of the audit log that takes nothing, and for whom more waits than is kept', async () => {
  await updateConfigurations(core, SYSTEM, { smtp_host: 'mail.example', smtp_from: 'berth@example.com' })
  await setNoticePreferences(core, chief, { kinds: { forwarding_losing: { mail: true } } })
  const named = { name: 'archive', kind: 'syslog', address: '127.0.0.1:9' } as const
  const id = await createDestination(core, SYSTEM, named)
  const look = async () => {
    await forwardAuditLines(core, new AbortController().signal)
    return tellForwarding(core)
  }
  await core.db.transaction((tx) =>
    record(core, tx, { resourceType: 'label', action: 'create', actor: SYSTEM, resource: 'x' }),
  )
  while ((await sealLines(core))?.sealed) {}
  expect(await look()).toBe(0)
  aheadMs += 16 * 60_000
  expect([await look(), await look()]).toEqual([1, 1])
  const told = async () => (await inbox(chief)).map(({ kind, facts }) => [kind, facts.name])
  expect(await told()).toEqual([['forwarding_failing', 'archive']])
  aheadMs += 40 * DAY_MS
  await look()
  expect(await told()).toEqual([
    ['forwarding_losing', 'archive'],
    ['forwarding_failing', 'archive'],
  ])
  expect((await inbox(admin)).filter(({ kind }) => kind.startsWith('forwarding'))).toEqual([])
  const mails = await database.db.prisma.notice.findMany({ where: { mailDueAt: { not: null } } })
  expect(mails.map(({ userId, kind }) => [userId, kind])).toEqual([[chief.id, 'forwarding_losing']])
  await deleteDestination(core, SYSTEM, id)
  expect(await look()).toBe(0)
})
