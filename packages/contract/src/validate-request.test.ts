import { describe, expect, test } from 'vitest'
import type { OperationId } from './operation.ts'
import { type Validation, validateRequest } from './validate-request.ts'

interface Sent {
  path?: Record<string, string>
  query?: string
  headers?: Record<string, string>
  body?: unknown
}

function validate<Op extends OperationId>(operationId: Op, sent: Sent = {}): Validation<Op> {
  return validateRequest(operationId, {
    path: sent.path ?? {},
    query: new URLSearchParams(sent.query),
    header: (name) => sent.headers?.[name.toLowerCase()],
    body: sent.body,
  })
}

function refused(validation: Validation<OperationId>): { status: number; names: string[] } {
  if (validation.ok) throw new Error('was accepted')
  return {
    status: validation.status,
    names: validation.problems.map((problem) => `${problem.in} ${problem.name}`),
  }
}

const artifact = { project_name: 'p', repository_name: 'r', reference: 'latest' }

describe('pages', () => {
  test('start at 1 and have 10 rows unless asked otherwise', () => {
    expect(validate('listUsers')).toMatchObject({ ok: true, value: { query: { page: 1, page_size: 10 } } })
  })

  test('have at most 100 rows, and 0 asks for all', () => {
    expect(validate('listUsers', { query: 'page_size=100' })).toMatchObject({
      value: { query: { page_size: 100 } },
    })
    expect(validate('listUsers', { query: 'page_size=0' })).toMatchObject({
      value: { query: { page_size: 0 } },
    })
    expect(validate('listUsers', { query: 'page_size=101' })).toEqual({
      ok: false,
      status: 422,
      problems: [{ in: 'query', name: 'page_size', message: 'must be at most 100' }],
    })
  })

  test.each(['x', '1.5', '1e2', '0x10', ' 1', '99999999999999999999', '9007199254740993', 'NaN'])(
    'refuse %j as a number',
    (page) => {
      const query = new URLSearchParams({ page }).toString()
      expect(refused(validate('listUsers', { query }))).toEqual({ status: 422, names: ['query page'] })
    },
  )

  test('an empty value counts as absent, and the last of several counts', () => {
    expect(validate('listUsers', { query: 'page=&page_size=3&page_size=5&q=' })).toMatchObject({
      value: { query: { page: 1, page_size: 5 } },
    })
  })
})

describe('parameters', () => {
  test.each([
    ['true', true],
    ['1', true],
    ['YES', true],
    ['false', false],
    ['0', false],
    ['whatever', false],
  ])('read %s as %s', (word, value) => {
    expect(validate('listProjects', { query: `public=${word}` })).toMatchObject({
      value: { query: { public: value } },
    })
  })

  test('a flag that was not sent stays unknown when it has no default', () => {
    const validation = validate('listProjects')
    expect(validation.ok && 'public' in validation.value.query).toBe(false)
    expect(validation).toMatchObject({ value: { query: { with_detail: true } } })
  })

  test('unknown ones are ignored', () => {
    const validation = validate('listProjects', {
      query: 'colour=red&__proto__=x',
      headers: { 'x-colour': 'red' },
    })
    expect(validation).toMatchObject({ ok: true })
    expect(validation.ok && Object.keys(validation.value.query)).toEqual(['page', 'page_size', 'with_detail'])
  })

  test('required ones are missed, also when empty', () => {
    expect(refused(validate('search'))).toEqual({ status: 422, names: ['query q'] })
    expect(refused(validate('search', { query: 'q=' }))).toEqual({ status: 422, names: ['query q'] })
  })

  test('headers have types, defaults and limits too', () => {
    const path = { project_name_or_id: '7' }
    expect(validate('getProject', { path })).toMatchObject({
      value: { headers: { 'X-Is-Resource-Name': false } },
    })
    expect(validate('getProject', { path, headers: { 'x-is-resource-name': 'true' } })).toMatchObject({
      value: { path, headers: { 'X-Is-Resource-Name': true } },
    })
    expect(refused(validate('getPing', { headers: { 'x-request-id': '' } }))).toEqual({
      status: 422,
      names: ['header X-Request-Id'],
    })
    expect(validate('getPing', { headers: { 'x-request-id': 'a' } })).toMatchObject({
      value: { headers: { 'X-Request-Id': 'a' } },
    })
  })

  test('path segments have types and choices too', () => {
    expect(validate('getUser', { path: { user_id: '12' } })).toMatchObject({
      value: { path: { user_id: 12 } },
    })
    expect(refused(validate('getUser', { path: { user_id: 'current' } })).names).toEqual(['path user_id'])
    expect(validate('getAddition', { path: { ...artifact, addition: 'manifest' } })).toMatchObject({
      ok: true,
    })
    expect(refused(validate('getAddition', { path: { ...artifact, addition: 'x' } })).names).toEqual([
      'path addition',
    ])
  })

  test('a NUL character, which no database takes, is refused everywhere', () => {
    expect(refused(validate('search', { query: 'q=a%00' })).names).toEqual(['query q'])
    expect(refused(validate('getProject', { path: { project_name_or_id: 'a\0' } })).names).toEqual([
      'path project_name_or_id',
    ])
    expect(refused(validate('createTag', { path: artifact, body: { name: 'a\0' } })).status).toBe(422)
  })

  test('half a surrogate pair, which would be stored as another character, is refused everywhere', () => {
    const bodies = [{ name: 's\ud8003' }, { name: '\udc00' }, { 'x\ud800': 1, name: 'a' }]
    for (const body of bodies)
      expect(refused(validate('createTag', { path: artifact, body })).status).toBe(422)
    expect(validate('createTag', { path: artifact, body: { name: '\ud83d\udea2' } })).toMatchObject({
      ok: true,
    })
  })

  test('all problems are told at once', () => {
    expect(
      refused(validate('createTag', { path: { project_name: 'p', reference: 'r' }, body: {} })).names,
    ).toEqual(['path repository_name', 'body /name'])
  })
})

describe('bodies', () => {
  test('lose the fields the contract does not name, at every depth', () => {
    const body = { project_name: 'p', owner_id: 1, metadata: { public: 'true', secret: 'x' } }
    expect(validate('createProject', { body })).toMatchObject({
      ok: true,
      value: { body: { project_name: 'p', metadata: { public: 'true' } } },
    })
    expect(body).toEqual({ project_name: 'p', metadata: { public: 'true' } })
  })

  test('that are maps keep all their names', () => {
    const path = { project_name_or_id: 'p' }
    expect(validate('addProjectMetadatas', { path, body: { anything: 'x' } })).toMatchObject({
      value: { body: { anything: 'x' } },
    })
  })

  test('may hold null for what is not set, as Go clients do', () => {
    expect(
      validate('createProject', { body: { project_name: 'p', registry_id: null, cve_allowlist: null } }),
    ).toMatchObject({ value: { body: { project_name: 'p' } } })
  })

  test('keep null where it says something: that a role has no limit', () => {
    const path = { project_name_or_id: 'p', mid: '1' }
    expect(
      validate('updateProjectMember', { path, body: { role_id: null, repositories: null } }),
    ).toMatchObject({
      value: { body: { repositories: null } },
    })
  })

  test('must be there when required', () => {
    expect(refused(validate('createUser'))).toEqual({ status: 422, names: ['body '] })
    expect(refused(validate('createUser', { body: null }))).toEqual({ status: 422, names: ['body '] })
    expect(validate('createProjectMember', { path: { project_name_or_id: 'p' } })).toMatchObject({ ok: true })
  })

  test.each([[[]], ['x'], [7], [{ username: 7 }], [{ username: ['a'] }]])(
    'of another shape answer 400: %j',
    (body) => {
      expect(refused(validate('createUser', { body })).status).toBe(400)
    },
  )

  test.each([[{ items: [null] }], [{ creation_time: 'yesterday' }]])(
    'of another shape further down answer 400: %j',
    (cve_allowlist) => {
      expect(refused(validate('createProject', { body: { cve_allowlist } })).status).toBe(400)
    },
  )

  test('with values outside their limits answer 422', () => {
    expect(refused(validate('createUser', { body: { username: 'a'.repeat(256) } }))).toEqual({
      status: 422,
      names: ['body /username'],
    })
    expect(refused(validate('createTag', { path: artifact, body: {} }))).toEqual({
      status: 422,
      names: ['body /name'],
    })
  })

  test('cannot exhaust the stack', () => {
    const body = JSON.parse(`{"metadata":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)
    expect(refused(validate('createProject', { body })).status).toBe(422)
  })

  test('cannot change the prototype of anything', () => {
    const body = JSON.parse('{"__proto__":{"admin":true},"constructor":{"x":1},"username":"u"}')
    const validation = validate('createUser', { body })
    expect(validation.ok && Object.keys(validation.value.body)).toEqual(['username'])
    expect(({} as Record<string, unknown>).admin).toBeUndefined()
  })

  test('are ignored where none belongs', () => {
    const validation = validate('getPing', { body: { x: 1 } })
    expect(validation.ok && validation.value.body).toBeUndefined()
  })
})
