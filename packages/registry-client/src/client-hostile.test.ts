import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRegistryClient, type RegistryClientOptions } from './client.ts'
import { collect } from './collect.ts'
import { digestOf } from './digest.ts'
import { ProtocolError, RateLimitedError, UnavailableError } from './errors.ts'
import { type FakeRegistry, type FaultAction, type Reply, startFakeRegistry } from './fake/index.ts'
import { MEDIA_TYPES } from './media-types.ts'
import { parseRepositoryName, parseTag } from './reference.ts'
import { toStream } from './stream.ts'

let fake: FakeRegistry
let other: FakeRegistry
beforeEach(async () => {
  fake = await startFakeRegistry()
  other = await startFakeRegistry()
})
afterEach(() => Promise.all([fake.close(), other.close()]))

const repository = parseRepositoryName('team/app')
const tag = parseTag('v1')
const blob = new TextEncoder().encode('some content')
const digest = digestOf(blob)
const manifestBytes = new TextEncoder().encode('{"schemaVersion":2}')
const clientOf = (options: Partial<RegistryClientOptions> = {}) =>
  createRegistryClient({ baseUrl: fake.url, ...options })
const nextRequest = (action: FaultAction, times = 1) =>
  fake.state.faults.push({ when: () => true, times, action })
const answerWith = (reply: Reply, times = 1) => nextRequest({ kind: 'answer', reply }, times)
const manifestReply = (headers: Record<string, string> = {}): Reply => ({
  status: 200,
  headers: { 'content-type': MEDIA_TYPES.ociManifest, ...headers },
  body: manifestBytes,
})

describe('content is what its digest says, or it is an error', () => {
  it('a manifest other than the digest asked for', async () => {
    answerWith(manifestReply())
    await expect(clientOf().getManifest(repository, digest)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    })
  })

  it.each([digestOf('other'), 'sha256:short', 'md5:abc'])(
    'a manifest other than its header %s',
    async (claimed) => {
      answerWith(manifestReply({ 'docker-content-digest': claimed }))
      await expect(clientOf().getManifest(repository, tag)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' })
    },
  )

  it('a manifest without the header gets the digest of its bytes', async () => {
    answerWith(manifestReply())
    expect((await clientOf().getManifest(repository, tag)).digest).toBe(digestOf(manifestBytes))
  })

  it('a HEAD without a digest is settled by a GET', async () => {
    answerWith(manifestReply(), 2)
    expect(await clientOf().headManifest(repository, tag)).toMatchObject({ digest: digestOf(manifestBytes) })
  })

  it('nobody is invited to recompress it on the way', async () => {
    await clientOf().headBlob(repository, digest)
    expect(fake.state.requests[0]?.headers['accept-encoding']).toBe('identity')
  })

  it('a blob with a byte changed errors at its end', async () => {
    answerWith({ status: 200, body: 'some c0ntent' })
    const { stream } = await clientOf().getBlob(repository, digest)
    await expect(collect(stream)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' })
  })

  it('a manifest that is put under a digest not its own is not even sent', async () => {
    const manifest = { bytes: manifestBytes, mediaType: MEDIA_TYPES.ociManifest }
    await expect(clientOf().putManifest(repository, digest, manifest)).rejects.toBeInstanceOf(ProtocolError)
    expect(fake.state.requests).toEqual([])
  })

  it('a registry that stores a manifest under another digest is found out', async () => {
    answerWith({ status: 201, headers: { 'docker-content-digest': digest } })
    const manifest = { bytes: manifestBytes, mediaType: MEDIA_TYPES.ociManifest }
    await expect(clientOf().putManifest(repository, tag, manifest)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    })
  })
})

describe('referrers', () => {
  it.each([400, 404, 405])('are read from the tag where the API answers %i', async (status) => {
    answerWith({ status })
    const entry = { mediaType: MEDIA_TYPES.ociManifest, digest, size: 3 }
    const body = JSON.stringify({ schemaVersion: 2, manifests: [entry] })
    answerWith({ status: 200, headers: { 'content-type': MEDIA_TYPES.ociIndex }, body })
    expect(await clientOf().referrers(repository, digest)).toMatchObject([{ digest, sizeBytes: 3 }])
    expect(fake.state.requests.at(-1)?.url).toBe(`/v2/team/app/manifests/${digest.replace(':', '-')}`)
  })

  it('are none where the tag is something else, and an error where the registry is down', async () => {
    answerWith({ status: 404 })
    answerWith(manifestReply())
    expect(await clientOf().referrers(repository, digest)).toEqual([])
    answerWith({ status: 503 })
    await expect(clientOf().referrers(repository, digest)).rejects.toBeInstanceOf(UnavailableError)
  })

  it('are asked of the API again after a 404 that a proxy may have given, not after the registry said it has none', async () => {
    const client = clientOf()
    const known = new Set<string>()
    const ask = () => client.referrers(repository, digest, { tags: known })
    const version = { 'docker-distribution-api-version': 'registry/2.0' }
    answerWith({ status: 404, headers: { ...version, 'content-type': 'text/html' }, body: '<h1>404</h1>' })
    expect(await ask()).toEqual([])
    const body = '{"errors":[{"code":"NAME_UNKNOWN"}]}'
    answerWith({ status: 404, headers: version, body })
    expect(await ask()).toEqual([])
    answerWith({ status: 404, headers: version, body: '404 page not found\n' })
    expect(await ask()).toEqual([])
    const asked = fake.state.requests.length
    expect(await ask()).toEqual([])
    expect([asked, fake.state.requests.length]).toEqual([3, 3])
  })

  it('are not taken from an index that is none', async () => {
    const body = JSON.stringify({ schemaVersion: 2, manifests: [], layers: [] })
    answerWith({ status: 200, headers: { 'content-type': MEDIA_TYPES.ociIndex }, body })
    await expect(clientOf().referrers(repository, digest)).rejects.toMatchObject({ code: 'INVALID_ANSWER' })
  })
})

describe('answers have limits', () => {
  it('a manifest above the limit is refused, with and without a declared length', async () => {
    const client = clientOf({ maxManifestBytes: 10 })
    answerWith(manifestReply())
    await expect(client.getManifest(repository, tag)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
    const endless = async () =>
      new Response(
        toStream(
          (async function* () {
            for (;;) yield new Uint8Array(1000)
          })(),
        ),
      )
    const streaming = clientOf({ fetch: endless, maxManifestBytes: 100_000 })
    await expect(streaming.getManifest(repository, tag)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
    await expect(collect(streaming.catalog())).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
  })

  it('an endless error body is cut', async () => {
    answerWith({ status: 500, body: 'x'.repeat(1_000_000) })
    await expect(clientOf().ping()).rejects.toSatisfy(
      (error: { detail: string }) => error.detail.length === 2000,
    )
  })

  it.each([
    ['no JSON', '<html>'],
    ['a list', '[]'],
    ['text for names', '{"repositories":"a"}'],
  ])('a catalog that is %s is an error', async (_name, body) => {
    answerWith({ status: 200, body })
    await expect(collect(clientOf().catalog())).rejects.toMatchObject({ code: 'INVALID_ANSWER' })
  })

  it('names outside the grammar never become typed names', async () => {
    answerWith({ status: 200, body: '{"repositories":["ok","../x","UPPER",7,null,"a%2fb"]}' })
    expect(await collect(clientOf().catalog())).toEqual([
      { items: ['ok'], invalid: ['../x', 'UPPER', '7', 'null', 'a%2fb'] },
    ])
  })

  it('a repository whose tags are null has none', async () => {
    answerWith({ status: 200, body: '{"name":"team/app","tags":null}' })
    expect(await collect(clientOf().tags(repository))).toEqual([{ items: [], invalid: [] }])
  })
})

describe('failures are typed', () => {
  it('429 carries how long to wait, in seconds or as a date', async () => {
    answerWith({ status: 429, headers: { 'retry-after': '7' } })
    const error = await clientOf()
      .ping()
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(RateLimitedError)
    expect(error).toMatchObject({ code: 'TOOMANYREQUESTS', status: 429, retryAfterMs: 7000 })
    answerWith({ status: 429, headers: { 'retry-after': 'Thu, 01 Jan 1970 00:01:00 GMT' } })
    await expect(clientOf({ nowMs: () => 45_000 }).ping()).rejects.toMatchObject({ retryAfterMs: 15_000 })
  })

  it.each([
    [403, 'DeniedError', 'DENIED'],
    [404, 'NotFoundError', 'NOT_FOUND'],
    // Of a proxy that waits no longer for the rest of a request that is sent slowly; or that wants it once more (RFC 8470).
    [408, 'UnavailableError', 'UNAVAILABLE'],
    [425, 'UnavailableError', 'UNAVAILABLE'],
    [500, 'UnavailableError', 'UNAVAILABLE'],
    [503, 'UnavailableError', 'UNAVAILABLE'],
    [418, 'RegistryError', 'UNKNOWN'],
  ])('%i is a %s', async (status, name, code) => {
    answerWith({ status, body: 'words' })
    await expect(clientOf().ping()).rejects.toMatchObject({ name, code, status, detail: 'words' })
  })

  it("the registry's own code wins, unless it is no code", async () => {
    answerWith({ status: 404, body: '{"errors":[{"code":"NAME_UNKNOWN","message":"m","detail":{"a":1}}]}' })
    await expect(clientOf().ping()).rejects.toMatchObject({ code: 'NAME_UNKNOWN', detail: 'm: {"a":1}' })
    answerWith({ status: 404, body: '{"errors":[{"code":"<b>","message":1}]}' })
    await expect(clientOf().ping()).rejects.toMatchObject({ code: 'NOT_FOUND' })
    answerWith({ status: 404, body: '{"errors":7}' })
    await expect(clientOf().ping()).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('a dropped connection and a closed port are unavailable', async () => {
    nextRequest({ kind: 'drop' })
    await expect(clientOf().ping()).rejects.toMatchObject({ name: 'UnavailableError', code: 'UNAVAILABLE' })
    await other.close()
    await expect(createRegistryClient({ baseUrl: other.url }).ping()).rejects.toBeInstanceOf(UnavailableError)
    other = await startFakeRegistry()
  })

  it('silence ends in a timeout, before the headers and in the middle of a body', async () => {
    const { promise: forever, resolve } = Promise.withResolvers<void>()
    nextRequest({ kind: 'hold', until: forever })
    await expect(clientOf({ timeoutMs: 50 }).ping()).rejects.toMatchObject({ code: 'TIMEOUT' })
    resolve()
    const stalled = async () =>
      new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(3)) }))
    const client = clientOf({ timeoutMs: 50, fetch: stalled })
    await expect(client.getManifest(repository, tag)).rejects.toMatchObject({ code: 'TIMEOUT' })
  })

  it('the caller can give up, and gets its own reason', async () => {
    const { promise: forever, resolve } = Promise.withResolvers<void>()
    nextRequest({ kind: 'hold', until: forever })
    const controller = new AbortController()
    const ping = clientOf().ping({ signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(ping).rejects.toThrow('enough')
    await expect(clientOf().ping({ signal: controller.signal })).rejects.toThrow('enough')
    resolve()
  })

  it('messages hold neither credentials nor query strings', async () => {
    fake.state.faults.push({
      when: ({ path }) => path.includes('uploads'),
      times: 9,
      action: { kind: 'drop' },
    })
    const credentials = { username: 'ann', password: 'hunter2' }
    const error = await clientOf({ credentials })
      .mountBlob(repository, digest, repository)
      .catch((thrown: unknown) => thrown)
    expect(String(error)).toContain('/v2/team/app/blobs/uploads/')
    expect(String(error)).not.toMatch(/hunter2|\?|mount=/)
  })
})

describe('the base URL', () => {
  it.each(['ftp://x', 'http://a:b@x', 'x'])('%s is refused', (baseUrl) =>
    expect(() => createRegistryClient({ baseUrl })).toThrow(TypeError),
  )

  it('may have a path, which every request keeps', async () => {
    await createRegistryClient({ baseUrl: `${fake.url}/proxy?x=1` })
      .ping()
      .catch(() => undefined)
    expect(fake.state.requests[0]?.url).toBe('/proxy/v2/')
  })
})
