import { SYSTEM } from '@berth/core'
import { createRobot } from '@berth/core/robots'
import { groupTypes, replaceMemberships } from '@berth/core/user-groups'
import { testDatabase } from '@berth/testing'
import { describe, expect, it, vi } from 'vitest'
import { PASSWORD } from './api.fixture.ts'
import {
  addMember,
  api,
  database,
  deeds,
  LIMIT,
  limited,
  prepareLimited,
} from './repository-limits.fixture.ts'

// How a limit is set, read and given on, and what it takes from the role that it limits.

prepareLimited(testDatabase)

const member = (project: string, body: Record<string, unknown>) => addMember(api, project, body)

describe('a limit', () => {
  const project = { path: { project_name_or_id: 'closed' } }
  const rule = { body: { template: 'immutable_template' } }
  it('takes what reaches all repositories from a role that has it', async () => {
    expect((await api.call('limited', 'CreateImmuRule', { ...project, ...rule })).status).toBe(403)
    expect((await api.call('limited', 'previewImmuRule', { ...project, ...rule })).status).toBe(403)
    expect((await api.call('whole', 'CreateImmuRule', { ...project, ...rule })).status).not.toBe(403)
    expect((await api.call('limited', 'ListImmuRules', project)).status).toBe(200)
    const scope = { query: { scope: '/project/closed', relative: true } }
    const { data } = await api.call('limited', 'getCurrentUserPermissions', scope)
    // It says where it is limited.
    expect(data).toContainEqual({ resource: 'repository', action: 'push', repositories: LIMIT })
    expect(data).toContainEqual({ resource: 'label', action: 'create' })
    const rules = data.filter(({ resource }) => resource === 'immutable-tag')
    expect(rules.map(({ action }) => action)).toEqual(['list'])
  })

  it('lets nobody change or delete labels, which artifacts outside carry too; new ones are on none', async () => {
    const { closed } = Object.fromEntries(
      (await api.call('root', 'listProjects')).data.map(({ name, project_id }) => [name, project_id!]),
    )
    for (const who of limited.filter((name) => name !== 'robot$limited')) {
      const made = await api.call(who, 'CreateLabel', {
        body: { name: `by ${who}`, scope: 'p', project_id: closed! },
      })
      expect(made.status, who).toBe(201)
      const path = { label_id: Number(made.headers.location?.split('/').at(-1)) }
      expect((await api.call(who, 'UpdateLabel', { path, body: { name: 'other' } })).status, who).toBe(403)
      expect((await api.call(who, 'DeleteLabel', { path })).status, who).toBe(403)
      expect((await api.call('whole', 'UpdateLabel', { path, body: { name: 'other' } })).status).toBe(200)
      expect((await api.call('whole', 'DeleteLabel', { path })).status).toBe(200)
    }
  })

  it('that is set while the role changes is not taken off again', async () => {
    const { id: userId } = await api.addUser('raced')
    await member('closed', { role_id: 2, member_user: { username: 'raced' } })
    const { id: mid } = await database.db.prisma.member.findFirstOrThrow({ where: { userId } })
    const begun = vi.spyOn(api.core.db, 'transaction')
    for (const [roleId, before, after] of [
      [4, null, ['in/**']],
      [1, null, ['in/**']],
      [4, ['in/**'], ['in/app']],
    ] as const) {
      await database.db.query('UPDATE members SET repositories = ? WHERE id = ?', [
        before && JSON.stringify(before),
        mid,
      ])
      begun.mockClear()
      const other = database.db.transaction(async (tx) => {
        await tx.$queryRaw`SELECT id FROM members WHERE id = ${mid} FOR UPDATE`
        const changing = api.call('root', 'updateProjectMember', {
          path: { ...project.path, mid },
          body: { role_id: roleId },
        })
        await vi.waitFor(() => expect(begun).toHaveBeenCalled())
        await tx.member.update({ where: { id: mid }, data: { repositories: [...after] } })
        return { changing }
      })
      const { status } = await (await other).changing
      expect(status).toBe(409)
      const { repositories } = await database.db.prisma.member.findUniqueOrThrow({ where: { id: mid } })
      expect(repositories).toEqual(after)
    }
    begun.mockRestore()
  })

  it('is read and changed with the membership; left out it stays, null takes it off', async () => {
    await api.addUser('changing')
    await member('closed', { role_id: 2, member_user: { username: 'changing' }, repositories: ['in/**'] })
    const list = { ...project, query: { entityname: 'changing' } }
    const shown = async () => (await api.call('root', 'listProjectMembers', list)).data[0]!
    const { id: mid } = await shown()
    const change = async (body: Record<string, unknown>) =>
      (await api.call('root', 'updateProjectMember', { path: { ...project.path, mid }, body })).status
    expect((await shown()).repositories).toEqual(['in/**'])
    expect(await change({ role_id: 4 })).toBe(200)
    expect(await shown()).toMatchObject({ role_id: 4, repositories: ['in/**'] })
    expect(await change({ role_id: 4, repositories: ['out/*', 'in'] })).toBe(200)
    const seen = async () =>
      (await api.call('changing', 'listRepositories', { path: { project_name: 'closed' } })).data
    expect((await seen()).map(({ name }) => name).sort()).toEqual(['closed/in', 'closed/out/app'])
    expect(await change({ role_id: 1 })).toBe(400)
    expect(await change({ role_id: 4, repositories: [] })).toBe(400)
    expect(await change({ role_id: 4, repositories: ['a//b'] })).toBe(400)
    expect(await change({ role_id: 1, repositories: null })).toBe(200)
    expect(await shown()).not.toHaveProperty('repositories')
    expect(await seen()).toHaveLength(5)
  })

  it('is joined with others: a person reaches what any of their grants reaches', async () => {
    const { id } = await api.addUser('joined')
    await member('closed', { role_id: 3, member_user: { username: 'joined' }, repositories: ['out/**'] })
    await api.core.db.transaction((tx) =>
      replaceMemberships(api.core, tx, id, groupTypes.oidc, [{ name: 'limited-group' }]),
    )
    const path = { project_name: 'closed' }
    expect((await api.call('joined', 'listRepositories', { path })).headers['x-total-count']).toBe('3')
    const describe = async (repository_name: string) =>
      (await api.call('joined', 'updateRepository', { path: { ...path, repository_name }, body: {} })).status
    // A guest outside, a maintainer inside: each role only where it reaches. A guest sees that it is there.
    expect([await describe('in/app'), await describe('out/app')]).toEqual([200, 403])
  })

  it('refuses a robot deeds that reach all repositories, and shows its limits again', async () => {
    const create = (access: object[], repositories: unknown, namespace = 'closed') =>
      api.call('root', 'CreateRobot', {
        body: {
          level: 'system',
          name: 'r',
          duration: 1,
          permissions: [{ kind: 'project', namespace, access, repositories }],
        },
      })
    const pull = { resource: 'repository', action: 'pull' }
    expect((await create([{ resource: 'immutable-tag', action: 'create' }], LIMIT)).status).toBe(400)
    expect((await create([pull], ['['])).status).toBe(400)
    const made = await create([pull], ['b', 'a/**'])
    expect(made.status).toBe(201)
    const robot = await api.call('root', 'GetRobotByID', { path: { robot_id: made.data.id! } })
    expect(robot.data.permissions).toEqual([
      { kind: 'project', namespace: 'closed', access: [pull], repositories: ['b', 'a/**'] },
    ])
    await api.call('root', 'DeleteRobot', { path: { robot_id: made.data.id! } })
  })

  it('keeps the log, which names every repository, from those who have one', async () => {
    const log = [{ resource: 'log', action: 'list' }]
    const create = (name: string, repositories?: string[]) =>
      api.call('root', 'CreateRobot', {
        body: {
          level: 'project',
          name,
          secret: PASSWORD,
          duration: 1,
          permissions: [{ kind: 'project', namespace: 'closed', access: log, repositories }],
        },
      })
    expect((await create('reads-some', LIMIT)).status).toBe(400)
    const all = await create('reads-all')
    expect(all.status).toBe(201)
    const inProject = { path: { project_name: 'closed' } }
    for (const op of ['getLogExts', 'getLogs', 'exportLogExts'] as const) {
      expect((await api.call(all.data.name!, op, inProject)).status, op).toBe(200)
      for (const who of limited) expect((await api.call(who, op, inProject)).status, `${op} ${who}`).toBe(403)
    }
    for (const op of ['listAuditLogs', 'listAuditLogExts'] as const) {
      const seen = await api.call(all.data.name!, op)
      expect(seen.text, op).toContain('closed')
      for (const who of limited)
        expect((await api.call(who, op)).text, `${op} ${who}`).not.toContain('closed/')
    }
    await api.call('root', 'DeleteRobot', { path: { robot_id: all.data.id! } })
  })

  it('may differ from deed to deed of one robot in one project', async () => {
    const entry = (action: string, repositories?: string[]) => ({
      kind: 'project',
      namespace: 'closed',
      access: [{ resource: 'repository', action }],
      ...(repositories && { repositories }),
    })
    const permissions = [entry('list'), entry('read', ['in/**', 'out/**']), entry('update', ['in/app'])]
    const body = { level: 'project', name: 'uneven', secret: PASSWORD, duration: 1, permissions }
    const made = await api.call('root', 'CreateRobot', { body })
    expect(made.status).toBe(201)
    const path = { robot_id: made.data.id! }
    const { data } = await api.call('root', 'GetRobotByID', { path })
    expect(data.permissions).toEqual(expect.arrayContaining(permissions))
    // What was read can be written again.
    expect((await api.call('root', 'UpdateRobot', { path, body: data })).status).toBe(200)
    const at = { path: { project_name: 'closed' } }
    expect((await api.call(made.data.name, 'listRepositories', at)).data).toHaveLength(5)
    const status = async (op: 'getRepository' | 'updateRepository', repository_name: string) =>
      (await api.call(made.data.name, op, { path: { ...at.path, repository_name }, body: {} })).status
    expect([await status('getRepository', 'out/app'), await status('getRepository', 'inner')]).toEqual([
      200, 403,
    ])
    expect([await status('updateRepository', 'in/app'), await status('updateRepository', 'out/app')]).toEqual(
      [200, 403],
    )
    await api.call('root', 'DeleteRobot', { path })
  })

  it('goes with what a robot gives: to robots and to members, never more than its own', async () => {
    const access = [...deeds, { resource: 'robot', action: 'create' }]
    const maker = await createRobot(api.core, SYSTEM, {
      level: 'project',
      name: 'maker',
      secret: PASSWORD,
      durationDays: 2,
      permissions: [{ kind: 'project', namespace: 'closed', access, repositories: LIMIT }],
    })
    const make = async (name: string, repositories: unknown) =>
      (
        await api.call(maker.robot.name, 'CreateRobot', {
          body: {
            level: 'project',
            name,
            duration: 1,
            permissions: [
              {
                kind: 'project',
                namespace: 'closed',
                access: [{ resource: 'repository', action: 'pull' }],
                repositories,
              },
            ],
          },
        })
      ).status
    expect(await make('wide', undefined)).toBe(403)
    expect(await make('other', ['out/**'])).toBe(403)
    expect(await make('narrow', ['in/deep/*'])).toBe(201)
    await api.addUser('given')
    const give = async (repositories: unknown) =>
      (
        await api.call(maker.robot.name, 'createProjectMember', {
          ...project,
          body: { role_id: 3, member_user: { username: 'given' }, repositories },
        })
      ).status
    expect(await give(undefined)).toBe(403)
    expect(await give(['in/*', 'out'])).toBe(403)
    expect(await give(['in/*'])).toBe(201)
  })
})
