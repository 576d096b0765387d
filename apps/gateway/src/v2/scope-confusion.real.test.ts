import { digestOf } from '@berth/registry-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestBerth } from '../../test/berth.ts'
import { startCast } from '../../test/cast.ts'
import { ociManifest, type TestClient } from '../../test/client.ts'

// A token opens the repositories it names and no other, in every route and in both directions. The maintainer of
// `team` and `secret` may do all of it with another token: only the names keep these requests out.
let berth: TestBerth
let keeper: TestClient
const layer = digestOf('layer of guarded')
const names = ['team/app', 'team/app/sub', 'team/apple', 'team/ap', 'team/app.x', 'secret/app'] as const

beforeAll(async () => {
  ;({ berth, keeper } = await startCast())
  for (const name of names) await keeper.pushImage(name, '1', 'guarded')
})
afterAll(() => berth.close())

const routes = (name: string): [string, string][] => [
  ['GET', `/v2/${name}/tags/list`],
  ['GET', `/v2/${name}/manifests/1`],
  ['HEAD', `/v2/${name}/manifests/1`],
  ['PUT', `/v2/${name}/manifests/2`],
  ['DELETE', `/v2/${name}/manifests/1`],
  ['GET', `/v2/${name}/referrers/${layer}`],
  ['GET', `/v2/${name}/blobs/${layer}`],
  ['HEAD', `/v2/${name}/blobs/${layer}`],
  ['DELETE', `/v2/${name}/blobs/${layer}`],
  ['POST', `/v2/${name}/blobs/uploads/`],
  ['POST', `/v2/${name}/blobs/uploads/?digest=${layer}`],
  ['POST', `/v2/${name}/blobs/uploads/?mount=${layer}&from=team/app`],
  ['GET', `/v2/${name}/blobs/uploads/some-upload`],
  ['PATCH', `/v2/${name}/blobs/uploads/some-upload`],
  ['PUT', `/v2/${name}/blobs/uploads/some-upload?digest=${layer}`],
  ['DELETE', `/v2/${name}/blobs/uploads/some-upload`],
]
const ask = (token: string, method: string, path: string) =>
  fetch(new URL(path, berth.url), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': ociManifest },
    ...(method === 'PUT' || method === 'PATCH' ? { body: '{}' } : {}),
  })
const everything = (name: string) => `repository:${name}:pull,push,delete`

test.each(names)('a token for %s opens none of the others', async (held) => {
  const token = await keeper.token(everything(held))
  for (const name of names.filter((other) => other !== held))
    await Promise.all(
      routes(name).map(async ([method, path]) => {
        const answer = await ask(token, method, path)
        expect([method, path, answer.status]).toEqual([method, path, 401])
        expect(await answer.text()).not.toContain('layer of')
      }),
    )
})

test.each([
  'repository:team/*:pull',
  'repository:team:pull',
  'repository:team/:pull',
  'repository:*:pull',
  'repository:team/app/:pull',
  'repository:team/app:',
  'repository:TEAM/app:pull',
  'repository: team/app:pull',
  'repository:secret/app:pull@team/app',
  'registry:catalog:*',
  'registry:team/app:pull',
])('the scope %s opens no repository', async (scope) => {
  const token = await keeper.token(scope)
  for (const name of names) expect((await ask(token, 'GET', `/v2/${name}/manifests/1`)).status).toBe(401)
})

test.each([
  ['pull', 'push'],
  ['pull', 'delete'],
  ['push', 'pull'],
  ['delete', 'pull'],
  ['delete', 'push'],
])('%s alone is not %s', async (held, wanted) => {
  const token = await keeper.token(`repository:team/app:${held}`)
  const path = { pull: 'manifests/1', push: 'blobs/uploads/', delete: `manifests/${layer}` }[wanted]!
  const method = { pull: 'GET', push: 'POST', delete: 'DELETE' }[wanted]!
  expect((await ask(token, method, `/v2/team/app/${path}`)).status).toBe(401)
})

describe('a mount needs both sides', () => {
  const blob = 'in the secret only'
  let digest: string
  beforeAll(async () => {
    digest = await keeper.pushBlob('secret/app', blob)
  })
  const mount = (token: string, from: string) =>
    ask(token, 'POST', `/v2/team/app/blobs/uploads/?mount=${digest}&from=${from}`)
  const isThere = async () =>
    (await ask(await keeper.token(everything('team/app')), 'HEAD', `/v2/team/app/blobs/${digest}`)).status

  test.each([
    ['the target only', [everything('team/app')]],
    ['the source only', [everything('secret/app')]],
    [
      'names that begin or end like the source',
      [everything('team/app'), everything('secret/app/x'), everything('x/secret/app')],
    ],
    ['the source, but not to pull', [everything('team/app'), 'repository:secret/app:push,delete']],
    ['the target, but not to push', ['repository:team/app:pull', everything('secret/app')]],
  ])('a token for %s', async (_, scopes) => {
    const query = new URLSearchParams({ service: 'berth-registry' })
    for (const scope of scopes) query.append('scope', scope)
    expect((await mount(await keeper.token(...scopes), 'secret/app')).status).toBe(401)
    expect(await isThere()).toBe(404)
  })

  test.each([
    'secret%2Fapp',
    'secret/app/',
    '/secret/app',
    'SECRET/app',
    './secret/app',
    'team/../secret/app',
    'secret/app%00',
    'secret/app&from=team/app',
    'team/app&from=secret/app',
  ])('from=%s gives nothing without a right to the source', async (from) => {
    const answer = await mount(await keeper.token(everything('team/app')), from)
    expect([202, 400, 401]).toContain(answer.status)
    expect(await isThere()).toBe(404)
  })

  test('without a source it is an upload, whoever has the blob', async () => {
    const token = await keeper.token(everything('team/app'))
    const answer = await ask(token, 'POST', `/v2/team/app/blobs/uploads/?mount=${digest}`)
    expect(answer.status).toBe(202)
    expect(await isThere()).toBe(404)
  })

  test('with both it is mounted', async () => {
    const token = await keeper.token(everything('team/app'), 'repository:secret/app:pull')
    expect((await mount(token, 'secret/app')).status).toBe(201)
    expect(await isThere()).toBe(200)
  })
})

describe('an upload belongs to its repository', () => {
  test('with its whole address and a right elsewhere nobody sees it, adds to it, ends it or takes it over', async () => {
    const opened = await ask(
      await keeper.token(everything('secret/app')),
      'POST',
      '/v2/secret/app/blobs/uploads/',
    )
    const address = opened.headers.get('location')!
    const secret = 'bytes of the secret'
    const sent = await keeper.send('PATCH', address, [everything('secret/app')], { body: secret })
    const moved = sent.headers.get('location')!
    const elsewhere = moved.replace('/v2/secret/app/', '/v2/team/app/')
    const token = await keeper.token(everything('team/app'))
    const end = `${elsewhere}&digest=${digestOf(secret)}`
    for (const [method, path] of [
      ['GET', elsewhere],
      ['PATCH', elsewhere],
      ['PUT', end],
      ['DELETE', elsewhere],
    ] as const) {
      const answer = await ask(token, method, path)
      expect([method, answer.status >= 400 && answer.status < 500]).toEqual([method, true])
    }
    expect((await ask(token, 'HEAD', `/v2/team/app/blobs/${digestOf(secret)}`)).status).toBe(404)
    const put = await keeper.send('PUT', `${moved}&digest=${digestOf(secret)}`, [everything('secret/app')])
    expect(put.status).toBe(201)
  })
})
