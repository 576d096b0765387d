import { SYSTEM } from '@berth/core'
import { activitySubscriber } from '@berth/core/activities'
import { record, sealLines } from '@berth/core/audit'
import { roleIds } from '@berth/core/authorization'
import { dispatchEvents, raise } from '@berth/core/events'
import { createMember, deleteMember } from '@berth/core/members'
import { csrfToken, signIn } from '@berth/core/sessions'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { basic, openTestApi, PASSWORD, type TestApi } from './api.fixture.ts'
import { createApi } from './api.ts'

let database: TestDatabase
let api: TestApi
let teamId: number
let openId: number
let otherId: number

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('root', { sysadmin: true })
  await api.addUser('outsider')
  teamId = await api.addProject('team', { members: ['projectAdmin', 'guest', 'limitedGuest'] })
  openId = await api.addProject('open', { public: true })
  otherId = await api.addProject('other')
  const limited = await api.addUser('limited')
  await createMember(
    api.core,
    SYSTEM,
    { id: teamId },
    {
      roleId: roleIds.developer,
      userId: limited.id,
      repositories: ['backend/**'],
    },
  )
  await settle()
})
afterAll(async () => {
  await api.close()
  await database.drop()
})

/** What jobs do every second. */
async function settle(): Promise<void> {
  await sealLines(api.core)
  await dispatchEvents(api.core, [activitySubscriber])
}

interface Sent {
  id: string | undefined
  name: string
  data: Record<string, never>
}
/** Follows as a browser does; `next` waits for what comes. */
async function follow(path: string, headers: Record<string, string>) {
  const lower = new Map(Object.entries(headers))
  const handler = createApi(api.core, { log: (failure) => api.failures.push(failure) })
  const answer = await handler.handle({
    method: 'GET',
    url: `/api/v2.0${path}`,
    header: (name) => lower.get(name),
    body: async () => Buffer.alloc(0),
    remoteAddress: '192.0.2.1',
  })
  const { body, status } = answer
  if (typeof body !== 'function')
    return { status, events: [] as Sent[], ended: Promise.resolve(), leave() {}, answer }
  const gone = new AbortController()
  const events: Sent[] = []
  const ended = (async () => {
    for await (const piece of body(gone.signal))
      for (const text of Buffer.from(piece).toString().split('\n\n')) {
        const name = /^event: (.*)$/m.exec(text)?.[1]
        if (name !== undefined)
          events.push({
            id: /^id: (.*)$/m.exec(text)?.[1],
            name,
            data: JSON.parse(/^data: (.*)$/m.exec(text)![1]!),
          })
      }
  })()
  return { status, events, ended, leave: () => gone.abort(), answer }
}
const as = (username: string) => ({ authorization: basic(username) })
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 15_000, interval: 50 })

const push = (projectId: number, repository: string, tag: string | null, actorName = 'pusher') =>
  api.core.db.transaction((tx) =>
    raise(tx, {
      at: new Date(),
      type: 'artifact.pushed',
      projectId,
      subject: repository,
      actorKind: 'user',
      actorId: 1,
      actorName,
      requestId: '',
      payload: { repository, tag, digest: `sha256:${'a'.repeat(64)}` },
    }),
  )

describe('the audit log', () => {
  it('is followed line by line by those who may list them, with filters, and from where one left', async () => {
    const all = await follow('/auditlog-exts/stream?q=operation%3Dcreate', as('root'))
    const some = await follow('/auditlog-exts/stream?q=resource_type%3Dlabel,text%3D~FOLL', as('root'))
    const own = await follow('/projects/team/auditlog-exts/stream', as('projectAdmin'))
    const theirs = await follow('/auditlog-exts/stream', as('projectAdmin'))
    const none = await follow('/auditlog-exts/stream', as('outsider'))
    expect(all.answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    })
    await api.call('root', 'CreateLabel', { body: { name: 'followed', scope: 'g' } })
    await api.call('root', 'CreateLabel', { body: { name: 'in team', scope: 'p', project_id: teamId } })
    await settle()
    await until(() => {
      expect(all.events.map(({ data }) => data.resource)).toEqual(['followed', 'in team'])
      expect(some.events.map(({ data }) => data.resource)).toEqual(['followed'])
      for (const stream of [own, theirs])
        expect(stream.events.map(({ data }) => data.resource)).toEqual(['in team'])
    })
    expect(none.events).toEqual([])
    for (const stream of [all, some, own, theirs, none]) stream.leave()
    await Promise.all([all, some, own, theirs, none].map(({ ended }) => ended))

    const again = await follow('/auditlog-exts/stream?q=operation%3Dcreate', {
      ...as('root'),
      'last-event-id': all.events[0]!.id!,
    })
    await until(() => expect(again.events.map(({ data }) => data.resource)).toEqual(['in team']))
    again.leave()
    await again.ended
  })

  it('is for nobody who may not list it', async () => {
    expect((await follow('/auditlog-exts/stream', {})).status).toBe(401)
    for (const who of ['guest', 'outsider'])
      expect((await follow('/projects/team/auditlog-exts/stream', as(who))).status).toBe(403)
    expect((await follow('/auditlog-exts/stream?q=nonsense', as('root'))).status).toBe(400)
  })

  it('tells who was away for long what they missed first', async () => {
    await database.db.query('UPDATE audit_heads SET position = position + 20000')
    const late = await follow('/auditlog-exts/stream?after=1', as('root'))
    await until(() => expect(late.events[0]).toMatchObject({ name: 'gap', data: { behind: 1 } }))
    late.leave()
    await late.ended
    await database.db.query('UPDATE audit_heads SET position = position - 20000')
  })
})

describe('what changes', () => {
  it('is shown to those who may see where, and who did it to those who may see the members', async () => {
    await push(teamId, 'team/backend/api', 'v1')
    await push(teamId, 'team/web', 'v1')
    await push(openId, 'open/app', null)
    await push(otherId, 'other/app', 'v1')
    await settle()
    const seen = async (who: string, query = {}) => {
      const { data } = await api.call(who, 'listActivities', { query: { page_size: 100, ...query } })
      return data
        .filter(({ type }) => type === 'artifact.pushed')
        .map(({ name, username }) => `${name} ${username}`)
    }
    const unnamed = 'open/app undefined'
    expect(await seen('root')).toEqual([
      'other/app pusher',
      'open/app pusher',
      'team/web pusher',
      'team/backend/api pusher',
    ])
    for (const who of ['projectAdmin', 'guest'])
      expect(await seen(who)).toEqual([unnamed, 'team/web pusher', 'team/backend/api pusher'])
    expect(await seen('limitedGuest')).toEqual([unnamed, 'team/web undefined', 'team/backend/api undefined'])
    expect(await seen('limited')).toEqual([unnamed, 'team/backend/api pusher'])
    expect(await seen('outsider')).toEqual([unnamed])
    expect(await seen('guest', { project_name: 'team' })).toEqual([
      'team/web pusher',
      'team/backend/api pusher',
    ])
    expect(await seen('guest', { repository_name: 'team/web' })).toEqual(['team/web pusher'])
    const [newest] = (await api.call('guest', 'listActivities', { query: { page_size: 1 } })).data
    expect(await seen('guest', { before: newest!.id })).toEqual([
      'team/web pusher',
      'team/backend/api pusher',
    ])
  })

  it('of rights and robots is not for everybody who sees the project', async () => {
    const types = async (who: string) => {
      const { data } = await api.call(who, 'listActivities', {
        query: { page_size: 100, project_name: 'team' },
      })
      return new Set(data.map(({ type }) => type))
    }
    expect(await types('guest')).toContain('member.created')
    expect(await types('limitedGuest')).not.toContain('member.created')
    const parts: Record<string, string>[] = [
      { project_name: 'team' },
      { repository_name: 'team/web' },
      { project_name: 'missing' },
    ]
    for (const query of parts)
      expect((await api.call('outsider', 'listActivities', { query })).status).toBe(403)
    expect(
      (await api.call('limited', 'listActivities', { query: { repository_name: 'team/web' } })).status,
    ).toBe(404)
    expect((await api.call(undefined, 'listActivities')).status).toBe(401)
  })

  it('is followed within the same limits', async () => {
    const streams = await Promise.all(
      ['root', 'guest', 'limited', 'outsider'].map((who) => follow('/activities/stream', as(who))),
    )
    const part = await follow('/activities/stream?repository_name=team/web', as('guest'))
    await push(teamId, 'team/backend/api', 'v2')
    await push(teamId, 'team/web', 'v2')
    await push(openId, 'open/app', 'v2')
    await settle()
    const names = ({ events }: { events: Sent[] }) => events.map(({ data }) => data.name)
    await until(() =>
      expect(streams.map(names)).toEqual([
        ['team/backend/api', 'team/web', 'open/app'],
        ['team/backend/api', 'team/web', 'open/app'],
        ['team/backend/api', 'open/app'],
        ['open/app'],
      ]),
    )
    await until(() => expect(names(part)).toEqual(['team/web']))
    for (const stream of [...streams, part]) stream.leave()
    await Promise.all([...streams, part].map(({ ended }) => ended))
  })

  it('is followed on one node, changed on another and told by a third', async () => {
    const [changing, telling] = [await openTestApi(database.url), await openTestApi(database.url)]
    const stream = await follow('/activities/stream?project_name=open', as('root'))
    await changing.core.db.transaction((tx) =>
      record(changing.core, tx, {
        resourceType: 'project',
        action: 'update',
        actor: SYSTEM,
        resource: 'open',
        projectId: openId,
      }),
    )
    await dispatchEvents(telling.core, [activitySubscriber])
    await until(() => expect(stream.events.map(({ data }) => data.type)).toEqual(['project.updated']))
    stream.leave()
    await Promise.all([stream.ended, changing.close(), telling.close()])
  })

  it('stops within seconds when the session, the password or the right has ended', async () => {
    const { secret, user } = await signIn(api.core, {
      username: 'guest',
      password: PASSWORD,
      address: '192.0.2.1',
      userAgent: 'browser',
    })
    const bySession = await follow('/activities/stream', { cookie: `sid=${secret}` })
    const byPassword = await follow('/activities/stream', as('limited'))
    const byRight = await follow('/activities/stream?project_name=team', as('limitedGuest'))
    expect([bySession, byPassword, byRight].map(({ status }) => status)).toEqual([200, 200, 200])
    await api.raw('DELETE', '/api/v2.0/users/current/sessions', {
      cookie: `sid=${secret}`,
      'x-harbor-csrf-token': csrfToken(api.core, secret),
    })
    const people = await database.db.query<{ id: number; username: string }>('SELECT id, username FROM users')
    const idOf = (name: string) => people.find(({ username }) => username === name)!.id
    await api.call('root', 'setUserDisabled', {
      path: { user_id: idOf('limited') },
      body: { disabled: true },
    })
    const [membership] = await database.db.query<{ id: number }>(
      'SELECT id FROM members WHERE project_id = ? AND user_id = ?',
      [teamId, idOf('limitedGuest')],
    )
    await deleteMember(api.core, SYSTEM, { id: teamId }, membership!.id)
    await Promise.all([bySession, byPassword, byRight].map(({ ended }) => ended))
    expect(user.username).toBe('guest')
  }, 30_000)
})

it('one account follows a limited number of times, and a place comes back', async () => {
  const streams = await Promise.all(
    Array.from({ length: 12 }, () => follow('/activities/stream', as('root'))),
  )
  expect((await follow('/activities/stream', as('root'))).status).toBe(429)
  streams.pop()!.leave()
  await until(async () => {
    const again = await follow('/activities/stream', as('root'))
    if (again.status === 200) streams.push(again)
    expect(again.status).toBe(200)
  })
  for (const stream of streams) stream.leave()
  await Promise.all(streams.map(({ ended }) => ended))
})
