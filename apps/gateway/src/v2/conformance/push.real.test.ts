import { digestOf } from '@berth/registry-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeOf, ociIndex, ociManifest } from '../../../test/client.ts'
import {
  type Content,
  content,
  json,
  noise,
  openSuite,
  type Suite,
  withDigest,
} from '../../../test/conformance.ts'

// OCI distribution-spec 1.1, category Push. Every test is named by its section of the spec.
let suite: Suite
beforeAll(async () => {
  suite = await openSuite()
})
afterAll(() => suite.close())

const at = (path: string) => `/v2/${suite.repository}/${path}`
const uploads = () => at('blobs/uploads/')

/** The blob is there, whole, at the Location of the answer that made it. */
async function expectBlob(made: Response, blob: Content): Promise<void> {
  expect(made.status).toBe(201)
  const got = await suite.send('GET', made.headers.get('location')!)
  expect([got.status, digestOf(Buffer.from(await got.arrayBuffer()))]).toEqual([200, blob.digest])
}
const chunk = (method: string, address: string, { bytes }: Content, first: number, last: number) =>
  suite.send(method, address, {
    body: bytes.subarray(first, last + 1),
    headers: { 'content-type': 'application/octet-stream', 'content-range': `${first}-${last}` },
  })
const locationOf = (answer: Response): string => answer.headers.get('location')!

describe('Pushing a blob monolithically', () => {
  test.each([
    ['some bytes', noise()],
    ['nothing', content('')],
    ['the empty JSON object', content('{}')],
  ])('POST then PUT: %s', async (_, blob) => {
    const made = await suite.send('PUT', withDigest(await suite.open(), blob.digest), { body: blob.bytes })
    expect(made.headers.get('docker-content-digest')).toBe(blob.digest)
    await expectBlob(made, blob)
  })

  test('POST then PUT: a sha512 digest serves as well', async () => {
    const { bytes } = noise()
    const digest = digestOf(bytes, 'sha512')
    const made = await suite.send('PUT', withDigest(await suite.open(), digest), { body: bytes })
    expect(made.status).toBe(201)
    const got = await suite.send('GET', at(`blobs/${digest}`))
    expect(Buffer.from(await got.arrayBuffer())).toEqual(bytes)
  })

  test('Single POST: the blob comes with the first request', async () => {
    const blob = noise(200_000)
    await expectBlob(await suite.send('POST', withDigest(uploads(), blob.digest), { body: blob.bytes }), blob)
  })

  test('Single POST without a body opens an upload', async () => {
    expect((await suite.send('POST', withDigest(uploads(), noise().digest))).status).toBe(202)
  })

  test('a body with another digest is 400 and nothing is there afterwards', async () => {
    const blob = noise()
    const body = Buffer.concat([blob.bytes, Buffer.from('oh no')])
    const put = await suite.send('PUT', withDigest(await suite.open(), blob.digest), { body })
    expect([put.status, await codeOf(put)]).toEqual([400, 'DIGEST_INVALID'])
    const post = await suite.send('POST', withDigest(uploads(), blob.digest), { body })
    expect([post.status, await codeOf(post)]).toEqual([400, 'DIGEST_INVALID'])
    expect((await suite.send('HEAD', at(`blobs/${blob.digest}`))).status).toBe(404)
  })
})

describe('Pushing a blob in chunks', () => {
  test('chunks in order, closed by an empty PUT; each answer says how far it got', async () => {
    const blob = noise(30)
    const first = await chunk('PATCH', await suite.open(), blob, 0, 9)
    expect([first.status, first.headers.get('range')]).toEqual([202, '0-9'])
    const second = await chunk('PATCH', locationOf(first), blob, 10, 29)
    expect([second.status, second.headers.get('range')]).toEqual([202, '0-29'])
    await expectBlob(await suite.send('PUT', withDigest(locationOf(second), blob.digest)), blob)
  })

  test('the last chunk may come with the PUT', async () => {
    const blob = noise(25)
    const first = await chunk('PATCH', await suite.open(), blob, 0, 2)
    await expectBlob(await chunk('PUT', withDigest(locationOf(first), blob.digest), blob, 3, 24), blob)
  })

  test('without ranges, as a stream', async () => {
    const blob = noise(3000)
    const body = new Blob([new Uint8Array(blob.bytes)]).stream()
    const sent = await suite.send('PATCH', await suite.open(), { body })
    expect(sent.status).toBe(202)
    await expectBlob(await suite.send('PUT', withDigest(locationOf(sent), blob.digest)), blob)
  })

  test('a chunk that skips is 416, and the upload goes on where it was', async () => {
    const blob = noise(30)
    const address = await suite.open()
    const early = await chunk('PATCH', address, blob, 10, 29)
    expect([early.status, await codeOf(early)]).toEqual([416, 'RANGE_INVALID'])
    const first = await chunk('PATCH', address, blob, 0, 9)
    expect(first.status).toBe(202)
    const skipping = await chunk('PATCH', locationOf(first), blob, 20, 29)
    expect([skipping.status, skipping.headers.get('range')]).toEqual([416, '0-9'])
    const status = await suite.send('GET', locationOf(skipping))
    expect([status.status, status.headers.get('range')]).toEqual([204, '0-9'])
    const rest = await chunk('PATCH', locationOf(status), blob, 10, 29)
    await expectBlob(await suite.send('PUT', withDigest(locationOf(rest), blob.digest)), blob)
  })

  test('a chunk that comes again is 416, also with the PUT', async () => {
    const blob = noise(30)
    const first = await chunk('PATCH', await suite.open(), blob, 0, 9)
    expect((await chunk('PATCH', locationOf(first), blob, 0, 9)).status).toBe(416)
    const put = await chunk('PUT', withDigest(locationOf(first), blob.digest), blob, 20, 29)
    expect(put.status).toBe(416)
    const status = await suite.send('GET', locationOf(first))
    expect([status.status, status.headers.get('range')]).toEqual([204, '0-9'])
    const last = await chunk('PUT', withDigest(locationOf(status), blob.digest), blob, 10, 29)
    await expectBlob(last, blob)
  })

  test('a range that is none, or is not as long as its bytes, is 400', async () => {
    const address = await suite.open()
    for (const range of ['x', '0', '5-2', '-5', '0-9/x', 'bytes=0-9', '0-99999999999999999999', '0-3']) {
      const headers = { 'content-range': range }
      const answer = await suite.send('PATCH', address, { body: Buffer.from('0123456789'), headers })
      expect([range, answer.status]).toEqual([range, 400])
    }
  })

  test('a blob whose chunks have another digest is 400', async () => {
    const blob = noise(30)
    const sent = await chunk('PATCH', await suite.open(), blob, 0, 29)
    const put = await suite.send('PUT', withDigest(locationOf(sent), noise().digest))
    expect([put.status, await codeOf(put)]).toEqual([400, 'DIGEST_INVALID'])
  })

  test('an upload that was given up is gone', async () => {
    const address = await suite.open()
    expect((await suite.send('DELETE', address)).status).toBe(204)
    const status = await suite.send('GET', address)
    expect([status.status, await codeOf(status)]).toEqual([404, 'BLOB_UPLOAD_UNKNOWN'])
  })
})

describe('Mounting a blob from another repository', () => {
  const mount = (digest: string, from?: string) =>
    suite.send('POST', `${uploads()}?mount=${digest}${from === undefined ? '' : `&from=${from}`}`)

  test('201 where the source has it', async () => {
    const blob = noise()
    await suite.pushBlob(blob, suite.other)
    const mounted = await mount(blob.digest, suite.other)
    expect(mounted.headers.get('docker-content-digest')).toBe(blob.digest)
    await expectBlob(mounted, blob)
  })

  test('202 and an upload where the source lacks it, or none is named', async () => {
    const blob = noise()
    await suite.pushBlob(blob, suite.other)
    for (const answer of [await mount(noise().digest, suite.other), await mount(blob.digest)]) {
      expect(answer.status).toBe(202)
      const bytes = noise()
      const put = await suite.send('PUT', withDigest(locationOf(answer), bytes.digest), { body: bytes.bytes })
      await expectBlob(put, bytes)
    }
  })
})

describe('Pushing Manifests', () => {
  test('by tag and by digest; the Location leads to the same bytes', async () => {
    const manifest = await suite.prepare()
    for (const reference of ['test0', 'test1', manifest.digest]) {
      const put = await suite.putManifest(reference, manifest)
      expect([put.status, put.headers.get('docker-content-digest')]).toEqual([201, manifest.digest])
      expect(put.headers.get('oci-subject')).toBeNull()
      const got = await suite.send('GET', locationOf(put))
      expect(Buffer.from(await got.arrayBuffer())).toEqual(manifest.bytes)
    }
  })

  test('without layers, with fields of one’s own, and nearly 4 MiB large', async () => {
    const bare = await suite.prepare({ layers: [] })
    expect((await suite.putManifest('bare', bare)).status).toBe(201)
    const custom = json({ ...JSON.parse(bare.bytes.toString()), 'org.example.custom': noise().digest })
    expect((await suite.putManifest('custom', custom)).status).toBe(201)
    const many = Array.from({ length: 390 }, (_, n) => [`large-annotation-${n}`, 'A'.repeat(10_000)])
    const large = await suite.prepare({ annotations: Object.fromEntries(many) })
    const put = await suite.putManifest('large', large)
    expect(put.status).toBe(201)
    const got = await suite.send('GET', locationOf(put))
    expect(digestOf(Buffer.from(await got.arrayBuffer()))).toBe(large.digest)
  })

  test('with bytes inside a descriptor, and with layers that lie elsewhere', async () => {
    const image = await suite.prepare()
    const fields = JSON.parse(image.bytes.toString())
    const inline = { ...fields, config: { ...fields.config, data: image.config.bytes.toString('base64') } }
    expect((await suite.putManifest('inline', json(inline))).status).toBe(201)
    const { digest } = noise()
    const mediaType = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip'
    const elsewhere = (url: string) => ({ mediaType, digest, size: 123_456, urls: [url] })
    const over = (url: string) => json({ ...fields, layers: [elsewhere(url), ...fields.layers] })
    const put = await suite.putManifest('foreign', over(`https://store.example.com/blobs/${digest}`))
    expect(put.status).toBe(201)
    const refused = await suite.putManifest('file', over('file:///etc/passwd'))
    expect([refused.status, await codeOf(refused)]).toEqual([400, 'MANIFEST_BLOB_UNKNOWN'])
  })

  test('indexes: of images, of indexes, and of nothing', async () => {
    const lines = []
    for (const architecture of ['amd64', 'arm64']) {
      const image = await suite.prepare()
      expect((await suite.putManifest(image.digest, image)).status).toBe(201)
      const { digest, bytes } = image
      lines.push({
        mediaType: ociManifest,
        digest,
        size: bytes.length,
        platform: { os: 'linux', architecture },
      })
    }
    const over = (manifests: unknown[]) => json({ schemaVersion: 2, mediaType: ociIndex, manifests })
    const inner = over(lines)
    expect((await suite.putManifest('index', inner, ociIndex)).status).toBe(201)
    const outer = over([{ mediaType: ociIndex, digest: inner.digest, size: inner.bytes.length }])
    expect((await suite.putManifest('nested', outer, ociIndex)).status).toBe(201)
    expect((await suite.putManifest('empty', over([]), ociIndex)).status).toBe(201)
  })

  test('what a manifest refers to must be there', async () => {
    const gone = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: noise().digest, size: 512 }
    const manifest = json({ schemaVersion: 2, mediaType: ociManifest, config: gone, layers: [] })
    const put = await suite.putManifest('sparse', manifest)
    expect([put.status, await codeOf(put)]).toEqual([400, 'MANIFEST_BLOB_UNKNOWN'])
  })

  test('a digest in the path that is not that of the body is 400', async () => {
    const manifest = await suite.prepare()
    const put = await suite.putManifest(noise().digest, manifest)
    expect([put.status, await codeOf(put)]).toEqual([400, 'DIGEST_INVALID'])
  })

  test('schema 1 is refused, in words that say so', async () => {
    const body = json({ schemaVersion: 1, name: 'x', tag: 'y', fsLayers: [], history: [], signatures: [] })
    for (const type of ['v1+json', 'v1+prettyjws']) {
      const put = await suite.putManifest('old', body, `application/vnd.docker.distribution.manifest.${type}`)
      expect(put.status).toBe(400)
      expect(await put.json()).toEqual({
        errors: [{ code: 'MANIFEST_INVALID', message: expect.stringContaining('schema 1') }],
      })
    }
  })
})
