import { groupTypes, replaceMemberships } from '@berth/core/user-groups'
import { testDatabase } from '@berth/testing'
import { describe, expect, it } from 'vitest'
import { api, database, lines, prepareAudit, teamId } from './audit.fixture.ts'

// What changes of robots, projects, settings, members and groups leave in the log.

prepareAudit(testDatabase)

describe('robots', () => {
  it('made, changed, given a new secret and deleted leave lines in their project', async () => {
    const permissions = [
      { kind: 'project', namespace: 'team', access: [{ resource: 'repository', action: 'pull' }] },
    ]
    const body = { name: 'ci', level: 'project', duration: 5, permissions }
    const made = await api.call('projectAdmin', 'CreateRobot', { body })
    const path = { robot_id: made.data.id! }
    await api.call('projectAdmin', 'UpdateRobot', { path, body: { disable: true } })
    await api.call('projectAdmin', 'RefreshSec', { path, body: {} })
    await api.call('projectAdmin', 'DeleteRobot', { path })
    const answer = await api.call('projectAdmin', 'getLogExts', {
      path: { project_name: 'team' },
      query: { q: 'resource_type=robot', sort: 'id' },
    })
    expect(answer.data.map(({ operation, resource }) => [operation, resource])).toEqual([
      ['create', 'robot$team+ci'],
      ['update', 'robot$team+ci'],
      ['refresh', 'robot$team+ci'],
      ['delete', 'robot$team+ci'],
    ])
    expect(answer.data[0]!.detail).toMatchObject({ permissions: { team: ['repository:pull'] } })
    expect(answer.text).not.toContain(made.data.secret)
  })
})

it('projects made, changed and deleted leave lines, with old and new settings', async () => {
  const path = { project_name_or_id: 'lived' }
  await api.call('dora', 'createProject', { body: { project_name: 'lived', metadata: { public: 'false' } } })
  await api.call('dora', 'updateProject', { path, body: { metadata: { public: 'true', severity: 'high' } } })
  const setting = { path: { ...path, meta_name: 'severity' } }
  await api.call('dora', 'updateProjectMetadata', { ...setting, body: { severity: 'low' } })
  await api.call('dora', 'deleteProjectMetadata', setting)
  await api.call('dora', 'deleteProject', { path })
  const found = await lines('resource_type=project,resource=lived', 'root', 'id')
  expect(found.map(({ operation, detail }) => [operation, detail?.old, detail?.new])).toEqual([
    ['create', undefined, undefined],
    ['update', { public: 'false', severity: null }, { public: 'true', severity: 'high' }],
    ['update', { severity: 'high' }, { severity: 'low' }],
    ['update', { severity: 'low' }, { severity: null }],
    ['delete', undefined, undefined],
  ])
  expect(new Set(found.map(({ project_id }) => project_id)).size).toBe(1)
})

it('settings leave a line with old and new values, of secrets only whether there is one, and none when nothing changes', async () => {
  const set = (body: Record<string, unknown>) => api.call('root', 'updateConfigurations', { body })
  expect((await set({ robot_token_duration: 7, oidc_client_secret: 'very-secret-1' })).status).toBe(200)
  await set({ robot_token_duration: 7 })
  await Promise.all([8, 9, 10].map((days) => set({ robot_token_duration: days })))
  const [first, ...others] = await lines('resource_type=configuration', 'root', 'id')
  expect(first).toMatchObject({ operation: 'update', resource: 'oidc_client_secret, robot_token_duration' })
  expect(first!.detail).toEqual({
    old: { oidc_client_secret: { secret: '' }, robot_token_duration: 30 },
    new: { oidc_client_secret: { secret: '***' }, robot_token_duration: 7 },
  })
  // Each line begins where the one before it ended, whoever came first.
  const steps = others.map(({ detail }) => detail as { old: Days; new: Days })
  type Days = { robot_token_duration: number }
  expect(steps).toHaveLength(3)
  let at = 7
  for (const step of steps) {
    expect(step.old.robot_token_duration).toBe(at)
    at = step.new.robot_token_duration
  }
})

it('members and groups leave lines: roles and limits as they were and are, and what a directory says of people', async () => {
  const path = { project_name_or_id: 'team' }
  const group = { group_name: 'builders', group_type: 3 }
  const mid = async (body: Record<string, unknown>) => {
    const made = await api.call('root', 'createProjectMember', { path, body })
    expect(made.status, made.text).toBe(201)
    return Number(made.headers.location!.split('/').at(-1))
  }
  const person = await mid({ role_id: 2, member_user: { username: 'dora' } })
  await api.call('root', 'updateProjectMember', {
    path: { ...path, mid: person },
    body: { role_id: 4, repositories: ['backend/**'] },
  })
  await api.call('root', 'deleteProjectMember', { path: { ...path, mid: person } })
  await mid({ role_id: 3, member_group: group })
  const found = await lines('resource_type=member,username=root', 'root', 'id')
  expect(found.map(({ operation, resource, detail }) => [operation, resource, detail])).toEqual([
    ['create', 'dora', { kind: 'user', role: 'developer', repositories: null }],
    [
      'update',
      'dora',
      {
        kind: 'user',
        old: { role: 'developer', repositories: null },
        new: { role: 'maintainer', repositories: ['backend/**'] },
      },
    ],
    ['delete', 'dora', { kind: 'user', role: 'maintainer' }],
    ['create', 'builders', { kind: 'group', role: 'guest', repositories: null }],
  ])
  expect(new Set(found.map(({ project_id }) => project_id))).toEqual(new Set([teamId]))
  expect(await lines('resource_type=user_group')).toMatchObject([
    { operation: 'create', resource: 'builders', username: 'root' },
  ])
  const dora = await database.db.prisma.user.findFirstOrThrow({ where: { username: 'dora' } })
  for (const groups of [[{ name: 'builders' }], [{ name: 'builders' }], []])
    await api.core.db.transaction((tx) => replaceMemberships(api.core, tx, dora.id, groupTypes.oidc, groups))
  const said = await lines('actor_kind=system,resource=dora,operation=update', 'root', 'id')
  expect(said.map(({ detail }) => detail)).toEqual([
    { groups: { joined: ['builders'], left: [] } },
    { groups: { joined: [], left: ['builders'] } },
  ])
})
