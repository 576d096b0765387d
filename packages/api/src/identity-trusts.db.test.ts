import { SYSTEM } from '@berth/core'
import { updateConfigurations } from '@berth/core/configurations'
import { createRobot } from '@berth/core/robots'
import { createAuthority, type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApi, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let api: TestApi
const robots: Record<string, number> = {}
const github = 'https://token.actions.githubusercontent.com'

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('sysadmin', { sysadmin: true })
  for (const name of ['team', 'other']) {
    await api.addProject(name)
    await api.addUser(`${name}-admin`)
    await api.call('sysadmin', 'createProjectMember', {
      path: { project_name_or_id: name },
      body: { role_id: 1, member_user: { username: `${name}-admin` } },
    })
    const access = [{ resource: 'repository', action: 'push' }]
    const permissions = [{ kind: 'project', namespace: name, access }]
    const inProject = { level: 'project', name: 'ci', durationDays: -1, permissions }
    robots[name] = (await createRobot(api.core, SYSTEM, inProject)).robot.id
    const inSystem = { ...inProject, level: 'system', name: `system-${name}` }
    robots[`system-${name}`] = (await createRobot(api.core, SYSTEM, inSystem)).robot.id
  }
})
afterAll(async () => {
  await api.close()
  await database.drop()
})

let count = 0
const body = (change: Record<string, unknown> = {}) => ({
  name: `trust ${++count}`,
  robot_id: robots.team,
  issuer: 'https://ci.example.com',
  claims: { sub: 'project:acme/app:*' },
  ...change,
})
const team = { project_name_or_id: 'team' }
const idOf = (answer: { headers: Record<string, string> }) =>
  Number(
    Object.entries(answer.headers)
      .find(([name]) => name.toLowerCase() === 'location')![1]
      .split('/')
      .pop(),
  )
const create = (change?: Record<string, unknown>, who = 'team-admin', project = 'team') =>
  api.call(who, 'createIdentityTrust', { path: { project_name_or_id: project }, body: body(change) })

describe('the admin of a project', () => {
  it('makes, lists, reads, changes and deletes trusts of its robots', async () => {
    const made = await create({ name: 'main branch', claims: { sub: 'a:b', 'x\\.y.z': '1*' } })
    expect(made.status).toBe(201)
    const path = { ...team, identity_trust_id: idOf(made) }
    const { data } = await api.call('team-admin', 'getIdentityTrust', { path })
    expect(data).toMatchObject({
      id: path.identity_trust_id,
      name: 'main branch',
      robot_id: robots.team,
      robot_name: 'robot$team+ci',
      issuer: 'https://ci.example.com',
      audience: 'http://berth.test',
      claims: { sub: 'a:b', 'x\\.y.z': '1*' },
      ca_certificate: '',
      disabled: false,
    })
    expect(data).not.toHaveProperty('last_used_at')
    const { certificatePem } = createAuthority()
    const change = { disabled: true, ca_certificate: `noise\n${certificatePem}`, audience: 'berth' }
    expect((await api.call('team-admin', 'updateIdentityTrust', { path, body: change })).status).toBe(200)
    const list = await api.call('team-admin', 'listIdentityTrusts', {
      path: team,
      query: { q: 'name=main branch' },
    })
    expect(list.data).toMatchObject([{ name: 'main branch', disabled: true, audience: 'berth' }])
    expect(list.data[0]!.ca_certificate!.replaceAll('\n', '')).toBe(certificatePem.replaceAll('\n', ''))
    expect((await api.call('team-admin', 'deleteIdentityTrust', { path })).status).toBe(200)
    expect((await api.call('team-admin', 'getIdentityTrust', { path })).status).toBe(404)
    const lines = await database.db.prisma.auditLine.findMany({
      where: { resourceType: 'identity_trust', resource: 'main branch' },
      orderBy: { id: 'asc' },
    })
    expect(lines.map(({ actorName, action }) => `${actorName} ${action}`)).toEqual([
      'team-admin create',
      'team-admin update',
      'team-admin delete',
    ])
  })

  it('reaches no robot and no trust of another project or of the system, by whatever id', async () => {
    for (const robot of [robots.other, robots['system-team'], 999_999, 0, -1, 2 ** 40])
      expect((await create({ robot_id: robot })).status, String(robot)).toBe(404)
    const foreign = idOf(await create({ robot_id: robots.other }, 'other-admin', 'other'))
    const system = idOf(
      await api.call('sysadmin', 'createSystemIdentityTrust', {
        body: body({ robot_id: robots['system-team'] }),
      }),
    )
    for (const identity_trust_id of [foreign, system]) {
      const path = { ...team, identity_trust_id }
      expect((await api.call('team-admin', 'getIdentityTrust', { path })).status).toBe(404)
      expect((await api.call('team-admin', 'updateIdentityTrust', { path, body: {} })).status).toBe(404)
      expect((await api.call('team-admin', 'deleteIdentityTrust', { path })).status).toBe(404)
    }
    for (const op of [
      'getSystemIdentityTrust',
      'updateSystemIdentityTrust',
      'deleteSystemIdentityTrust',
    ] as const) {
      const input = { path: { identity_trust_id: foreign }, body: {} }
      expect((await api.call('team-admin', op, input)).status).toBe(403)
      expect((await api.call('sysadmin', op, input)).status).toBe(404)
    }
    const mine = idOf(await create())
    const moved = { path: { ...team, identity_trust_id: mine }, body: { robot_id: robots.other } }
    expect((await api.call('team-admin', 'updateIdentityTrust', moved)).status).toBe(400)
  })
})

it('an administrator makes trusts for robots of the system, and nobody else does', async () => {
  const input = { body: body({ robot_id: robots['system-team'] }) }
  expect((await api.call('team-admin', 'createSystemIdentityTrust', input)).status).toBe(403)
  const made = await api.call('sysadmin', 'createSystemIdentityTrust', input)
  expect(made.status).toBe(201)
  const { data } = await api.call('sysadmin', 'listSystemIdentityTrusts')
  expect(data.every(({ robot_name }) => robot_name.startsWith('robot$system-'))).toBe(true)
  const ofProject = { body: body({ robot_id: robots.team }) }
  expect((await api.call('sysadmin', 'createSystemIdentityTrust', ofProject)).status).toBe(404)
})

describe('a trust is refused', () => {
  it.each([
    ['without a name', { name: ' ' }],
    ['with a name that is too long', { name: 'x'.repeat(256) }],
    ['without an issuer', { issuer: undefined }],
    ['of an issuer without https', { issuer: 'http://ci.example.com' }],
    ['of an issuer with a query', { issuer: 'https://ci.example.com/?a' }],
    ['of an issuer with a password', { issuer: 'https://a:b@ci.example.com' }],
    ['of an issuer that is written in an odd way', { issuer: 'https://CI.example.com:443' }],
    ['of an issuer on this machine', { issuer: 'https://127.0.0.1' }],
    ['of an issuer on this machine, in another way', { issuer: 'https://[::ffff:7f00:1]' }],
    ['of an issuer at a cloud’s metadata', { issuer: 'https://169.254.169.254' }],
    ['without a claim', { claims: {} }],
    ['with a claim that may be anything', { claims: { sub: '*', ref: '**' } }],
    ['with a pattern for the issuer', { claims: { sub: 'a', iss: 'b' } }],
    ['with a pattern for a time', { claims: { sub: 'a', exp: '1' } }],
    ['with a pattern that is none', { claims: { sub: 'a{' } }],
    ['with a pattern that costs too much', { claims: { sub: 'a', ref: '*a'.repeat(17) } }],
    ['with a path that is none', { claims: { 'a..b': 'x' } }],
    [
      'with too many claims',
      { claims: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`c${n}`, 'x'])) },
    ],
    ['with a certificate that is none', { ca_certificate: 'x' }],
    ['of GitHub, for everybody’s main branch', { issuer: github, claims: { ref: 'refs/heads/main' } }],
    ['of GitHub, for owners that begin alike', { issuer: github, claims: { sub: 'repo:acme*/app:*' } }],
    ['of GitLab, for everybody’s main branch', { issuer: 'https://gitlab.com', claims: { ref: 'main' } }],
    [
      'of GitLab, for groups that begin alike',
      { issuer: 'https://gitlab.com', claims: { sub: 'project_path:a*:x' } },
    ],
  ])('%s', async (_, change) => {
    expect((await create(change)).status).toBe(400)
  })

  it('when the robot has one of this name, or as many as it may', async () => {
    const access = [{ resource: 'repository', action: 'push' }]
    const permissions = [{ kind: 'project', namespace: 'team', access }]
    const { robot } = await createRobot(api.core, SYSTEM, { level: 'project', name: 'busy', permissions })
    const input = { robot_id: robot.id }
    expect((await create({ ...input, name: 'one' })).status).toBe(201)
    expect((await create({ ...input, name: 'one' })).status).toBe(409)
    const results = await Promise.all(Array.from({ length: 22 }, () => create(input)))
    expect(results.filter(({ status }) => status === 201)).toHaveLength(19)
    expect(results.filter(({ status }) => status === 400)).toHaveLength(3)
    const path = { ...team, identity_trust_id: idOf(results.find(({ status }) => status === 201)!) }
    expect(
      (await api.call('team-admin', 'updateIdentityTrust', { path, body: { name: 'one' } })).status,
    ).toBe(409)
  })
})

it.each([
  [github, { sub: 'repo:acme/app:ref:refs/heads/main' }],
  [github, { repository_owner: 'acme', ref: 'refs/tags/v*' }],
  [github, { repository: 'acme/*' }],
  ['https://gitlab.com', { sub: 'project_path:acme/*:ref_type:branch:ref:main' }],
  ['https://gitlab.example.com', { ref: 'main' }],
  ['https://kubernetes.default.svc.cluster.local', { sub: 'system:serviceaccount:build:builder' }],
])('of %s, %j is a pattern', async (issuer, claims) => {
  expect((await create({ issuer, claims }, 'other-admin', 'other')).status).toBe(404)
  expect((await create({ issuer, claims, robot_id: robots.other }, 'other-admin', 'other')).status).toBe(201)
})

it('hosts that are not public are an administrator’s to allow, and a list that makes no sense is refused', async () => {
  const allow = (outbound_allowed_hosts: string) =>
    api.call('sysadmin', 'updateConfigurations', { body: { outbound_allowed_hosts } })
  for (const text of ['http://a', '10.0.0.0/33', '*']) expect((await allow(text)).status, text).toBe(400)
  expect((await allow('10.1.0.0/16, ci.internal')).status).toBe(200)
  const { data } = await api.call('sysadmin', 'getConfigurations')
  expect(data.outbound_allowed_hosts).toEqual({ value: '10.1.0.0/16, ci.internal', editable: true })
  // What was remembered of the list is at most three seconds old, so another node's answer is looked at.
  const other = await openTestApi(database.url)
  try {
    for (const [issuer, status] of [
      ['https://10.1.2.3', 201],
      ['http://10.1.2.3', 201],
      ['http://ci.internal', 201],
      ['https://10.2.0.1', 400],
      ['http://ci.example.com', 400],
    ] as const) {
      const answer = await other.call('sysadmin', 'createIdentityTrust', {
        path: { project_name_or_id: 'other' },
        body: body({ issuer, robot_id: robots.other }),
      })
      expect(answer.status, issuer).toBe(status)
    }
  } finally {
    await other.close()
    await updateConfigurations(api.core, SYSTEM, { outbound_allowed_hosts: '' })
  }
})
