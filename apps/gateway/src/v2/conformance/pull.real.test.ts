import { digestOf } from '@berth/registry-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeOf, ociManifest } from '../../../test/client.ts'
import { type Content, noise, openSuite, type Suite } from '../../../test/conformance.ts'

// OCI distribution-spec 1.1, category Pull. Every test is named by its section of the spec.
let suite: Suite
let manifest: Content
const blob = noise(2048)
const missing = digestOf('nobody has this')

beforeAll(async () => {
  suite = await openSuite()
  manifest = await suite.prepare({ layers: [blob] })
  expect((await suite.putManifest('tagtest0', manifest)).status).toBe(201)
})
afterAll(() => suite.close())

const at = (path: string) => `/v2/${suite.repository}/${path}`

test('Determining Support: GET /v2/ is 200 for somebody known, 401 with a challenge for others', async () => {
  expect((await suite.send('GET', '/v2/')).status).toBe(200)
  const unknown = await fetch(`${suite.berth.url}/v2/`)
  expect([unknown.status, unknown.headers.get('www-authenticate')]).toEqual([
    401,
    expect.stringMatching(/^Bearer realm="[^"]+",service="[^"]+"$/),
  ])
})

describe('Pulling manifests', () => {
  test.each(['GET', 'HEAD'])('%s by tag and by digest', async (method) => {
    for (const reference of ['tagtest0', manifest.digest]) {
      const accept = { headers: { accept: ociManifest } }
      const answer = await suite.send(method, at(`manifests/${reference}`), accept)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('docker-content-digest')).toBe(manifest.digest)
      expect(answer.headers.get('content-type')).toBe(ociManifest)
      expect(answer.headers.get('content-length')).toBe(String(manifest.bytes.length))
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(
        method === 'GET' ? manifest.bytes : Buffer.alloc(0),
      )
    }
  })

  test.each(['GET', 'HEAD'])('%s of what does not exist is 404', async (method) => {
    for (const reference of ['missing', missing, '.INVALID_MANIFEST_NAME'])
      expect((await suite.send(method, at(`manifests/${reference}`))).status).toBe(404)
  })

  test('a digest that is none is 400 with an error of the spec', async () => {
    const answer = await suite.send('GET', at('manifests/sha256:baddigeststring'))
    expect([answer.status, await codeOf(answer)]).toEqual([400, 'DIGEST_INVALID'])
  })
})

describe('Pulling blobs', () => {
  test('GET and HEAD by digest', async () => {
    const head = await suite.send('HEAD', at(`blobs/${blob.digest}`))
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '2048', ''])
    const got = await suite.send('GET', at(`blobs/${blob.digest}`))
    expect(got.headers.get('docker-content-digest')).toBe(blob.digest)
    // Nobody's browser is to take it for a page.
    expect(got.headers.get('content-type')).toBe('application/octet-stream')
    expect(got.headers.get('x-content-type-options')).toBe('nosniff')
    expect(Buffer.from(await got.arrayBuffer())).toEqual(blob.bytes)
  })

  test.each(['GET', 'HEAD'])('%s of what does not exist is 404', async (method) => {
    const answer = await suite.send(method, at(`blobs/${missing}`))
    expect(answer.status).toBe(404)
    if (method === 'GET') expect(await codeOf(answer)).toBe('BLOB_UNKNOWN')
  })

  test.each([
    ['bytes=500-1499', 500, 1500],
    ['bytes=500-', 500, 2048],
    ['bytes=-500', 1548, 2048],
    ['bytes=2000-5000', 2000, 2048],
  ])('Range %s is 206 with that part', async (range, start, end) => {
    const answer = await suite.send('GET', at(`blobs/${blob.digest}`), { headers: { range } })
    expect([answer.status, answer.headers.get('content-range')]).toEqual([
      206,
      `bytes ${start}-${end - 1}/2048`,
    ])
    expect(answer.headers.get('content-length')).toBe(String(end - start))
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(blob.bytes.subarray(start, end))
  })

  test.each(['bytes=500-0', 'bytes=5000-10000'])('Range %s is 416', async (range) => {
    const answer = await suite.send('GET', at(`blobs/${blob.digest}`), { headers: { range } })
    expect(answer.status).toBe(416)
  })
})

test('Error Codes: a refusal carries errors with a code of the spec and a message', async () => {
  const body = { bytes: Buffer.from('blablabla'), digest: missing }
  const answer = await suite.putManifest('sha256:totallywrong', body)
  expect(answer.status).toBe(400)
  expect(await answer.json()).toEqual({ errors: [{ code: 'DIGEST_INVALID', message: expect.any(String) }] })
})
