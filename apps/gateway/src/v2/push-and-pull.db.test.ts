import { digestOf } from '@berth/registry-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestBerth } from '../../test/berth.ts'
import { startCast } from '../../test/cast.ts'
import { codeOf, ociIndex, ociManifest, type TestClient } from '../../test/client.ts'

let berth: TestBerth
let dev: TestClient
let guest: TestClient
let keeper: TestClient

beforeAll(async () => {
  ;({ berth, dev, guest, keeper } = await startCast())
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
    for (const known of [`"${digest}"`, `"other", W/"${digest}"`, '*']) {
      const headers = { 'if-none-match': known }
      const same = await dev.send('GET', '/v2/team/app/manifests/1.0', pull('team/app'), { headers })
      expect([known, same.status, await same.text()]).toEqual([known, 304, ''])
      const other = await dev.send('GET', '/v2/team/app/manifests/none', pull('team/app'), { headers })
      expect([known, other.status]).toEqual([known, 404])
    }
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
    expect((await dev.send('DELETE', '/v2/team/old/manifests/1', scopes)).status).toBe(401)
    expect((await keeper.send('DELETE', '/v2/team/old/manifests/1', scopes)).status).toBe(202)
    expect((await keeper.send('DELETE', path, scopes)).status).toBe(202)
    expect((await keeper.send('DELETE', path, scopes)).status).toBe(404)
    for (const reference of [digestOf(bytes), '1'])
      expect((await dev.send('GET', `/v2/team/old/manifests/${reference}`, pull('team/old'))).status).toBe(
        404,
      )
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

  test('bytes in another coding, whatever they are in truth', async () => {
    const { bytes } = await dev.pushImage('team/bad', 'ok', 'fine')
    const answer = await dev.send('PUT', '/v2/team/bad/manifests/coded', ['repository:team/bad:pull,push'], {
      body: bytes,
      headers: { 'content-type': ociManifest, 'content-encoding': 'gzip' },
    })
    expect([answer.status, await codeOf(answer)]).toEqual([415, 'UNSUPPORTED'])
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

/** Nobody writes into any table while `run` does its work; reading goes on. */
async function withoutWrites(run: () => Promise<void>): Promise<void> {
  const { db } = berth.database
  const inDatabase = db.provider === 'postgresql' ? "table_schema = 'public'" : 'table_schema = DATABASE()'
  const tables = await db.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE ${inDatabase}`,
  )
  await db.transaction(async (tx) => {
    if (db.provider === 'postgresql')
      await tx.$executeRawUnsafe(`LOCK TABLE ${tables.map(({ name }) => name).join(', ')} IN SHARE MODE`)
    // Read like this, every row and every gap between them is locked.
    else for (const { name } of tables) await tx.$queryRawUnsafe(`SELECT 1 FROM ${name} LOCK IN SHARE MODE`)
    await run()
  })
}

test('a pull writes nothing into the database by itself: it succeeds while nobody can, and is counted later', async () => {
  const { bytes } = await dev.pushImage('team/quiet', '1', 'quiet')
  const digest = digestOf(bytes)
  const get = (path: string) => guest.send('GET', `/v2/team/quiet/${path}`, pull('team/quiet'))
  const blob = await dev.pushBlob('team/quiet', 'layer')
  await berth.gateway.flush()
  const pulls = async () =>
    (await berth.database.db.prisma.artifact.findFirstOrThrow({ where: { digest } })).pullCount
  await withoutWrites(async () => {
    const paths = ['manifests/1', `manifests/${digest}`, `blobs/${blob}`]
    for (const path of [...paths, ...paths]) expect([path, (await get(path)).status]).toEqual([path, 200])
    expect(await pulls()).toBe(0)
  })
  await berth.gateway.flush()
  expect(await pulls()).toBe(4)
})

test('a manifest whose tags are named goes only while it has no others', async () => {
  const { bytes } = await dev.pushImage('team/named', 'v1', 'named')
  const path = `/v2/team/named/manifests/${digestOf(bytes)}`
  const remove = async (tags: string) => {
    const headers = { 'berth-tags': tags }
    const answer = await keeper.send('DELETE', path, ['repository:team/named:delete'], { headers })
    return [answer.status, answer.ok ? undefined : await codeOf(answer)]
  }
  await dev.pushManifest('team/named', 'v2', bytes)
  for (const tags of ['-', 'v1', 'v1, v3']) expect(await remove(tags)).toEqual([412, 'PRECONDITION'])
  expect((await dev.send('HEAD', path, pull('team/named'))).status).toBe(200)
  expect(await remove('v1, v2, gone')).toEqual([202, undefined])
})
