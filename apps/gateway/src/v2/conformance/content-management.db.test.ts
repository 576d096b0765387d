import { digestOf } from '@berth/registry-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeOf, ociIndex, ociManifest, TestClient } from '../../../test/client.ts'
import { json, noise, openSuite, type Suite } from '../../../test/conformance.ts'

// OCI distribution-spec 1.1, category Content Management. Every test is named by its section of the spec.
let suite: Suite
beforeAll(async () => {
  suite = await openSuite()
})
afterAll(() => suite.close())

const at = (path: string) => `/v2/${suite.repository}/${path}`
const status = async (method: string, path: string) => (await suite.send(method, at(path))).status
const tagList = async () =>
  ((await (await suite.send('GET', at('tags/list'))).json()) as { tags: string[] }).tags
/** What the registry behind has under the reference, past Berth. */
const inRegistry = async (reference: string) => {
  const client = new TestClient(suite.berth, 'keeper')
  const authorization = `Bearer ${await client.token(`repository:${suite.repository}:pull`)}`
  const headers = { authorization, accept: `${ociManifest}, ${ociIndex}` }
  const answer = await fetch(`${suite.berth.registry.url}${at(`manifests/${reference}`)}`, { headers })
  return answer.status === 200 ? digestOf(Buffer.from(await answer.arrayBuffer())) : answer.status
}

describe('Deleting tags', () => {
  test('202, the tag is gone at once, the manifest and its other tags stay', async () => {
    const manifest = await suite.prepare()
    for (const tag of ['one', 'two']) await suite.putManifest(tag, manifest)
    expect(await status('DELETE', 'manifests/one')).toBe(202)
    expect(await status('HEAD', 'manifests/one')).toBe(404)
    expect(await tagList()).toEqual(['two'])
    expect(await status('HEAD', `manifests/${manifest.digest}`)).toBe(200)
    expect([await inRegistry('one'), await inRegistry('two')]).toEqual([404, manifest.digest])
    expect(await status('DELETE', 'manifests/one')).toBe(404)
    expect(await status('DELETE', 'manifests/two')).toBe(202)
    expect(await inRegistry(manifest.digest)).toBe(manifest.digest)
  })

  test('a tag that was never there is 404, one that cannot be is 400', async () => {
    const missing = await suite.send('DELETE', at('manifests/nothing'))
    expect([missing.status, await codeOf(missing)]).toEqual([404, 'MANIFEST_UNKNOWN'])
    const wrong = await suite.send('DELETE', at('manifests/.no'))
    expect([wrong.status, await codeOf(wrong)]).toEqual([400, 'TAG_INVALID'])
  })

  test('a tag that was put past Berth is deleted as well', async () => {
    const manifest = await suite.prepare()
    await suite.putManifest(manifest.digest, manifest)
    const token = await new TestClient(suite.berth, 'keeper').token(
      `repository:${suite.repository}:pull,push`,
    )
    const headers = { authorization: `Bearer ${token}`, 'content-type': ociManifest }
    const url = `${suite.berth.registry.url}${at('manifests/past')}`
    expect((await fetch(url, { method: 'PUT', body: manifest.bytes.toString(), headers })).status).toBe(201)
    expect(await status('DELETE', 'manifests/past')).toBe(202)
    expect([await inRegistry('past'), await inRegistry(manifest.digest)]).toEqual([404, manifest.digest])
  })
})

describe('Deleting Manifests', () => {
  test('202, and digest and tags are gone at once; again is 404', async () => {
    const manifest = await suite.prepare()
    for (const tag of ['three', 'four']) await suite.putManifest(tag, manifest)
    expect(await status('DELETE', `manifests/${manifest.digest}`)).toBe(202)
    for (const reference of [manifest.digest, 'three', 'four']) {
      expect(await status('GET', `manifests/${reference}`)).toBe(404)
      expect(await inRegistry(reference)).toBe(404)
    }
    expect(await status('DELETE', `manifests/${manifest.digest}`)).toBe(404)
  })

  test('what was deleted can be pushed again', async () => {
    const manifest = await suite.prepare()
    await suite.putManifest('again', manifest)
    expect(await status('DELETE', `manifests/${manifest.digest}`)).toBe(202)
    expect((await suite.putManifest('again', manifest)).status).toBe(201)
    expect(await inRegistry('again')).toBe(manifest.digest)
  })
})

describe('Deleting Blobs', () => {
  test('202, and the blob is gone at once; again is 404; it can be pushed again', async () => {
    const blob = noise()
    await suite.pushBlob(blob)
    await suite.pushBlob(blob, suite.other)
    expect(await status('DELETE', `blobs/${blob.digest}`)).toBe(202)
    for (const method of ['GET', 'HEAD']) expect(await status(method, `blobs/${blob.digest}`)).toBe(404)
    const again = await suite.send('DELETE', at(`blobs/${blob.digest}`))
    expect([again.status, await codeOf(again)]).toEqual([404, 'BLOB_UNKNOWN'])
    // Other repositories keep theirs.
    expect((await suite.send('HEAD', `/v2/${suite.other}/blobs/${blob.digest}`)).status).toBe(200)
    await suite.pushBlob(blob)
    expect(await status('HEAD', `blobs/${blob.digest}`)).toBe(200)
  })

  test('a blob that a manifest needs is 405 and stays, until the manifest goes', async () => {
    const manifest = await suite.prepare()
    await suite.putManifest('needs', manifest)
    for (const { digest } of [manifest.config, ...manifest.layers]) {
      const answer = await suite.send('DELETE', at(`blobs/${digest}`))
      expect([answer.status, await codeOf(answer)]).toEqual([405, 'UNSUPPORTED'])
      expect(answer.headers.get('allow')).toBe('GET, HEAD')
      expect(await status('HEAD', `blobs/${digest}`)).toBe(200)
    }
    expect(await status('DELETE', `manifests/${manifest.digest}`)).toBe(202)
    expect(await status('DELETE', `blobs/${manifest.config.digest}`)).toBe(202)
  })

  test('races with a push: a manifest that was accepted has all its blobs', async () => {
    const rounds = await Promise.all(Array.from({ length: 12 }, () => suite.prepare()))
    const outcomes = await Promise.all(
      rounds.map(async (manifest, round) => {
        const push = () => suite.putManifest(`race${round}`, manifest)
        const remove = () => suite.send('DELETE', at(`blobs/${manifest.layers[0]!.digest}`))
        const early = round % 2 ? remove() : undefined
        const pushed = push()
        const removed = await (early ?? remove())
        return { pushed: (await pushed).status, removed: removed.status, layer: manifest.layers[0]! }
      }),
    )
    for (const { pushed, removed, layer } of outcomes) {
      const there = (await status('HEAD', `blobs/${layer.digest}`)) === 200
      // Either the push came first and the blob is needed, or the blob went first and the push was refused.
      expect([pushed, removed, there]).toEqual(pushed === 201 ? [201, 405, true] : [400, 202, false])
    }
  })

  test('only with the right to delete', async () => {
    const blob = noise()
    await suite.pushBlob(blob)
    const keeper = new TestClient(suite.berth, 'keeper')
    const narrow = await keeper.send('DELETE', at(`blobs/${blob.digest}`), [
      `repository:${suite.repository}:pull,push`,
      `repository:${suite.other}:delete`,
    ])
    expect([narrow.status, narrow.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining(`scope="repository:${suite.repository}:delete"`),
    ])
    expect(await status('HEAD', `blobs/${blob.digest}`)).toBe(200)
  })
})

test('an index and what it holds are deleted parent first', async () => {
  const child = await suite.prepare()
  await suite.putManifest(child.digest, child)
  const line = { mediaType: ociManifest, digest: child.digest, size: child.bytes.length }
  const index = json({ schemaVersion: 2, mediaType: ociIndex, manifests: [line] })
  await suite.putManifest('parent', index, ociIndex)
  expect(await status('DELETE', `manifests/${child.digest}`)).toBe(412)
  expect(await status('DELETE', `manifests/${index.digest}`)).toBe(202)
  expect(await status('HEAD', `manifests/${child.digest}`)).toBe(404)
})
