import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAccessToken } from '../access-tokens/index.ts'
import { currentUser } from '../authentication/index.ts'
import { roleIds, SYSTEM, type UserActor } from '../authorization/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { dispatchEvents, type NewEvent, raise } from '../events/index.ts'
import { createMember, deleteMember } from '../members/index.ts'
import { createProject } from '../projects/index.ts'
import { createRobot, updateRobot } from '../robots/index.ts'
import { groupTypes, replaceMemberships } from '../user-groups/index.ts'
import { createUser, setDisabled, setSysadmin } from '../users/index.ts'
import {
  countUnreadNotices,
  listNotices,
  markNoticesRead,
  noticeSubscriber,
  purgeNotices,
  setNoticePreferences,
  tellExpiries,
} from './index.ts'

const DAY_MS = 86_400_000
let database: TestDatabase
let clockMs = Date.now()
let core: Core
let count = 0

beforeAll(async () => {
  database = await testDatabase()
  core = createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 4,
    now: () => clockMs,
  })
})
beforeEach(async () => {
  await database.db.prisma.notice.deleteMany()
  // Rights are at most three seconds old.
  clockMs += 3_001
})
afterAll(async () => {
  await core.close()
  await database.drop()
})

async function person(options: { sysadmin?: boolean } = {}): Promise<UserActor> {
  const id = await createUser(core, SYSTEM, { username: `person-${++count}`, password: 'Passw0rd' })
  if (options.sysadmin) await setSysadmin(core, SYSTEM, id, true)
  return { ...(await currentUser(core, id))!, via: 'session' }
}
async function project(members: [UserActor, keyof typeof roleIds][] = []) {
  const name = `team-${++count}`
  const id = await createProject(core, SYSTEM, { name })
  for (const [{ id: userId }, role] of members)
    await createMember(core, SYSTEM, { id }, { userId, roleId: roleIds[role] })
  return { id, name }
}
const list = async (actor: UserActor) =>
  (await listNotices(core, actor, { page: 1, pageSize: 100 })).items.map(({ kind, facts }) => ({
    kind,
    facts,
  }))
const kindsOf = async (actor: UserActor) => (await list(actor)).map(({ kind }) => kind)

const happened = (projectId: number, changes: Partial<NewEvent> = {}): NewEvent => ({
  at: new Date(clockMs),
  type: 'quota.warned',
  projectId,
  subject: 'x',
  actorKind: 'system',
  actorId: null,
  actorName: 'system',
  requestId: '',
  payload: { usedBytes: 900, limitBytes: 1_000 },
  ...changes,
})
async function tell(...events: NewEvent[]): Promise<void> {
  await core.db.transaction((tx) => raise(tx, ...events))
  const dispatched = await dispatchEvents(core, [noticeSubscriber])
  expect(dispatched?.failed).toEqual([])
}

describe('who is told of a project', () => {
  it('are the people who administer it, themselves or by a group, and nobody else', async () => {
    const [admin, grouped, maintainer, outsider, gone] = await Promise.all(
      Array.from({ length: 5 }, () => person()),
    )
    const { id, name } = await project([
      [admin!, 'projectAdmin'],
      [maintainer!, 'maintainer'],
      [gone!, 'projectAdmin'],
    ])
    await core.db.transaction((tx) =>
      replaceMemberships(core, tx, grouped!.id, groupTypes.oidc, [{ name: `group-${name}` }]),
    )
    const group = await database.db.prisma.userGroup.findFirstOrThrow({ where: { name: `group-${name}` } })
    await createMember(core, SYSTEM, { id }, { group: { id: group.id }, roleId: roleIds.projectAdmin })
    await setDisabled(core, SYSTEM, gone!.id, true)
    await tell(happened(id))
    const told = { kind: 'quota_warning', facts: { project: name, usedBytes: 900, limitBytes: 1_000 } }
    expect(await list(admin!)).toEqual([told])
    expect(await list(grouped!)).toEqual([told])
    expect(await list(maintainer!)).toEqual([])
    expect(await list(outsider!)).toEqual([])
    expect(await database.db.prisma.notice.count()).toBe(2)
  })

  it('are administrators where nobody administers it', async () => {
    const chief = await person({ sysadmin: true })
    const { id } = await project()
    await tell(happened(id, { type: 'webhook.disabled', payload: { policyId: 3, policyName: 'deploy' } }))
    expect(await list(chief)).toMatchObject([{ kind: 'webhook_disabled', facts: { name: 'deploy' } }])
  })

  it('do not see it any more when they have lost the role', async () => {
    const [admin, other] = [await person(), await person()]
    const { id } = await project([
      [admin, 'projectAdmin'],
      [other, 'projectAdmin'],
    ])
    await tell(happened(id))
    expect(await countUnreadNotices(core, admin)).toBe(1)
    const member = await database.db.prisma.member.findFirstOrThrow({
      where: { projectId: id, userId: admin.id },
    })
    await deleteMember(core, SYSTEM, { id }, member.id)
    clockMs += 3_001
    expect(await list(admin)).toEqual([])
    expect(await countUnreadNotices(core, admin)).toBe(0)
    expect(await kindsOf(other)).toEqual(['quota_warning'])
  })

  it('hear of the same thing once a day, and of an event that is told twice once', async () => {
    const admin = await person()
    const { id } = await project([[admin, 'projectAdmin']])
    const event = happened(id)
    await tell(event, event, happened(id, { type: 'quota.exceeded' }))
    await tell(event)
    expect((await kindsOf(admin)).sort()).toEqual(['quota_exceeded', 'quota_warning'])
    clockMs += DAY_MS
    await tell(happened(id))
    expect(await kindsOf(admin)).toHaveLength(3)
  })

  it('an event of a project that is gone tells nobody and holds nothing up', async () => {
    await tell(happened(999_999), happened(0, { projectId: null }))
    expect(await database.db.prisma.notice.count()).toBe(0)
  })
})

describe('what ends', () => {
  const access = [{ resource: 'repository', action: 'pull' }]
  const robot = async (level: 'project' | 'system', namespace: string, durationDays: number) =>
    (
      await createRobot(core, SYSTEM, {
        level,
        name: `ci-${++count}`,
        durationDays,
        permissions: [{ kind: 'project', namespace, access }],
      })
    ).robot

  it('is told a week and a day before, once each, to whose business it is', async () => {
    const [admin, chief] = [await person(), await person({ sysadmin: true })]
    const { id, name } = await project([[admin, 'projectAdmin']])
    const own = await robot('project', name, 10)
    const ofSystem = await robot('system', '*', 10)
    const ever = await robot('project', name, -1)
    const off = await robot('project', name, 10)
    await updateRobot(core, SYSTEM, off.id, { disabled: true })
    const { token } = await createAccessToken(core, admin, {
      name: 'laptop',
      scopes: ['pull'],
      durationDays: 10,
    })
    const look = async () => {
      for (let n = 0; n < 2; n++) await Promise.all([tellExpiries(core), tellExpiries(core)])
    }
    await look()
    expect(await list(admin)).toEqual([])
    clockMs += 3.5 * DAY_MS
    await look()
    const week = { days: 7, expiresAt: token.expiresAt!.toISOString() }
    expect(await list(admin)).toEqual(
      expect.arrayContaining([
        {
          kind: 'robot_expiring',
          facts: { ...week, name: own.name, project: name, expiresAt: own.expiresAt!.toISOString() },
        },
        { kind: 'access_token_expiring', facts: { ...week, name: 'laptop' } },
      ]),
    )
    expect(await list(admin)).toHaveLength(2)
    expect((await list(chief)).filter(({ facts }) => facts.name === ofSystem.name)).toHaveLength(1)
    clockMs += 5.6 * DAY_MS
    await look()
    expect((await list(admin)).map(({ facts }) => facts.days).sort()).toEqual([1, 1, 7, 7])
    clockMs += DAY_MS
    await look()
    expect(await list(admin)).toHaveLength(4)
    expect(JSON.stringify(await list(admin))).not.toContain(ever.name)
    expect(id).toBeGreaterThan(0)
  })
})

describe('one’s own', () => {
  const withNotices = async (number: number) => {
    const admin = await person()
    const { id } = await project([[admin, 'projectAdmin']])
    for (let n = 0; n < number; n++) {
      await tell(happened(id))
      clockMs += DAY_MS
    }
    return admin
  }

  it('are marked read one by one, or up to one; those of others stay as they are', async () => {
    const [mine, other] = [await withNotices(3), await withNotices(1)]
    const { items, total } = await listNotices(core, mine, { page: 1, pageSize: 2 })
    expect([items.length, total, await countUnreadNotices(core, mine)]).toEqual([2, 3, 3])
    const theirs = (await listNotices(core, other, { page: 1, pageSize: 10 })).items[0]!.id
    await markNoticesRead(core, mine, { ids: [items[0]!.id, theirs] })
    expect([await countUnreadNotices(core, mine), await countUnreadNotices(core, other)]).toEqual([2, 1])
    await markNoticesRead(core, mine, { upTo: theirs })
    expect([await countUnreadNotices(core, mine), await countUnreadNotices(core, other)]).toEqual([0, 1])
    expect((await listNotices(core, mine, { page: 1, pageSize: 10, unread: true })).items).toEqual([])
    await expect(markNoticesRead(core, mine, {})).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(markNoticesRead(core, { kind: 'anonymous' }, { upTo: 1 })).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    })
  })

  it('do not come of what is not followed', async () => {
    const admin = await person()
    const { id } = await project([[admin, 'projectAdmin']])
    await Promise.all(
      ['quota_warning', 'robot_expiring'].map((kind) =>
        setNoticePreferences(core, admin, { kinds: { [kind]: { inbox: false } } }),
      ),
    )
    await tell(happened(id), happened(id, { type: 'quota.exceeded' }))
    expect(await kindsOf(admin)).toEqual(['quota_exceeded'])
  })

  it('go after ninety days', async () => {
    const admin = await withNotices(2)
    clockMs += 89 * DAY_MS
    expect(await purgeNotices(core)).toBe(1)
    expect(await kindsOf(admin)).toHaveLength(1)
  })
})
