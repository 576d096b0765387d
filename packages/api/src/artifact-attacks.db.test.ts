import {
  addPerson,
  addProject,
  image,
  openShop,
  PASSWORD,
  push,
  type Shop,
  testDatabase,
} from '@berth/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createApi } from './api.ts'
import type { Failure } from './errors.ts'
import { toFetchHandler } from './fetch-handler.ts'

// How systems of this kind were broken, tried on artifacts and tags. Mallory keeps `mine` and has no right in `secret`.
let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
let handle: ReturnType<typeof toFetchHandler>
const failures: Failure[] = []
const [own, other, hidden] = [image('own'), image('other'), image('hidden')]

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  const { core } = shop
  handle = toFetchHandler(createApi(core, { log: (failure) => failures.push(failure) }))
  for (const name of ['mine', 'secret', 'mineral']) await addProject(core, name)
  await addPerson(core, 'mallory', { mine: 'projectAdmin' })
  await push(core, 'mine/app', own, 'v1')
  await push(core, 'mine/app', other, 'v2')
  for (const repository of ['secret/app', 'mineral/app', 'secret/mine/app'])
    await push(core, repository, hidden, 'v1')
})
beforeEach(() => {
  failures.length = 0
  shop.registry.state.requests.length = 0
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})

async function ask(method: string, path: string, body?: unknown) {
  const headers = {
    authorization: `Basic ${btoa(`mallory:${PASSWORD}`)}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const response = await handle(new Request(`http://localhost/api/v2.0${path}`, init))
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== '' ? JSON.parse(text) : undefined,
    text,
  }
}
const app = '/projects/mine/repositories/app/artifacts'
const digests = async (path: string) =>
  (await ask('GET', path)).body.map((item: { digest: string }) => item.digest).sort()

const everyOperation: [string, string, unknown?][] = [
  ['GET', ''],
  ['POST', '?from=mine/app:none'],
  ['GET', '/v1'],
  ['DELETE', '/v1'],
  ['GET', '/v1/accessories'],
  ['GET', '/v1/additions/manifest'],
  ['GET', '/v1/tags'],
  ['POST', '/v1/tags', { name: 'taken' }],
  ['DELETE', '/v1/tags/v1'],
]

describe('a repository of another project, by a name that is bent', () => {
  it.each([
    '../secret/app',
    '..%2fsecret%2fapp',
    '%2e%2e%2fsecret%2fapp',
    'app/../../secret/app',
    './../secret/app',
    '/secret/app',
    'secret/app',
    'APP/../app',
    'Áp',
    'app\0',
    'app ',
    'app\n',
    'app%',
    'app%00',
    'x'.repeat(300),
    'ral/app',
    '_',
    '%',
  ])('%j opens nothing', async (name) => {
    // Names are encoded twice in a path; once and not at all are tried as well.
    for (const encoded of [encodeURIComponent(encodeURIComponent(name)), encodeURIComponent(name)])
      for (const [method, rest, body] of everyOperation) {
        const { status, text } = await ask(
          method,
          `/projects/mine/repositories/${encoded}/artifacts${rest}`,
          body,
        )
        expect([400, 403, 404, 405, 422]).toContain(status)
        expect(text).not.toContain(hidden.digest)
      }
    expect(failures).toEqual([])
  })
})

describe('a project by a name that is bent', () => {
  it.each(['mine%2f..%2fsecret', 'secret', 'SECRET', 'mine%00', 'secret%2fmine', '..', 'mine%20'])(
    '%s opens nothing',
    async (project) => {
      expect([400, 403, 404, 422]).toContain((await ask('GET', `/projects/${project}/artifacts`)).status)
      for (const [method, rest, body] of everyOperation) {
        const { status, text } = await ask(
          method,
          `/projects/${project}/repositories/app/artifacts${rest}`,
          body,
        )
        expect([400, 403, 404, 405, 422]).toContain(status)
        expect(text).not.toContain(hidden.digest)
      }
      expect(failures).toEqual([])
    },
  )
})

it('a digest of another project is not found in one’s own', async () => {
  for (const [method, rest, body] of everyOperation.filter(([, path]) => path.startsWith('/v1')))
    expect((await ask(method, `${app}${rest.replace('/v1', `/${hidden.digest}`)}`, body)).status).toBe(404)
})

it.each([
  'sha256:',
  'sha256:12',
  `sha256:${'A'.repeat(64)}`,
  `md5:${'a'.repeat(32)}`,
  `sha256:${'a'.repeat(64)}%00`,
  '..%2fv1',
  'v1%2f..%2fv2',
  '%252e%252e',
  'v1%20',
  'v1;x=1',
  '-v1',
  'v'.repeat(129),
  '%F0%9F%98%80',
])('the reference %s is a client’s error', async (reference) => {
  for (const [method, rest, body] of everyOperation.filter(([, path]) => path.startsWith('/v1'))) {
    const { status } = await ask(method, `${app}${rest.replace('/v1', `/${reference}`)}`, body)
    expect([400, 404, 405, 422]).toContain(status)
  }
  expect(failures).toEqual([])
  expect(await digests(app)).toEqual([own.digest, other.digest].sort())
})

describe('filters and sorting', () => {
  const lists = [app, '/projects/mine/artifacts']
  it.each([
    'extra_attrs',
    'annotations',
    'listed',
    'subject_by_tag',
    'subject_digest',
    'manifest_size_bytes',
    'project_id',
    'a.project_id',
    'r.name',
    'repository.name',
    '1=1 OR a.id',
    '__proto__',
    'constructor',
  ])('%s is no field of a list', async (field) => {
    for (const list of lists) {
      const all = await digests(list)
      for (const value of ['nothing', '~x', '[0~1]', '{1 2}', '(1)'])
        expect(
          await digests(`${list}?q=${encodeURIComponent(encodeURIComponent(`${field}=${value}`))}`),
        ).toEqual(all)
      expect(await digests(`${list}?sort=-${encodeURIComponent(field)}`)).toEqual(all)
    }
  })
  it('never widen a list to other projects or repositories', async () => {
    const rows = await shop.core.db.query<{ id: number }>(
      "SELECT id FROM repositories WHERE name = 'secret/app'",
      [],
    )
    for (const list of lists)
      for (const q of [
        `repository_id=${rows[0]!.id}`,
        `base=*,digest=${hidden.digest}`,
        `digest=~${hidden.digest}`,
      ])
        expect(await digests(`${list}?q=${encodeURIComponent(q)}`)).toEqual([])
  })
  it.each([
    "' OR '1'='1",
    "'; DROP TABLE tags; --",
    '") OR 1=1 --',
    '\\',
    "\\'",
    '%',
    '_',
    '?',
    '$1',
    '/*',
    '\u{1F600}',
  ])('%j is only ever a value', async (text) => {
    const value = encodeURIComponent(encodeURIComponent(text))
    const places = [...lists, `${app}/v1/tags`, `${app}/v1/accessories`]
    for (const place of places)
      for (const field of ['digest', 'type', 'tags', 'name'])
        for (const q of [`${field}=~${value}`, `${field}=${value}`, `${field}={${value}}`, `${value}=x`])
          expect((await ask('GET', `${place}?q=${q}&sort=${value}`)).status).toBeLessThan(500)
    for (const list of lists) expect(await digests(`${list}?q=digest=~${value}`)).toEqual([])
    expect(failures).toEqual([])
  })
  it('values no column can hold are no inner error', async () => {
    for (const q of [
      'size=99999999999999999999',
      'size=[1e400~]',
      'push_time=[0000-00-00T00:00:00~9999-99-99T99:99:99]',
      'id=-9007199254740993',
      'tags=*,tags=nil',
      'labels=(1 99999999999999)',
    ])
      expect([q, (await ask('GET', `${app}?q=${encodeURIComponent(q)}`)).status]).toEqual([q, 200])
    expect((await ask('GET', `${app}/v1/accessories?page=9007199254740991&page_size=100`)).status).toBe(200)
    expect(failures).toEqual([])
  })
})

it('a new tag takes nothing from its body but its name', async () => {
  const [target] = await shop.core.db.query<{ id: number; repository_id: number }>(
    'SELECT id, repository_id FROM artifacts WHERE digest = ?',
    [hidden.digest],
  )
  const body = {
    name: 'assigned',
    id: 1,
    artifact_id: target!.id,
    repository_id: target!.repository_id,
    immutable: true,
    push_time: '1999-01-01T00:00:00.000Z',
    digest: hidden.digest,
    __proto__: { repository_id: target!.repository_id },
  }
  expect((await ask('POST', `${app}/v1/tags`, body)).status).toBe(201)
  const [tag] = (await ask('GET', `${app}/v1/tags?q=name=assigned`)).body
  expect(tag.repository_id).not.toBe(target!.repository_id)
  expect([tag.immutable, tag.push_time > '2000']).toEqual([false, true])
  expect((await ask('GET', `${app}/assigned`)).body.digest).toBe(own.digest)
})

describe('copying', () => {
  it('takes nothing out of what one may not pull, and puts nothing where one may not push', async () => {
    const answers = new Set<string>()
    for (const from of [
      'secret/app:v1',
      `secret/app@${hidden.digest}`,
      'secret/none:v1',
      'nowhere/app:v1',
      'mineral/app:v1',
    ]) {
      const { status, text } = await ask('POST', `${app}?from=${from}`)
      answers.add(`${status} ${text}`)
    }
    // Private and missing look alike.
    expect([...answers]).toEqual([expect.stringMatching(/^403 /)])
    for (const project of ['secret', 'mineral', 'nowhere'])
      expect(
        (await ask('POST', `/projects/${project}/repositories/app/artifacts?from=mine/app:v1`)).status,
      ).toBe(403)
    expect(shop.registry.state.requests).toEqual([])
  })
  it.each([
    'mine/../secret/app:v1',
    'mine%2F..%2Fsecret%2Fapp:v1',
    'mine/app:v1&from=secret/app:v1',
    'http://127.0.0.1:1/mine/app:v1',
    'evil.example/mine/app:v1',
    'mine/app:v1%00',
    '',
  ])('from=%s is refused', async (from) => {
    const { status } = await ask('POST', `${app}?from=${from}`)
    expect([400, 403, 422]).toContain(status)
    expect(shop.registry.state.requests).toEqual([])
    expect(failures).toEqual([])
  })
})

it('what a pusher wrote is never a page for a browser (CVE-2025-32019)', async () => {
  const page = image('page', {
    configType: 'text/html',
    config: new TextEncoder().encode('<script>alert(1)</script>'),
    annotations: { 'org.opencontainers.image.title': '<script>alert(1)</script>' },
  })
  await push(shop.core, 'mine/page', page, 'v1')
  for (const addition of ['manifest', 'config']) {
    const { headers } = await ask(
      'GET',
      `/projects/mine/repositories/page/artifacts/v1/additions/${addition}`,
    )
    expect(headers.get('content-type')).not.toMatch(/html|svg|xml/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain('sandbox')
  }
})

it('nothing of all this has touched the other projects', async () => {
  const rows = await shop.core.db.query(
    `SELECT r.name, t.name AS tag, a.digest FROM tags t JOIN artifacts a ON a.id = t.artifact_id
      JOIN repositories r ON r.id = t.repository_id WHERE r.name NOT LIKE 'mine/%' ORDER BY r.name`,
    [],
  )
  expect(rows).toEqual(
    ['mineral/app', 'secret/app', 'secret/mine/app'].map((name) => ({
      name,
      tag: 'v1',
      digest: hidden.digest,
    })),
  )
})
