import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRegistryClient, type RegistryClientOptions } from './client.ts'
import { collect } from './collect.ts'
import { digestOf } from './digest.ts'
import { NotFoundError, ProtocolError, RateLimitedError, UnavailableError } from './errors.ts'
import { type FakeRegistry, type FaultAction, type Reply, startFakeRegistry } from './fake/index.ts'
import { MEDIA_TYPES } from './media-types.ts'
import { parseRepositoryName, parseTag } from './reference.ts'

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

describe('answers have limits', () => {
  it('a manifest above the limit is refused, with and without a declared length', async () => {
    const client = clientOf({ maxManifestBytes: 10 })
    answerWith(manifestReply())
    await expect(client.getManifest(repository, tag)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
    const endless = async () =>
      new Response(
        ReadableStream.from(
          (async function* () {
            for (;;) yield new Uint8Array(1000)
          })(),
        ) as ReadableStream<Uint8Array>,
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

describe('the next page stays where it was', () => {
  it.each([
    ['another host', () => `<${other.url}/v2/_catalog?n=1&last=a>; rel="next"`],
    [
      'another host without scheme',
      () => `<${other.url.replace('http:', '')}/v2/_catalog?last=a>; rel="next"`,
    ],
    ['another path', () => '</v2/secret/tags/list?last=a>; rel="next"'],
    ['the way up', () => '</v2/../admin?last=a>; rel="next"'],
    ['another scheme', () => '<file:///v2/_catalog>; rel="next"'],
    ['credentials', () => `<${fake.url.replace('//', '//a:b@')}/v2/_catalog?last=a>; rel="next"`],
  ])('%s is refused', async (_name, link) => {
    answerWith({ status: 200, body: '{"repositories":["a"]}', headers: { link: link() } })
    await expect(collect(clientOf().catalog())).rejects.toMatchObject({ code: 'LOCATION_NOT_ALLOWED' })
    expect(other.state.requests).toEqual([])
    expect(fake.state.requests).toHaveLength(1)
  })

  it('a page that leads to itself is refused', async () => {
    answerWith({ status: 200, body: '{"repositories":["a"]}', headers: { link: '<?n=100>; rel="next"' } })
    await expect(collect(clientOf().catalog())).rejects.toMatchObject({ code: 'INVALID_ANSWER' })
  })

  it('links that are not the next page are left alone', async () => {
    const link = `<${other.url}/x>; rel="prev", </y>; title="next"`
    answerWith({ status: 200, body: '{"repositories":["a"]}', headers: { link } })
    expect(await collect(clientOf().catalog())).toHaveLength(1)
  })
})

describe('redirects', () => {
  const token = async () => 'secret-token'
  const redirectTo = (location: string): FaultAction => ({
    kind: 'answer',
    reply: { status: 307, headers: { location } },
  })

  it('to another host are followed without the Authorization header', async () => {
    await createRegistryClient({ baseUrl: other.url }).uploadBlob(repository, digest, blob)
    other.state.requests.length = 0
    nextRequest(redirectTo(`${other.url}/v2/${repository}/blobs/${digest}`))
    const { stream } = await clientOf({ token }).getBlob(repository, digest)
    expect(Buffer.concat(await collect(stream)).toString()).toBe('some content')
    expect(fake.state.requests[0]?.headers.authorization).toBe('Bearer secret-token')
    expect(other.state.requests.map(({ headers }) => headers.authorization)).toEqual([undefined])
  })

  it('to another host and back do not bring the header back', async () => {
    nextRequest(redirectTo(`${other.url}/hop`))
    other.state.faults.push({ when: () => true, action: redirectTo(`${fake.url}/v2/_catalog`) })
    await collect((await clientOf({ token }).getBlob(repository, digest)).stream).catch(() => undefined)
    expect(fake.state.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer secret-token',
      undefined,
    ])
  })

  it('within the registry keep the header', async () => {
    nextRequest(redirectTo('/v2/'))
    await clientOf({ token }).ping()
    expect(fake.state.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer secret-token',
      'Bearer secret-token',
    ])
  })

  it('can be vetoed by the caller', async () => {
    nextRequest(redirectTo(`${other.url}/x`))
    const client = clientOf({ allowRedirect: () => false })
    await expect(client.getBlob(repository, digest)).rejects.toMatchObject({ code: 'LOCATION_NOT_ALLOWED' })
    expect(other.state.requests).toEqual([])
  })

  it.each(['file:///etc/passwd', 'http://user:pw@127.0.0.1/', 'http://['])(
    'to %s are refused',
    async (location) => {
      nextRequest(redirectTo(location))
      await expect(clientOf().ping()).rejects.toMatchObject({ code: 'LOCATION_NOT_ALLOWED' })
    },
  )

  it('from https to http are refused', async () => {
    const fetch = async () =>
      new Response(null, { status: 302, headers: { location: 'http://registry.example/v2/' } })
    const client = createRegistryClient({ baseUrl: 'https://registry.example', fetch })
    await expect(client.ping()).rejects.toMatchObject({ code: 'LOCATION_NOT_ALLOWED' })
  })

  it('without end are refused', async () => {
    nextRequest(redirectTo('/v2/'), 100)
    await expect(clientOf().ping()).rejects.toMatchObject({ code: 'LOCATION_NOT_ALLOWED' })
    expect(fake.state.requests.length).toBeLessThan(10)
  })

  it('are not followed for anything that writes', async () => {
    nextRequest(redirectTo(`${other.url}/v2/${repository}/manifests/v1`))
    const manifest = { bytes: manifestBytes, mediaType: MEDIA_TYPES.ociManifest }
    await expect(clientOf().putManifest(repository, tag, manifest)).rejects.toMatchObject({ status: 307 })
    expect(other.state.requests).toEqual([])
  })

  it('an upload location on another host gets the bytes but no token', async () => {
    answerWith({ status: 202, headers: { location: `${other.url}/v2/${repository}/blobs/uploads/x` } })
    const options = { resumeAttempts: 0 }
    const upload = clientOf({ token }).uploadBlob(repository, digest, blob, options)
    await expect(upload).rejects.toBeInstanceOf(NotFoundError)
    expect(other.state.requests.length).toBeGreaterThan(0)
    expect(other.state.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true)
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
