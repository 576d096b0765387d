import { flushLastUsed } from '@berth/core/last-used'
import { testDatabase } from '@berth/testing'
import { describe, expect, it } from 'vitest'
import { basic, PASSWORD } from './api.fixture.ts'
import {
  access,
  addRobot,
  api,
  at,
  clockMs,
  create,
  database,
  ids,
  inProject,
  inSystem,
  PULL,
  pass,
  prepareRobots,
} from './robots.fixture.ts'

const DAY_MS = 86_400_000
prepareRobots(testDatabase)

describe('creating', () => {
  it('gives the name with prefix and project, the expiry, a place, and the secret this one time', async () => {
    const answer = await create('projectAdmin', {
      name: 'ci',
      level: 'project',
      duration: 7,
      description: 'builds',
      permissions: [inProject('team', [['repository', 'push', 'push']])],
    })
    expect(answer.status).toBe(201)
    const { id, name, secret, expires_at } = answer.data
    expect(name).toBe('robot$team+ci')
    expect(secret).toMatch(/^[A-Za-z0-9]{32}$/)
    expect(expires_at).toBe(Math.floor((clockMs + 7 * DAY_MS) / 1000))
    expect(answer.headers.location).toBe(`/api/v2.0/robots/${id}`)
    const seen = await api.call('projectAdmin', 'GetRobotByID', at(id!))
    expect(seen.data).toMatchObject({
      name: 'robot$team+ci',
      level: 'project',
      duration: 7,
      description: 'builds',
      disable: false,
      editable: true,
      creator_type: 'local',
      permissions: [inProject('team', [['repository', 'push']])],
    })
    const list = await api.call('guest', 'ListRobot', { query: { q: `Level=project,ProjectID=${ids.team}` } })
    expect(list.data.map((robot) => robot.name)).toContain('robot$team+ci')
    for (const { text } of [seen, list]) expect(text).not.toMatch(/secret|hash|epoch|mac:|argon/i)
    const [row] = await database.db.query<{ secret_hash: string }>(
      'SELECT secret_hash FROM robots WHERE id = ?',
      [id!],
    )
    expect(row!.secret_hash).not.toContain(secret)
  })

  it('lasts as long as the setting says when nobody says otherwise', async () => {
    const answer = await create('root', {
      level: 'project',
      duration: undefined,
      permissions: [inProject('team', PULL)],
    })
    expect(answer.data.expires_at).toBe(Math.floor((clockMs + 30 * DAY_MS) / 1000))
  })

  it('refuses a name that is taken, also for many at once; the same name in another project is another robot', async () => {
    const body = { name: 'twice', level: 'project', permissions: [inProject('team', PULL)] }
    const all = await Promise.all(Array.from({ length: 4 }, () => create('root', body)))
    expect(all.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409])
    expect((await create('root', { ...body, permissions: [inProject('other', PULL)] })).status).toBe(201)
  })

  it.each([
    ['an unknown level', { level: 'galaxy' }],
    ['no permissions', { level: 'system', permissions: [] }],
    ['duration 0', { duration: 0 }],
    ['a duration of two days ago', { duration: -2 }],
    ['a duration that no calendar holds', { duration: 99_999_999 }],
    ['two projects', { permissions: [inProject('team', PULL), inProject('other', PULL)] }],
    ['all projects for a robot of one', { permissions: [inProject('*', PULL)] }],
    [
      'the system for a robot of a project',
      { permissions: [{ ...inSystem([['user', 'list']]), namespace: 'team' }] },
    ],
    [
      'a kind that contradicts the namespace',
      { level: 'system', permissions: [{ ...inProject('/', PULL) }] },
    ],
    ['a resource there is not', { permissions: [inProject('team', [['planet', 'read']])] }],
    ['an action that cannot be granted', { permissions: [inProject('team', [['robot', 'update']])] }],
    ['a star as action', { permissions: [inProject('team', [['repository', '*']])] }],
    ['a right of the system in a project', { permissions: [inProject('team', [['user', 'list']])] }],
    ['the configuration', { level: 'system', permissions: [inSystem([['configuration', 'update']])] }],
    [
      'a denial',
      { permissions: [{ ...inProject('team', []), access: [{ ...access(PULL)[0], effect: 'deny' }] }] },
    ],
    ['no access', { permissions: [inProject('team', [])] }],
    ['a weak secret of one’s own', { secret: 'weak' }],
  ])('refuses %s', async (_, part) => {
    const body = { level: 'project', permissions: [inProject('team', PULL)], ...part }
    expect((await create('root', body)).status).toBe(400)
  })

  it.each([
    '',
    'Ci',
    'ci+x',
    'team+ci',
    'robot$ci',
    'cі',
    'ci ',
    ' ci',
    'ci\0',
    'c..i',
    'ci-',
    'ｃi',
    'a/b',
    'x'.repeat(256),
  ])('refuses the name %j, which is not plain or looks like another', async (name) => {
    const body = { name, level: 'project', permissions: [inProject('team', PULL)] }
    expect([400, 422]).toContain((await create('root', body)).status)
  })
})

it('refuses patterns that are too many together for one deed', async () => {
  const permission = (word: string) => ({
    ...inProject('team', PULL),
    repositories: Array.from({ length: 15 }, (_, n) => `${word}-${n}`),
  })
  const make = (...permissions: unknown[]) => create('root', { level: 'project', permissions })
  expect((await make(permission('a'))).status).toBe(201)
  expect((await make(permission('a'), permission('b'))).status).toBe(400)
})

describe('changing', () => {
  it('sets what may be set and nothing else', async () => {
    const robot = await addRobot([inProject('team', PULL)])
    const before = (await api.call('root', 'GetRobotByID', at(robot.id))).data
    const body = {
      ...before,
      description: 'new',
      secret: 'Chosen-secret-1',
      id: 1,
      creator_ref: 1,
      creator_type: 'robot',
      expires_at: -1,
      creation_time: '2001-01-01T00:00:00Z',
      project_id: ids.other,
      secret_epoch: 99,
      permissions: [inProject('team', [['repository', 'push']])],
    }
    expect((await api.call('root', 'UpdateRobot', { ...at(robot.id), body })).status).toBe(200)
    const after = (await api.call('root', 'GetRobotByID', at(robot.id))).data
    expect({ ...after, update_time: '' }).toEqual({
      ...before,
      update_time: '',
      description: 'new',
      permissions: [inProject('team', [['repository', 'push']])],
    })
    expect((await api.call(robot.name, 'getProject', { path: { project_name_or_id: 'team' } })).status).toBe(
      403,
    )
  })

  it.each([
    ['the name', { name: 'robot$team+other' }],
    ['the level', { level: 'system' }],
    ['the project', { permissions: [inProject('other', PULL)] }],
    ['the reach', { permissions: [inProject('*', PULL)] }],
    ['the permissions to none', { permissions: [] }],
    ['the duration to 0', { duration: 0 }],
  ])('refuses to change %s', async (_, body) => {
    const { id } = await addRobot([inProject('team', PULL)])
    expect((await api.call('projectAdmin', 'UpdateRobot', { ...at(id), body })).status).toBe(400)
  })

  it('counts a new duration from the creation', async () => {
    const { id } = await addRobot([inProject('team', PULL)])
    const createdMs = clockMs
    pass(DAY_MS)
    await api.call('root', 'UpdateRobot', { ...at(id), body: { duration: 3 } })
    const { data } = await api.call('root', 'GetRobotByID', at(id))
    expect(data.expires_at).toBe(Math.floor((createdMs + 3 * DAY_MS) / 1000))
  })

  it('gives a new secret: one of Berth’s shown once, or one’s own by the rule for passwords, not shown', async () => {
    const { id, name } = await addRobot([inProject('team', [['project', 'read']])])
    const read = async (secret: string) =>
      (await api.raw('GET', '/api/v2.0/projects/team', { authorization: basic(name, secret) })).status
    expect(await read(PASSWORD)).toBe(200)
    const made = (await api.call('projectAdmin', 'RefreshSec', { ...at(id), body: {} })).data.secret!
    expect([await read(PASSWORD), await read(made)]).toEqual([401, 200])
    expect((await api.call('root', 'RefreshSec', { ...at(id), body: { secret: 'weak' } })).status).toBe(400)
    const own = await api.call('root', 'RefreshSec', { ...at(id), body: { secret: 'An0therOne' } })
    expect(own.data.secret).toBe('')
    expect([await read(made), await read('An0therOne')]).toEqual([401, 200])
  })
})

describe('the prefix', () => {
  it('is a setting: all names change with it, and nobody may have a name that begins so', async () => {
    const { id, name } = await addRobot([inProject('team', [['project', 'read']])])
    const set = async (robot_name_prefix: unknown) =>
      (await api.call('root', 'updateConfigurations', { body: { robot_name_prefix } })).status
    const read = async (as: string) =>
      (await api.call(as, 'getProject', { path: { project_name_or_id: 'team' } })).status
    for (const bad of ['', 'a:b', 'a+b', 'a b', 'röbot', 'x'.repeat(33), 'OUT', 'r'])
      expect(await set(bad), bad).toBe(400)
    expect(await set('bot-')).toBe(200)
    const renamed = name.replace('robot$', 'bot-')
    expect((await api.call('root', 'GetRobotByID', at(id))).data.name).toBe(renamed)
    expect([await read(renamed), await read(name)]).toEqual([200, 401])
    for (const username of ['bot-team+x', 'BOT-x', 'ｂot-x']) {
      const body = { username, password: PASSWORD }
      expect((await api.call('root', 'createUser', { body })).status, username).toBe(400)
    }
    expect(await set('robot$')).toBe(200)
    expect(await read(name)).toBe(200)
  })

  it.each(['ROBOT$', 'robot＄', 'robot', 'robot$ ', ' robot$', 'robot$robot$'])(
    'is taken byte by byte: %j is another',
    async (prefix) => {
      const { name } = await addRobot([inProject('team', [['project', 'read']])])
      const lookalike = name.replace('robot$', prefix)
      const answer = await api.raw('GET', '/api/v2.0/projects/team', {
        authorization: basic(lookalike),
      })
      expect(answer.status).toBe(401)
    },
  )
})

it('a robot shows when it was used last, without a write per request', async () => {
  const { id, name, secret } = await addRobot([inProject('team', PULL)])
  expect((await api.call('root', 'GetRobotByID', at(id))).data.last_used_at).toBeUndefined()
  const use = () => api.raw('GET', '/api/v2.0/projects', { authorization: basic(name, secret) })
  expect((await use()).status).toBe(200)
  const firstMs = clockMs
  await flushLastUsed(api.core)
  pass(10_000)
  await use()
  await flushLastUsed(api.core)
  const seen = () => api.call('root', 'GetRobotByID', at(id)).then(({ data }) => data.last_used_at)
  expect(await seen()).toBe(new Date(firstMs).toISOString())
  pass(25_000)
  await use()
  await flushLastUsed(api.core)
  expect(await seen()).toBe(new Date(clockMs).toISOString())
  // What another node wrote later stays.
  const later = new Date(clockMs + 60_000)
  await database.db.prisma.robot.update({ where: { id }, data: { lastUsedAt: later } })
  pass(31_000)
  await use()
  await flushLastUsed(api.core)
  expect(await seen()).toBe(later.toISOString())
})
