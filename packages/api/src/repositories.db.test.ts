import { matchOperation, validateResponse } from '@berth/contract/server'
import { recordPulls } from '@berth/core/artifacts'
import {
  addPerson,
  addProject,
  image,
  index,
  openShop,
  PASSWORD,
  push,
  type Shop,
  testDatabase,
} from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApi } from './api.ts'
import { toFetchHandler } from './fetch-handler.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
let handle: ReturnType<typeof toFetchHandler>

const children = [
  image('amd64', { config: { os: 'linux', architecture: 'amd64', history: [{ comment: 'x' }] } }),
  image('arm64'),
]
const both = index(children)

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  const { core } = shop
  handle = toFetchHandler(createApi(core))
  await addProject(core, 'team')
  await addProject(core, 'open', true)
  await addPerson(core, 'ada', { team: 'projectAdmin' })
  await addPerson(core, 'gus', { team: 'guest' })
  await addPerson(core, 'olaf')
  for (const child of children) await push(core, 'team/deep/app', child)
  await push(core, 'team/deep/app', both, 'latest')
  await push(core, 'open/app', image('open'), 'latest')
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})

/** One call; fails when the answer breaks the contract. */
async function ask(user: string | undefined, method: string, path: string, body?: unknown) {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (user) headers.authorization = `Basic ${btoa(`${user}:${PASSWORD}`)}`
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const response = await handle(new Request(`http://localhost/api/v2.0${path}`, init))
  const text = await response.text()
  const type = response.headers.get('content-type') ?? undefined
  const data = type?.startsWith('application/json') && text !== '' ? JSON.parse(text) : undefined
  const match = matchOperation(method, path.replace(/\?.*/, ''))
  if (match.kind !== 'match') throw new Error(`no operation for ${method} ${path}`)
  expect(validateResponse(match.operationId, response.status, data, type)).toEqual([])
  return { status: response.status, headers: response.headers, text, body: data }
}
const app = '/projects/team/repositories/deep%252Fapp'

describe('repositories', () => {
  it('come with Harbor’s fields, a total and a link to the next page', async () => {
    await push(shop.core, 'team/second', children[0]!, 'v1')
    const first = await ask('gus', 'GET', '/projects/team/repositories?page_size=1&sort=name')
    expect(first.status).toBe(200)
    expect(first.headers.get('x-total-count')).toBe('2')
    expect(first.headers.get('link')).toContain('page=2')
    expect(first.body).toEqual([
      {
        id: expect.any(Number),
        project_id: expect.any(Number),
        name: 'team/deep/app',
        description: '',
        artifact_count: 1,
        pull_count: 0,
        creation_time: expect.stringMatching(/Z$/),
        update_time: expect.stringMatching(/Z$/),
      },
    ])
  })
  it('are narrowed to what a limit with some patterns would reach, and never widened', async () => {
    const { body: project } = await ask('ada', 'GET', '/projects/team')
    await addPerson(shop.core, 'lia')
    const member = { role_id: 2, member_user: { username: 'lia' }, repositories: ['deep/**'] }
    expect((await ask('ada', 'POST', `/projects/${project.project_id}/members`, member)).status).toBe(201)
    const within = async (user: string, patterns: string) => {
      const list = `/projects/team/repositories?within=${encodeURIComponent(patterns)}&sort=name`
      const { status, headers, body } = await ask(user, 'GET', list)
      const names = status === 200 ? body.map(({ name }: { name: string }) => name) : status
      return [names, headers.get('x-total-count')]
    }
    expect(await within('ada', 'deep/**')).toEqual([['team/deep/app'], '1'])
    expect(await within('ada', 'deep/** sec*')).toEqual([['team/deep/app', 'team/second'], '2'])
    expect(await within('ada', 'none')).toEqual([[], '0'])
    expect(await within('lia', '**')).toEqual([['team/deep/app'], '1'])
    expect(await within('lia', 'second')).toEqual([[], '0'])
    expect(await within('ada', '**/**')).toEqual([400, null])
    expect(await within('olaf', '**')).toEqual([403, null])
  })
  it('are found under a name encoded twice, described and deleted', async () => {
    expect((await ask('ada', 'PUT', app, { description: 'ours' })).status).toBe(200)
    expect((await ask('gus', 'GET', app)).body.description).toBe('ours')
    expect((await ask('gus', 'PUT', app, { description: 'mine' })).status).toBe(403)
    expect((await ask('gus', 'DELETE', '/projects/team/repositories/second')).status).toBe(403)
    expect((await ask('ada', 'DELETE', '/projects/team/repositories/second')).status).toBe(200)
    expect((await ask('ada', 'GET', '/projects/team/repositories/second')).status).toBe(404)
  })
  it('of all projects are those the caller may see', async () => {
    const names = async (user?: string) =>
      (await ask(user, 'GET', '/repositories')).body.map((item: { name: string }) => item.name).sort()
    expect(await names()).toEqual(['open/app'])
    expect(await names('olaf')).toEqual(['open/app'])
    expect(await names('gus')).toEqual(['open/app', 'team/deep/app'])
  })
})

describe('artifacts', () => {
  it('come with tags, platforms and links to their additions', async () => {
    const { body, headers } = await ask('gus', 'GET', `${app}/artifacts?with_accessory=true`)
    expect(headers.get('x-total-count')).toBe('1')
    expect(body[0]).toMatchObject({
      type: 'IMAGE',
      digest: both.digest,
      repository_name: 'team/deep/app',
      tags: [{ name: 'latest', immutable: false, pull_time: '0001-01-01T00:00:00.000Z' }],
      references: [
        { child_digest: children[0]!.digest, platform: { os: 'linux', architecture: 'amd64' } },
        {},
      ],
      accessories: [],
    })
    const child = await ask('gus', 'GET', `${app}/artifacts/${children[0]!.digest}?with_tag=false`)
    expect(child.body.tags).toBeUndefined()
    expect(child.body.extra_attrs).toMatchObject({ os: 'linux', architecture: 'amd64' })
    const link = child.body.addition_links.build_history.href.replace('/api/v2.0', '')
    expect((await ask('gus', 'GET', link)).body).toEqual([{ comment: 'x' }])
  })
  it('say how often they were pulled, and sort by it', async () => {
    const [amd64, arm64] = children.map(({ digest }) => digest)
    const pull = { repository: 'team/deep/app', at: new Date() }
    await recordPulls(shop.core, [
      { ...pull, digest: amd64!, count: 2 },
      { ...pull, digest: both.digest, tag: 'latest', count: 3 },
    ])
    const list = async (sort: string) => {
      const { body } = await ask('gus', 'GET', `${app}/artifacts?q=base=*&sort=${sort}`)
      return body.map((item: { digest: string; pull_count: number }) => [item.digest, item.pull_count])
    }
    const ascending = [
      [arm64, 0],
      [amd64, 2],
      [both.digest, 3],
    ]
    expect(await list('pull_count')).toEqual(ascending)
    expect(await list('-pull_count')).toEqual(ascending.reverse())
    expect((await ask('gus', 'GET', `${app}/artifacts/latest`)).body.pull_count).toBe(3)
  })
  it('give their manifest byte for byte', async () => {
    const { text, headers } = await ask('gus', 'GET', `${app}/artifacts/latest/additions/manifest`)
    expect(text).toBe(new TextDecoder().decode(both.bytes))
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })
  it('answer q with its conditions, and 400 to what it cannot mean', async () => {
    const total = async (q: string) =>
      (await ask('gus', 'GET', `${app}/artifacts?q=${q}`)).headers.get('x-total-count')
    expect(await total('base=*')).toBe('3')
    expect(await total('tags%3D~LAT')).toBe('1')
    expect(await total('tags=nil')).toBe('0')
    expect(await total('id=99999999999')).toBe('0')
    expect(await total("digest='%20OR%201=1")).toBe('0')
    for (const q of ['tags=latest', 'base=1', 'nonsense'])
      expect((await ask('gus', 'GET', `${app}/artifacts?q=${q}`)).status).toBe(400)
  })
  it('of a project are listed by its name', async () => {
    const { body } = await ask('gus', 'GET', '/projects/team/artifacts?latest_in_repository=true')
    expect(body.map((item: { digest: string }) => item.digest)).toEqual([both.digest])
  })
  it('are refused with the right status', async () => {
    const statuses = async (method: string, path: string) =>
      Promise.all(
        [undefined, 'olaf', 'gus', 'ada'].map(async (user) => (await ask(user, method, path)).status),
      )
    expect(await statuses('GET', `${app}/artifacts`)).toEqual([401, 403, 200, 200])
    expect(await statuses('GET', `${app}/artifacts/none`)).toEqual([401, 403, 404, 404])
    expect(await statuses('GET', `${app}/artifacts/sha256:12`)).toEqual([401, 403, 400, 400])
    expect(await statuses('GET', '/projects/none/repositories/x/artifacts')).toEqual([401, 403, 403, 403])
    expect(await statuses('DELETE', `${app}/artifacts/${children[0]!.digest}`)).toEqual([401, 403, 403, 412])
    expect(await statuses('GET', `${app}/artifacts/latest/accessories`)).toEqual([401, 403, 200, 200])
  })
})

describe('tags', () => {
  it('are created, listed and deleted', async () => {
    const tags = `${app}/artifacts/latest/tags`
    const created = await ask('ada', 'POST', tags, { name: 'v2' })
    expect(created.status).toBe(201)
    expect(created.headers.get('location')).toBe(`/api/v2.0${tags}/v2`)
    expect((await ask('ada', 'POST', tags, { name: 'v2' })).status).toBe(409)
    expect((await ask('ada', 'POST', tags, { name: 'a/b' })).status).toBe(400)
    expect((await ask('gus', 'POST', tags, { name: 'v3' })).status).toBe(403)
    const listed = await ask('gus', 'GET', `${tags}?q=name=~V`)
    expect(listed.body.map((tag: { name: string }) => tag.name)).toEqual(['v2'])
    expect((await ask('ada', 'DELETE', `${tags}/v2`)).status).toBe(200)
    expect((await ask('ada', 'DELETE', `${tags}/v2`)).status).toBe(404)
  })
})

describe('search and statistics', () => {
  it('tell nothing of what the caller may not see', async () => {
    expect((await ask('olaf', 'GET', '/search?q=team')).body).toEqual({ project: [], repository: [] })
    const found = (await ask('gus', 'GET', '/search?q=TEAM')).body
    expect(found.project).toMatchObject([{ name: 'team' }])
    expect(found.repository).toMatchObject([{ repository_name: 'team/deep/app', project_public: false }])
    expect((await ask('olaf', 'GET', '/statistics')).body).toMatchObject({
      private_project_count: 0,
      public_repo_count: 1,
      total_repo_count: 1,
    })
    expect((await ask(undefined, 'GET', '/statistics')).status).toBe(401)
  })
})
