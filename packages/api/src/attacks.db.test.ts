import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { basic, openTestApi, PASSWORD, type TestApi } from './api.fixture.ts'

// How systems of this kind were broken; docs and CVE numbers where one is known.

let database: TestDatabase
let api: TestApi
const ids: Record<string, number> = {}

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  for (const name of ['root', 'jane', 'mallory'])
    ids[name] = (await api.addUser(name, { sysadmin: name === 'root' })).id
  ids.secret = await api.addProject('secret')
  await api.addProject('open', { public: true, members: ['projectAdmin'] })
})
beforeEach(() => {
  api.failures.length = 0
})
afterAll(async () => {
  await api.close()
  await database.drop()
})

describe('password hashes by filter and sort (CVE-2025-30086)', () => {
  const fields = [
    'password_hash',
    'PasswordHash',
    'passwordHash',
    'password',
    'Password',
    'salt',
    'credential_epoch',
    'username_key',
    'u.password_hash',
  ]
  it.each(fields)('%s is no field: the list stays as it was', async (field) => {
    const names = async (query: Record<string, string>) =>
      (await api.call('root', 'listUsers', { query })).data.map((user) => user.username)
    const all = await names({})
    expect(await names({ q: `${field}=~$argon2id` })).toEqual(all)
    expect(await names({ q: `${field}=nothing` })).toEqual(all)
    expect(await names({ q: `${field}=[a~b]` })).toEqual(all)
    expect(await names({ sort: `-${field}` })).toEqual(all)
  })
  it('are in no answer', async () => {
    const answers = [
      await api.call('root', 'listUsers', { query: { page_size: 0 } }),
      await api.call('root', 'getUser', { path: { user_id: ids.jane! } }),
      await api.call('jane', 'getCurrentUserInfo'),
    ]
    for (const { text } of answers) expect(text).not.toMatch(/argon2|hash|epoch/i)
  })
})

describe('SQL injection (CVE-2019-19026, CVE-2019-19029, CVE-2024-22261)', () => {
  const hostile = [
    "' OR '1'='1",
    "'; DROP TABLE users; --",
    '") OR 1=1 --',
    '\\',
    "\\'",
    '%',
    '_',
    '?',
    '$1',
    '`id`',
    '/*',
    '\u{1F600}',
  ]
  const lists = ['listUsers', 'listProjects', 'listAllRepositories'] as const
  it.each(hostile)('%j is only ever a value', async (text) => {
    const encoded = encodeURIComponent(text)
    for (const op of lists) {
      const { data } = await api.call('root', op, { query: { q: `name=~${encoded},username=~${encoded}` } })
      // Nothing is called like this, and nothing matches everything.
      expect(data).toEqual([])
      expect((await api.call('root', op, { query: { sort: text } })).status).toBe(200)
      expect((await api.call('root', op, { query: { q: `${encoded}=x` } })).status).toBeLessThan(500)
    }
    expect((await api.call('root', 'listProjects', { query: { name: text, owner: text } })).data).toEqual([])
    expect((await api.call('root', 'searchUsers', { query: { username: text } })).data).toEqual([])
    const members = { path: { project_name_or_id: 'open' }, query: { entityname: text } }
    expect((await api.call('root', 'listProjectMembers', members)).data).toEqual([])
    expect((await api.call('root', 'getProject', { path: { project_name_or_id: text } })).status).toBe(404)
    expect(api.failures).toEqual([])
  })
})

it('values no column can hold are no inner error', async () => {
  for (const q of [
    'project_id=99999999999999999999',
    'project_id=[-9007199254740991~9007199254740991]',
    'project_id={1e400 NaN}',
    'creation_time=[0000-00-00T00:00:00~9999-99-99T99:99:99]',
    'creation_time=0001-01-01T00:00:00',
    'public=maybe',
    'repo_count=~1',
    'name=[~z]',
    'name=(a b)',
    'creation_time=[-99999999999999~]',
    'owner_id=2147483648',
  ])
    expect([q, (await api.call('root', 'listProjects', { query: { q } })).status]).toEqual([q, 200])
  expect(
    (await api.call('root', 'listProjects', { query: { page: 9007199254740991, page_size: 100 } })).status,
  ).toBe(200)
  expect((await api.call('root', 'listProjects', { query: { q: 'name=%00' } })).status).toBe(400)
  expect((await api.call('root', 'listProjects', { query: { name: 'a\0b' } })).status).toBe(422)
  const body = { username: 'nul\0', password: PASSWORD }
  expect((await api.call('root', 'createUser', { body })).status).toBeLessThan(500)
  expect(api.failures).toEqual([])
})

describe('fields the caller may not set (CVE-2019-16097)', () => {
  const extra = {
    user_id: 1,
    id: 1,
    sysadmin_flag: true,
    admin_role_in_auth: true,
    sysadmin: true,
    has_admin_role: true,
    disabled: false,
    passwordHash: 'x',
    password_hash: 'x',
    credentialEpoch: 9,
    __proto__: { sysadmin: true },
  }
  it('make no administrator of a new account', async () => {
    const body = { username: 'eve', password: PASSWORD, ...extra }
    expect((await api.call('root', 'createUser', { body })).status).toBe(201)
    expect((await api.call('eve', 'getCurrentUserInfo')).data).toMatchObject({
      username: 'eve',
      sysadmin_flag: false,
    })
  })
  it('make no administrator by the profile, and move nobody to another id', async () => {
    const path = { user_id: ids.mallory! }
    const body = { realname: 'Mallory', username: 'root', password: 'An0therOne', ...extra }
    expect((await api.call('mallory', 'updateUserProfile', { path, body })).status).toBe(200)
    expect((await api.call('mallory', 'getCurrentUserInfo')).data).toMatchObject({
      user_id: ids.mallory,
      username: 'mallory',
      sysadmin_flag: false,
    })
  })
  it('give a project no other owner, id or count', async () => {
    const body = {
      project_name: 'mallorys',
      owner_id: ids.root,
      project_id: 1,
      repo_count: 99,
      creation_time: 'x',
      deleted: true,
    }
    expect((await api.call('mallory', 'createProject', { body })).status).toBe(201)
    const where = { path: { project_name_or_id: 'mallorys' } }
    expect(
      (await api.call('mallory', 'updateProject', { ...where, body: { owner_id: ids.root, repo_count: 5 } }))
        .status,
    ).toBe(200)
    expect((await api.call('mallory', 'getProject', where)).data).toMatchObject({
      owner_id: ids.mallory,
      repo_count: 0,
    })
  })
  it('put no member into another project', async () => {
    const body = { role_id: 1, member_user: { username: 'mallory' }, project_id: ids.secret, id: 1 }
    await api.call('mallory', 'createProjectMember', { path: { project_name_or_id: 'mallorys' }, body })
    expect((await api.call('mallory', 'getProject', { path: { project_name_or_id: 'secret' } })).status).toBe(
      403,
    )
  })
})

describe('who and what exists (CVE-2019-19030, CVE-2020-13794)', () => {
  it('a wrong password and an unknown name get the same answer', async () => {
    const answerFor = async (name: string) => {
      const { status, text } = await api.raw('GET', '/api/v2.0/users/current', {
        authorization: basic(name, 'Wrong0ne'),
      })
      return [status, text]
    }
    expect(await answerFor('jane')).toEqual(await answerFor('nobody'))
  })
  it('a private project and a missing one get the same answer, from every operation', async () => {
    const ops = [
      'getProject',
      'deleteProject',
      'getProjectDeletable',
      'getProjectSummary',
      'listProjectMembers',
      'listProjectMetadatas',
      'listRepositories',
      'listArtifactsOfProject',
    ] as const
    for (const who of [undefined, 'mallory'])
      for (const op of ops) {
        const [hidden, missing] = await Promise.all(
          ['secret', 'missing'].map((name) =>
            api.call(who, op, { path: { project_name_or_id: name, project_name: name } }),
          ),
        )
        expect([op, hidden!.status, hidden!.text]).toEqual([op, missing!.status, missing!.text])
      }
  })
  it('hidden projects are not found by any filter', async () => {
    const queries: Record<string, string | boolean>[] = [
      { q: 'name=secret' },
      { name: 'secret' },
      { q: `project_id=${ids.secret}` },
      { public: false, owner: 'root' },
      { q: 'public=false' },
    ]
    for (const query of queries)
      expect((await api.call('jane', 'listProjects', { query })).data.map(({ name }) => name)).not.toContain(
        'secret',
      )
  })
  it('other people are all alike to those who may not see them', async () => {
    const answerFor = async (id: number) =>
      (await api.call('mallory', 'getUser', { path: { user_id: id } })).text
    expect(await answerFor(ids.jane!)).toBe(await answerFor(999_999))
  })
})

it('guessing a password is slowed down; who guesses too much at once is told when to go on, and the log tells of it', async () => {
  const guess = (password: string) =>
    api.raw('GET', '/api/v2.0/users/current', { authorization: basic('mallory', password) })
  for (let i = 0; i < 5; i++) expect((await guess(`Wrong${i}aa`)).status).toBe(401)
  // Thirty wait for their turns, and this test does not wait for them.
  const refused = Array.from({ length: 36 }, async (_, i) => {
    const answer = await guess(`Wrong${i}bb`)
    return answer.status === 401 ? Promise.reject(new Error('it had its turn')) : answer
  })
  const { status, headers, code } = await Promise.any(refused)
  expect([status, code, headers['retry-after']]).toEqual([429, 'TOO_MANY_REQUEST', '1'])
  const { data } = await api.call('root', 'listAuditLogExts', { query: { q: 'operation=lock' } })
  expect(data).toMatchObject([{ resource: 'mallory', username: 'mallory', result: 'refused' }])
})

describe('paths that mean something else', () => {
  it.each([
    '/api/v2.0/projects/%2e%2e%2fusers',
    '/api/v2.0/projects/..%2fusers',
    '/api/v2.0/projects/../users',
    '/api/v2.0//users',
    '/api/v2.0/users%2f1',
    '/API/V2.0/users',
    '/api/v2.0/projects/secret%00',
    '/api/v2.0/projects/SECRET',
    `/api/v2.0/projects/${'x'.repeat(5_000)}`,
    '/api/v2.0/users/1e1',
    '/api/v2.0/users/0x1',
    '/api/v2.0/users/-1',
    '/api/v2.0/users/９',
    '*',
    '',
  ])('%s gives nothing away', async (path) => {
    const { status } = await api.raw('GET', path, { authorization: basic('jane') })
    expect([400, 403, 404, 422]).toContain(status)
    expect(api.failures).toEqual([])
  })
})
