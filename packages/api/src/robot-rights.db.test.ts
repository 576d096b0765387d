import { SYSTEM } from '@berth/core'
import { deleteProject } from '@berth/core/projects'
import { testDatabase } from '@berth/testing'
import { describe, expect, it } from 'vitest'
import { PASSWORD } from './api.fixture.ts'
import {
  addRobot,
  api,
  at,
  create,
  ids,
  inProject,
  inSystem,
  PULL,
  pass,
  prepareRobots,
} from './robots.fixture.ts'

// What robots may do, and what may be given to them.

prepareRobots(testDatabase)

describe('nobody gives a robot what they do not hold', () => {
  it('people without the right make none; a project admin makes none of the system, of all projects, or elsewhere', async () => {
    const ours = { level: 'project', permissions: [inProject('team', PULL)] }
    for (const as of ['outsider', 'limitedGuest', 'guest', 'developer', 'maintainer'])
      expect((await create(as, ours)).status, as).toBe(403)
    expect((await create(undefined, ours)).status).toBe(401)
    for (const permissions of [
      [inProject('*', PULL)],
      [inSystem([['user', 'list']])],
      [inProject('team', PULL)],
    ])
      expect((await create('projectAdmin', { level: 'system', permissions })).status).toBe(403)
    // A project that is there and one that is not look alike.
    for (const name of ['other', 'nowhere'])
      expect(
        (await create('projectAdmin', { level: 'project', permissions: [inProject(name, PULL)] })).status,
      ).toBe(403)
  })

  it('a robot makes only robots with a part of its own list, in its own project, that do not outlive it', async () => {
    const maker = await addRobot(
      [
        inProject('team', [
          ['repository', 'pull'],
          ['robot', 'create', 'read'],
        ]),
      ],
      {
        duration: 5,
      },
    )
    const make = (permissions: unknown[], more = {}) =>
      create(maker.name, { level: 'project', duration: 5, permissions, ...more })
    const made = await make([inProject('team', PULL)])
    expect(made.status).toBe(201)
    const child = await api.call('root', 'GetRobotByID', at(made.data.id!))
    expect(child.data).toMatchObject({ creator_type: 'robot', creator_ref: maker.id })
    for (const refused of [
      await make([inProject('team', [['repository', 'push']])]),
      await make([inProject('team', [['robot', 'delete']])]),
      await make([inProject('other', PULL)]),
      await make([inProject('team', PULL)], { level: 'system' }),
      await make([inProject('*', PULL)], { level: 'system' }),
      await make([inProject('team', PULL)], { duration: 6 }),
      await make([inProject('team', PULL)], { duration: -1 }),
    ])
      expect(refused.status, refused.text).toBe(403)
  })

  it('a robot of the system makes only what it holds, in the system and in each project', async () => {
    const maker = await addRobot(
      [
        inSystem([
          ['robot', 'create'],
          ['user', 'list'],
        ]),
        inProject('team', PULL),
      ],
      { level: 'system' },
    )
    const make = async (...permissions: unknown[]) =>
      (await create(maker.name, { level: 'system', permissions })).status
    expect(await make(inSystem([['user', 'list']]), inProject('team', PULL))).toBe(201)
    expect(await make(inSystem([['user', 'delete']]))).toBe(403)
    expect(await make(inProject('*', PULL))).toBe(403)
    expect(await make(inProject('other', PULL))).toBe(403)
    expect(await make(inProject('nowhere', PULL))).toBe(403)
    expect(await make(inProject('team', [['repository', 'push']]))).toBe(403)
  })

  it('a robot cannot make itself more through people: no administrators, passwords, or roles above its own', async () => {
    const { id: userId } = await api.addUser('puppet')
    const people = await addRobot([inSystem([['user', 'create', 'read', 'update', 'delete', 'list']])], {
      level: 'system',
    })
    const path = { user_id: userId }
    for (const refused of [
      await api.call(people.name, 'setUserSysAdmin', { path, body: { sysadmin_flag: true } }),
      await api.call(people.name, 'updateUserPassword', { path, body: { new_password: 'An0therOne' } }),
      await api.call(people.name, 'setUserDisabled', { path, body: { disabled: false } }),
    ])
      expect(refused.status).toBe(403)
    const members = await addRobot([
      inProject('team', [['member', 'create', 'update', 'read', 'delete', 'list']]),
    ])
    for (const role of [1, 2, 3, 4, 5]) {
      const body = { role_id: role, member_user: { username: 'puppet' } }
      const added = await api.call(members.name, 'createProjectMember', {
        path: { project_name_or_id: 'team' },
        body,
      })
      expect(added.status, `role ${role}`).toBe(403)
    }
  })
})

describe('ids of others', () => {
  it('a robot of another project looks like one that is not there, for every deed', async () => {
    const victim = await addRobot([inProject('other', PULL)])
    const system = await addRobot([inProject('*', PULL)], { level: 'system' })
    const neighbour = await addRobot([inProject('team', [['robot', 'create', 'read', 'delete', 'list']])])
    for (const as of ['projectAdmin', 'outsider', neighbour.name])
      for (const id of [victim.id, system.id, 999_999, 99_999_999_999]) {
        const answers = [
          await api.call(as, 'GetRobotByID', at(id)),
          await api.call(as, 'UpdateRobot', { ...at(id), body: { disable: true } }),
          await api.call(as, 'RefreshSec', { ...at(id), body: {} }),
          await api.call(as, 'DeleteRobot', at(id)),
        ]
        expect(answers.map(({ status, code }) => `${status} ${code}`)).toEqual(Array(4).fill('404 NOT_FOUND'))
        expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
      }
    const listing = { query: { q: `Level=project,ProjectID=${ids.other}` } }
    expect((await api.call('projectAdmin', 'ListRobot', listing)).status).toBe(403)
    expect((await api.call('projectAdmin', 'ListRobot')).status).toBe(403)
    expect((await api.call('root', 'GetRobotByID', at(victim.id))).data.disable).toBe(false)
  })

  it('guests see robots and change none', async () => {
    const robot = await addRobot([inProject('team', PULL)])
    for (const as of ['guest', 'developer', 'maintainer']) {
      expect((await api.call(as, 'GetRobotByID', at(robot.id))).status).toBe(200)
      expect((await api.call(as, 'UpdateRobot', { ...at(robot.id), body: {} })).status).toBe(403)
      expect((await api.call(as, 'RefreshSec', { ...at(robot.id), body: {} })).status).toBe(403)
      expect((await api.call(as, 'DeleteRobot', at(robot.id))).status).toBe(403)
    }
    expect((await api.call('limitedGuest', 'GetRobotByID', at(robot.id))).status).toBe(404)
  })

  it.each(['secret_hash', 'SecretHash', 'secret', 'Secret', 'r.secret_hash', 'secret_epoch'])(
    '%s is no field of the list',
    async (field) => {
      const names = async (query: Record<string, string>) =>
        (await api.call('root', 'ListRobot', { query: { page_size: 0, ...query } })).data.map((r) => r.name)
      const all = await names({})
      expect(await names({ q: `${field}=~mac` })).toEqual(all)
      expect((await names({ sort: `-${field}` })).sort()).toEqual([...all].sort())
    },
  )

  it('lists of projects need both words, and the level must be one', async () => {
    for (const q of [
      'Level=project',
      'Level=planet',
      'Level=project,ProjectID=~1',
      'Level=project,ProjectID=x',
    ])
      expect((await api.call('root', 'ListRobot', { query: { q } })).status, q).toBe(400)
  })
})

describe('a robot at the API', () => {
  it('sees what it may, and no more: lists, search, one by one', async () => {
    const { name } = await addRobot([inProject('team', [['project', 'read']])])
    const projects = async (as: string) =>
      (await api.call(as, 'listProjects')).data.map((entry) => entry.name)
    expect(await projects(name)).toEqual(['team'])
    expect((await api.call(name, 'getProject', { path: { project_name_or_id: 'other' } })).status).toBe(403)
    expect((await api.call(name, 'listRepositories', { path: { project_name: 'team' } })).status).toBe(403)
    const everywhere = await addRobot([inProject('*', [['project', 'read']])], { level: 'system' })
    expect(await projects(everywhere.name)).toEqual(['other', 'team'])
    expect((await api.call(name, 'getCurrentUserInfo')).status).toBe(412)
  })

  it('does not get into a later project of the same name, and ends with its own', async () => {
    const id = await api.addProject('fleeting')
    const own = await addRobot([inProject('fleeting', [['project', 'read']])])
    const system = await addRobot([inProject('fleeting', [['project', 'read']]), inProject('team', PULL)], {
      level: 'system',
    })
    const read = async (as: string) =>
      (await api.call(as, 'getProject', { path: { project_name_or_id: 'fleeting' } })).status
    expect([await read(own.name), await read(system.name)]).toEqual([200, 200])
    await deleteProject(api.core, SYSTEM, { id })
    await api.addProject('fleeting')
    pass(3_001)
    expect([await read(own.name), await read(system.name)]).toEqual([401, 403])
    expect((await api.call('root', 'GetRobotByID', at(own.id))).status).toBe(404)
    const rest = (await api.call('root', 'GetRobotByID', at(system.id))).data.permissions
    expect(rest).toEqual([inProject('team', PULL)])
  })

  it('cannot open the console', async () => {
    const { authenticate } = await import('@berth/core/authentication')
    const { name } = await addRobot([inProject('team', PULL)])
    await expect(
      authenticate(api.core, { username: name, password: PASSWORD, address: '192.0.2.9' }),
    ).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})
