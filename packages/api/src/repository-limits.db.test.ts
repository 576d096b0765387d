import { type OperationId, operations } from '@berth/contract'
import { SYSTEM } from '@berth/core'
import { grantableInProjects } from '@berth/core/permissions'
import { createRobot } from '@berth/core/robots'
import { groupTypes, replaceMemberships } from '@berth/core/user-groups'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type CallInput, openTestApi, PASSWORD, type TestApi } from './api.fixture.ts'

// Everything that names or lists repositories, asked by accounts that are limited to `in/**`, of what is inside and
// outside. An operation on a repository that has no line here fails.

const LIMIT = ['in/**']
let database: TestDatabase
let api: TestApi

const deeds = grantableInProjects.filter(
  ({ resource, action }) =>
    ![
      'immutable-tag',
      'tag-retention',
      'preheat-policy',
      'export-cve',
      'log',
      'notification-policy',
    ].includes(resource) && !(resource === 'label' && (action === 'update' || action === 'delete')),
)
const DIGEST = 'sha256:'.padEnd(71, 'a')

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('root', { sysadmin: true })
  const closed = await api.addProject('closed')
  const open = await api.addProject('open', { public: true })
  for (const name of ['limited', 'whole', 'grouped']) await api.addUser(name)
  for (const name of ['closed', 'open']) {
    await member(name, { role_id: 4, member_user: { username: 'limited' }, repositories: LIMIT })
    await member(name, { role_id: 4, member_user: { username: 'whole' } })
    const group = { group_type: 3, group_name: 'limited-group' }
    await member(name, { role_id: 4, member_group: group, repositories: LIMIT })
  }
  const { data } = await api.call('root', 'searchUsers', { query: { username: 'grouped' } })
  await api.core.db.transaction((tx) =>
    replaceMemberships(api.core, tx, data[0]!.user_id!, groupTypes.oidc, [{ name: 'limited-group' }]),
  )
  for (const [project, id] of [
    ['closed', closed],
    ['open', open],
  ] as const)
    for (const path of ['in/app', 'in/deep/app', 'inner', 'out/app', 'in'])
      await addImage(id, `${project}/${path}`)
  const common = { secret: PASSWORD, durationDays: 1 }
  const permission = { kind: 'project', access: deeds }
  const add = (input: Parameters<typeof createRobot>[2]) =>
    createRobot(api.core, SYSTEM, { ...common, ...input })
  const at = (namespace: string, repositories?: string[]) => [{ ...permission, namespace, repositories }]
  await add({ level: 'project', name: 'limited', permissions: at('closed', LIMIT) })
  await add({ level: 'project', name: 'whole', permissions: at('closed') })
  await add({ level: 'system', name: 'limited', permissions: at('*', LIMIT) })
})
afterAll(async () => {
  await api.close()
  await database.drop()
})

async function member(project: string, body: Record<string, unknown>) {
  const answer = await api.call('root', 'createProjectMember', {
    path: { project_name_or_id: project },
    body,
  })
  expect(answer.status).toBe(201)
}

async function addImage(projectId: number, name: string): Promise<void> {
  const { prisma } = database.db
  const { id: repositoryId } = await prisma.repository.create({
    data: { projectId, name, artifactCount: 1, suffixes: { create: suffixes(projectId, name) } },
  })
  const artifact = { projectId, repositoryId }
  const { id: artifactId } = await prisma.artifact.create({
    data: {
      ...artifact,
      digest: DIGEST,
      type: 'IMAGE',
      mediaType: 'application/vnd.oci.image.config.v1+json',
      manifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
      manifestSizeBytes: 1,
      sizeBytes: 1n,
      annotations: { purpose: 'needle' },
      extraAttrs: {},
    },
  })
  await prisma.tag.create({ data: { ...artifact, artifactId, name: 'needle', nameKey: 'needle' } as never })
  await prisma.artifactTerm.create({ data: { artifactId, position: 0, projectId, term: 'needle' } })
  await prisma.project.update({ where: { id: projectId }, data: { repositoryCount: { increment: 1 } } })
}
const suffixes = (projectId: number, name: string) => [
  { position: 0, projectId, withinWord: false, suffix: name },
]

const limited = ['limited', 'grouped', 'robot$closed+limited', 'robot$limited']
const wholeOf = (who: string) => (who.startsWith('robot') ? 'robot$closed+whole' : 'whole')

/** What to send to each operation on a repository: something that changes nothing in these tests. */
const inputs: Partial<Record<OperationId, CallInput<OperationId>>> = {
  getRepository: {},
  updateRepository: { body: { description: '' } },
  // No registry answers here: whoever gets so far is told that it does not.
  deleteRepository: {},
  listArtifacts: {},
  getArtifact: {},
  deleteArtifact: {},
  CopyArtifact: { query: { from: 'closed/in/app:none' } },
  listTags: {},
  createTag: { body: { name: '?' } },
  deleteTag: { path: { tag_name: 'none' } },
  listAccessories: {},
  getAddition: { path: { addition: 'build_history' } },
  addLabel: { body: { id: 999_999 } },
  removeLabel: { path: { label_id: 999_999 } },
  getRepositoryActivity: {},
  listMostUsedTags: {},
}

const onRepositories = (Object.keys(operations) as OperationId[]).filter((op) =>
  operations[op].path.includes('{repository_name}'),
)

describe('an operation on one repository', () => {
  const ask = async (who: string, op: OperationId, repository: string) => {
    const { path, ...rest } = inputs[op]!
    const where = { project_name: 'closed', repository_name: repository, reference: DIGEST, ...path }
    const { status, code } = await api.call(who, op, { ...rest, path: where })
    return `${status} ${code ?? ''}`
  }

  it.each(onRepositories)('%s: inside as without a limit, outside as if there were nothing', async (op) => {
    expect(inputs, 'a line for this operation').toHaveProperty(op)
    for (const who of limited) {
      for (const inside of ['in/app', 'in/deep/app', 'in/missing'])
        expect(await ask(who, op, inside), `${who} ${inside}`).toBe(await ask(wholeOf(who), op, inside))
      const outside = await Promise.all(
        ['out/app', 'inner', 'in', 'missing', 'out/missing'].map((name) => ask(who, op, name)),
      )
      expect(new Set(outside), who).toEqual(
        new Set([op === 'CopyArtifact' ? '403 FORBIDDEN' : '404 NOT_FOUND']),
      )
    }
  })

  it('does not copy from outside', async () => {
    const copy = (who: string, from: string) =>
      api.call(who, 'CopyArtifact', {
        path: { project_name: 'closed', repository_name: 'in/copy' },
        query: { from },
      })
    for (const who of limited) {
      const answers = [await copy(who, 'closed/out/app:needle'), await copy(who, 'closed/out/none:needle')]
      expect(answers.map(({ status }) => status)).toEqual([404, 404])
    }
  })
})

const INSIDE = ['closed/in/app', 'closed/in/deep/app']

describe('what lists shows what is inside', () => {
  const inProject = { path: { project_name: 'closed', project_name_or_id: 'closed' } }
  it.each(limited)('for %s', async (who) => {
    const listed = await api.call(who, 'listRepositories', { ...inProject, query: { page_size: 1 } })
    expect(listed.headers['x-total-count']).toBe('2')
    const names = (await api.call(who, 'listRepositories', inProject)).data.map(({ name }) => name)
    expect(names.sort()).toEqual(INSIDE)
    const some = { ...inProject, query: { q: 'name=~deep' } }
    expect((await api.call(who, 'listRepositories', some)).headers['x-total-count']).toBe('1')
    const everywhere = await api.call(who, 'listAllRepositories', { query: { page_size: 100 } })
    const closed = everywhere.data.filter(({ name }) => name!.startsWith('closed/'))
    expect(closed.map(({ name }) => name).sort()).toEqual(INSIDE)
    // The public project shows all, as to anybody.
    expect(everywhere.headers['x-total-count']).toBe('7')
    const artifacts = await api.call(who, 'listArtifactsOfProject', inProject)
    expect(artifacts.data.map(({ repository_name }) => repository_name).sort()).toEqual(INSIDE)
    expect(artifacts.headers['x-total-count']).toBe('2')
    const latest = { ...inProject, query: { latest_in_repository: true } }
    expect((await api.call(who, 'listArtifactsOfProject', latest)).data).toHaveLength(2)
    expect((await api.call(who, 'getProjectSummary', inProject)).data.repo_count).toBe(2)
    expect((await api.call(who, 'getProject', inProject)).data.repo_count).toBe(2)
    const projects = (await api.call(who, 'listProjects')).data
    expect(projects.map(({ name, repo_count }) => [name, repo_count])).toEqual([
      ['closed', 2],
      ['open', 5],
    ])
    // Nor do order and filter tell how many there are in truth.
    const byCount = await api.call(who, 'listProjects', { query: { sort: '-repo_count' } })
    expect(byCount.data.map(({ name }) => name)).toEqual(['closed', 'open'])
    for (const q of ['repo_count=5', 'repo_count=4'])
      expect((await api.call(who, 'listProjects', { query: { q } })).data, q).toHaveLength(2)
    const statistics = (await api.call(who, 'getStatistic')).data
    expect(statistics).toMatchObject({ private_repo_count: 2, public_repo_count: 5 })
    const storage = await api.call(who, 'getProjectStorage', inProject)
    expect(storage.text).not.toContain('out/app')
  })

  it.each(limited)('in both searches for %s', async (who) => {
    const found = (await api.call(who, 'search', { query: { q: 'closed' } })).data.repository
    expect(found.map(({ repository_name }) => repository_name).sort()).toEqual(INSIDE)
    const kinds = ['repository', 'tag', 'digest', 'annotation'] as const
    for (const kind of kinds) {
      const q = { repository: 'closed', tag: 'needle', digest: DIGEST, annotation: 'needle' }[kind]
      const { text } = await api.call(who, 'searchEverything', { query: { q, kind, page_size: 50 } })
      expect(text, kind).toContain('closed/in/deep/app')
      for (const outside of ['closed/out/app', 'closed/inner', '"closed/in"'])
        expect(text, kind).not.toContain(outside)
    }
  })

  it('asks the database as often for many repositories as for one', async () => {
    const query = vi.spyOn(api.core.db, 'query')
    const ask = async (pageSize: number) => {
      await api.call('limited', 'listAllRepositories', { query: { page_size: pageSize } })
      await api.call('limited', 'search', { query: { q: 'app' } })
      await api.call('limited', 'listArtifactsOfProject', { path: { project_name_or_id: 'closed' } })
    }
    const count = async (pageSize: number) => {
      // What is remembered for some seconds is so for both.
      await ask(pageSize)
      query.mockClear()
      await ask(pageSize)
      return query.mock.calls.length
    }
    const one = await count(1)
    expect(await count(100)).toBe(one)
    query.mockRestore()
  })
})

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
