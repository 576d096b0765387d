import { digestOf } from '@berth/registry-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBerth, type TestBerth } from '../../test/berth.ts'
import { codeOf, ociIndex, ociManifest, TestClient } from '../../test/client.ts'

let berth: TestBerth
let dev: TestClient
let guest: TestClient
let outsider: TestClient
let keeper: TestClient
let root: TestClient
let nobody: TestClient

beforeAll(async () => {
  berth = await startBerth()
  for (const name of ['root', 'dev', 'guest', 'outsider', 'keeper']) await berth.addUser(name)
  const members = { dev: 'developer', guest: 'guest', keeper: 'maintainer' } as const
  await berth.addProject('team', { members })
  await berth.addProject('secret', { members: { keeper: 'maintainer' } })
  await berth.addProject('open', { public: true, members: { dev: 'developer' } })
  ;[dev, guest, outsider, keeper, root] = ['dev', 'guest', 'outsider', 'keeper', 'root'].map(
    (name) => new TestClient(berth, name),
  ) as [TestClient, TestClient, TestClient, TestClient, TestClient]
  nobody = new TestClient(berth)
})
afterAll(() => berth.close())

const pull = (repository: string) => [`repository:${repository}:pull`]

describe('a developer', () => {
  test('pushes an image and pulls it back by tag and by digest, byte for byte', async () => {
    const { answer, bytes } = await dev.pushImage('team/app', '1.0', 'one')
    const digest = digestOf(bytes)
    expect([answer.status, answer.headers.get('docker-content-digest')]).toEqual([201, digest])
    expect(answer.headers.get('location')).toBe(`/v2/team/app/manifests/${digest}`)
    for (const reference of ['1.0', digest]) {
      const got = await guest.send('GET', `/v2/team/app/manifests/${reference}`, pull('team/app'))
      expect(await got.text()).toBe(bytes)
      expect(got.headers.get('content-type')).toBe(ociManifest)
      expect(got.headers.get('docker-content-digest')).toBe(digest)
      const head = await guest.send('HEAD', `/v2/team/app/manifests/${reference}`, pull('team/app'))
      expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)])
    }
    const etag = { 'if-none-match': `"${digest}"` }
    const same = await dev.send('GET', '/v2/team/app/manifests/1.0', pull('team/app'), { headers: etag })
    expect([same.status, await same.text()]).toEqual([304, ''])
  })

  test('pushes an index; the registry behind holds the same as the index', async () => {
    const children = [
      await dev.pushImage('team/multi', digestOf('-'), 'no').then(() => undefined),
      ...(await Promise.all(
        ['amd64', 'arm64'].map(async (architecture) => {
          const { bytes } = await dev.pushImage('team/multi', architecture, architecture)
          const platform = { os: 'linux', architecture }
          return { mediaType: ociManifest, digest: digestOf(bytes), size: bytes.length, platform }
        }),
      )),
    ].slice(1)
    const index = JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests: children })
    const answer = await dev.pushManifest('team/multi', 'latest', index, ociIndex)
    expect(answer.status).toBe(201)
    const got = await dev.send('GET', '/v2/team/multi/manifests/latest', pull('team/multi'))
    expect([await got.text(), got.headers.get('content-type')]).toEqual([index, ociIndex])
  })

  test('gets blobs whole, in part, and their heads', async () => {
    const digest = await dev.pushBlob('team/app', '0123456789')
    const path = `/v2/team/app/blobs/${digest}`
    const whole = await dev.send('GET', path, pull('team/app'))
    expect(await whole.text()).toBe('0123456789')
    const part = await dev.send('GET', path, pull('team/app'), { headers: { range: 'bytes=2-4' } })
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
      206,
      'bytes 2-4/10',
      '234',
    ])
    const head = await dev.send('HEAD', path, pull('team/app'))
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '10'])
    const missing = await dev.send('GET', `/v2/team/app/blobs/${digestOf('missing')}`, pull('team/app'))
    expect([missing.status, await codeOf(missing)]).toEqual([404, 'BLOB_UNKNOWN'])
  })

  test('uploads in chunks without announcing a length, asks how far it got, and may give up', async () => {
    const scopes = ['repository:team/app:pull,push']
    const start = await dev.send('POST', '/v2/team/app/blobs/uploads/', scopes)
    const location = start.headers.get('location')!
    expect(location).toMatch(/^\/v2\/team\/app\/blobs\/uploads\//)
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('some'))
        controller.enqueue(new TextEncoder().encode('thing'))
        controller.close()
      },
    })
    const sent = await dev.send('PATCH', location, scopes, { body, duplex: 'half' })
    expect([sent.status, sent.headers.get('range')]).toEqual([202, '0-8'])
    const status = await dev.send('GET', sent.headers.get('location')!, scopes)
    expect([status.status, status.headers.get('range')]).toEqual([204, '0-8'])
    const gone = await dev.send('DELETE', status.headers.get('location')!, scopes)
    expect(gone.status).toBe(204)
    expect((await dev.send('GET', status.headers.get('location')!, scopes)).status).toBe(404)
  })

  test('may not delete what a maintainer may', async () => {
    const { bytes } = await dev.pushImage('team/old', '1', 'old')
    const path = `/v2/team/old/manifests/${digestOf(bytes)}`
    const scopes = ['repository:team/old:delete']
    expect((await dev.send('DELETE', path, scopes)).status).toBe(401)
    expect((await keeper.send('DELETE', '/v2/team/old/manifests/1', scopes)).status).toBe(400)
    expect((await keeper.send('DELETE', path, scopes)).status).toBe(202)
    expect((await keeper.send('DELETE', path, scopes)).status).toBe(404)
    for (const reference of [digestOf(bytes), '1'])
      expect((await dev.send('GET', `/v2/team/old/manifests/${reference}`, pull('team/old'))).status).toBe(
        404,
      )
  })
})

describe('who may not', () => {
  beforeAll(async () => {
    await dev.pushImage('team/app', 'guarded', 'guarded')
    await dev.pushImage('open/app', 'shown', 'shown')
    await keeper.pushImage('secret/app', '1', 'secret')
  })

  test.each([
    ['an outsider pulls', 'outsider', 'team/app', 'pull', 'GET', '/v2/team/app/manifests/guarded'],
    [
      'an outsider pulls a blob',
      'outsider',
      'team/app',
      'pull',
      'GET',
      `/v2/team/app/blobs/${digestOf('x')}`,
    ],
    ['an outsider lists tags', 'outsider', 'team/app', 'pull', 'GET', '/v2/team/app/tags/list'],
    ['a guest starts an upload', 'guest', 'team/app', 'pull,push', 'POST', '/v2/team/app/blobs/uploads/'],
    ['a guest pushes a manifest', 'guest', 'team/app', 'pull,push', 'PUT', '/v2/team/app/manifests/guarded'],
    [
      'an outsider pushes to a public project',
      'outsider',
      'open/app',
      'pull,push',
      'POST',
      '/v2/open/app/blobs/uploads/',
    ],
    [
      'anonymous pulls what is private',
      undefined,
      'team/app',
      'pull',
      'GET',
      '/v2/team/app/manifests/guarded',
    ],
    [
      'a missing project looks the same',
      'outsider',
      'none/app',
      'pull',
      'GET',
      '/v2/none/app/manifests/guarded',
    ],
    [
      'a shorter name does not serve a longer one',
      'dev',
      'team/app',
      'pull',
      'GET',
      '/v2/team/app/sub/manifests/1',
    ],
    [
      'a longer name does not serve a shorter one',
      'dev',
      'team/app/sub',
      'pull',
      'GET',
      '/v2/team/app/manifests/guarded',
    ],
    ['a name with the same beginning', 'dev', 'team/app', 'pull', 'GET', '/v2/team/apple/manifests/1'],
    ['pull does not push', 'dev', 'team/app', 'pull', 'POST', '/v2/team/app/blobs/uploads/'],
    ['push alone does not pull', 'dev', 'team/app', 'push', 'GET', '/v2/team/app/manifests/guarded'],
  ])('%s', async (_, who, repository, actions, method, path) => {
    const client = new TestClient(berth, who)
    const answer = await client.send(method, path, [`repository:${repository}:${actions}`])
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toMatch(
      /^Bearer realm="http:\/\/127.0.0.1:\d+\/service\/token",service="berth-registry",scope="repository:[^"]+",error="insufficient_scope"$/,
    )
    expect(await codeOf(answer)).toBe(who === undefined ? 'UNAUTHORIZED' : 'DENIED')
  })

  test('without credentials there is a challenge, also for a public project; with an anonymous token it is pulled', async () => {
    const path = '/v2/open/app/manifests/shown'
    const first = await nobody.send('GET', path, [])
    expect([first.status, await codeOf(first)]).toEqual([401, 'UNAUTHORIZED'])
    expect(first.headers.get('www-authenticate')).toContain('scope="repository:open/app:pull"')
    expect((await nobody.send('GET', path, pull('open/app'))).status).toBe(200)
  })

  test('the realm is the configured address, whatever Host says', async () => {
    const { request } = await import('node:http')
    const challenge = await new Promise<string>((resolve, reject) => {
      request(
        `${berth.url}/v2/`,
        { headers: { host: 'evil.test', 'x-forwarded-host': 'evil.test' } },
        (res) => {
          res.resume()
          resolve(String(res.headers['www-authenticate']))
        },
      )
        .on('error', reject)
        .end()
    })
    expect(challenge).toBe(`Bearer realm="${berth.url}/service/token",service="berth-registry"`)
  })

  test('only an administrator learns that a project does not exist', async () => {
    const answer = await root.send('POST', '/v2/none/app/blobs/uploads/', ['repository:none/app:pull,push'])
    expect([answer.status, await codeOf(answer)]).toEqual([404, 'NAME_UNKNOWN'])
  })

  test('Basic on /v2 works, and a wrong password never does', async () => {
    const path = `${berth.url}/v2/team/app/manifests/guarded`
    const right = await fetch(path, { headers: { authorization: dev.basic() } })
    expect(right.status).toBe(200)
    for (const url of [path, `${berth.url}/v2/`, `${berth.url}/v2/open/app/manifests/shown`]) {
      const wrong = await fetch(url, { headers: { authorization: outsider.basic('Wrong-password-1') } })
      expect([wrong.status, await codeOf(wrong)]).toEqual([401, 'UNAUTHORIZED'])
    }
    const blob = await fetch(`${berth.url}/v2/team/app/blobs/${digestOf('layer of guarded')}`, {
      headers: { authorization: dev.basic() },
    })
    expect(await blob.text()).toBe('layer of guarded')
  })
})

describe('mounting', () => {
  const mount = (client: TestClient, digest: string, from: string, ...scopes: string[]) =>
    client.send('POST', `/v2/team/copy/blobs/uploads/?mount=${digest}&from=${from}`, [
      'repository:team/copy:pull,push',
      ...scopes,
    ])

  test('works where the source may be pulled', async () => {
    const digest = await dev.pushBlob('team/source', 'mounted')
    const answer = await mount(dev, digest, 'team/source', 'repository:team/source:pull')
    expect(answer.status).toBe(201)
    const got = await dev.send('GET', `/v2/team/copy/blobs/${digest}`, pull('team/copy'))
    expect(await got.text()).toBe('mounted')
  })

  test('becomes an ordinary upload where it may not, and nothing is copied', async () => {
    const digest = await keeper.pushBlob('secret/app', 'not yours')
    for (const from of ['secret/app', 'secret/app&from=team/copy', 'team/none&from=secret/app']) {
      const answer = await mount(dev, digest, from, 'repository:secret/app:pull')
      expect([202, 401]).toContain(answer.status)
    }
    const form = await dev.send('POST', '/v2/team/copy/blobs/uploads/', ['repository:team/copy:pull,push'], {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `mount=${digest}&from=secret/app`,
    })
    expect(form.status).toBe(202)
    const got = await dev.send('HEAD', `/v2/team/copy/blobs/${digest}`, pull('team/copy'))
    expect(got.status).toBe(404)
  })

  test('a token that leaves the source out is sent for one that names it', async () => {
    const digest = await dev.pushBlob('team/source', 'mounted later')
    const answer = await mount(dev, digest, 'team/source')
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toContain(
      'scope="repository:team/copy:pull,push repository:team/source:pull"',
    )
  })
})

describe('what is not a manifest', () => {
  test.each([
    ['no JSON', '{', ociManifest, 'MANIFEST_INVALID'],
    [
      'another type than announced',
      JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests: [] }),
      ociManifest,
      'MANIFEST_INVALID',
    ],
    [
      'both an image and an index',
      JSON.stringify({ schemaVersion: 2, manifests: [], layers: [] }),
      ociIndex,
      'MANIFEST_INVALID',
    ],
    ['no content type', '{}', 'text/plain', 'MANIFEST_INVALID'],
  ])('%s', async (_, body, type, code) => {
    const answer = await dev.pushManifest('team/bad', 'x', body, type)
    expect([answer.status, await codeOf(answer)]).toEqual([400, code])
  })

  test('bytes that do not have the digest in the path', async () => {
    const { bytes } = await dev.pushImage('team/bad', 'ok', 'fine')
    const answer = await dev.pushManifest('team/bad', digestOf('other'), bytes)
    expect([answer.status, await codeOf(answer)]).toEqual([400, 'DIGEST_INVALID'])
  })

  test('more than 4 MiB, announced or not', async () => {
    const body = 'x'.repeat(4 * 1024 * 1024 + 1)
    const announced = await dev.pushManifest('team/bad', 'x', body)
    expect([announced.status, await codeOf(announced)]).toEqual([413, 'SIZE_INVALID'])
  })

  test('a layer that was never pushed is refused by the registry, and nothing gets into the index', async () => {
    const descriptor = (text: string) => ({
      mediaType: 'application/vnd.oci.empty.v1+json',
      digest: digestOf(text),
      size: 1,
    })
    const bytes = JSON.stringify({ schemaVersion: 2, config: descriptor('a'), layers: [descriptor('b')] })
    const answer = await dev.pushManifest('team/bad', 'missing', bytes)
    expect([answer.status, await codeOf(answer)]).toEqual([400, 'MANIFEST_BLOB_UNKNOWN'])
    expect((await dev.send('GET', '/v2/team/bad/manifests/missing', pull('team/bad'))).status).toBe(404)
  })
})

describe('listings', () => {
  test('tags come in order, in pages that are followed by Link', async () => {
    for (const tag of ['b', 'a', 'c']) await dev.pushImage('team/tags', tag, `tags ${tag}`)
    const first = await dev.send('GET', '/v2/team/tags/tags/list?n=2', pull('team/tags'))
    expect(await first.json()).toEqual({ name: 'team/tags', tags: ['a', 'b'] })
    const next = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link')!)![1]!
    const second = await dev.send('GET', next, pull('team/tags'))
    expect([await second.json(), second.headers.get('link')]).toEqual([
      { name: 'team/tags', tags: ['c'] },
      null,
    ])
    const none = await dev.send('GET', '/v2/team/tags/tags/list?n=0', pull('team/tags'))
    expect(((await none.json()) as { tags: string[] }).tags).toEqual([])
    for (const n of ['-1', 'x', '1e9', '']) {
      const bad = await dev.send('GET', `/v2/team/tags/tags/list?n=${n}`, pull('team/tags'))
      expect([bad.status, await codeOf(bad)]).toEqual([400, 'PAGINATION_NUMBER_INVALID'])
    }
  })

  test('a repository that was never pushed to is unknown', async () => {
    const answer = await dev.send('GET', '/v2/team/nothing/tags/list', pull('team/nothing'))
    expect([answer.status, await codeOf(answer)]).toEqual([404, 'NAME_UNKNOWN'])
  })

  test('the catalog shows what the caller may see, and nothing to anonymous or to a narrower token', async () => {
    await dev.pushImage('team/listed', '1', 'listed')
    await keeper.pushImage('secret/listed', '1', 'secret listed')
    const names = async (client: TestClient) => {
      const answer = await client.send('GET', '/v2/_catalog?n=1000', ['registry:catalog:*'])
      return ((await answer.json()) as { repositories: string[] }).repositories
    }
    expect(await names(root)).toEqual(expect.arrayContaining(['team/listed', 'secret/listed']))
    expect(await names(dev)).toContain('team/listed')
    expect(await names(dev)).not.toContain('secret/listed')
    expect((await nobody.send('GET', '/v2/_catalog', ['registry:catalog:*'])).status).toBe(401)
    expect((await nobody.send('GET', '/v2/_catalog', [])).status).toBe(401)
    const narrow = await root.send('GET', '/v2/_catalog', ['repository:team/app:pull'])
    expect(narrow.headers.get('www-authenticate')).toContain('scope="registry:catalog:*"')
  })
})

test('pulls are counted by manifest', async () => {
  const { bytes } = await dev.pushImage('team/counted', '1', 'counted')
  for (const reference of ['1', digestOf(bytes), '1'])
    await dev
      .send('GET', `/v2/team/counted/manifests/${reference}`, pull('team/counted'))
      .then((got) => got.text())
  await dev.send('HEAD', '/v2/team/counted/manifests/1', pull('team/counted'))
  await berth.gateway.flush()
  const row = await berth.database.db.prisma.artifact.findFirstOrThrow({ where: { digest: digestOf(bytes) } })
  expect(row.pullCount).toBe(3)
})
