import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRegistryClient, type RegistryClientOptions } from './client.ts'
import { collect } from './collect.ts'
import { digestOf } from './digest.ts'
import { NotFoundError } from './errors.ts'
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
const _manifestReply = (headers: Record<string, string> = {}): Reply => ({
  status: 200,
  headers: { 'content-type': MEDIA_TYPES.ociManifest, ...headers },
  body: manifestBytes,
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

  it.each([
    ['the same page under ever new addresses', () => ['a', 'b'], /gives the same page again and again/],
    ['two pages in turn', (n: number) => [n % 2 ? 'a' : 'b'], /gives the same page again and again/],
    ['pages with nothing on them', () => [], /more than 1000 pages with nothing on them/],
  ] as const)('%s end', async (_name, namesOf, words) => {
    let asked = 0
    fake.state.faults.push({
      when: () => true,
      times: 2_000,
      action: {
        kind: 'rewrite',
        change: () => ({
          status: 200,
          body: JSON.stringify({ repositories: namesOf(++asked) }),
          headers: { link: `</v2/_catalog?n=100&last=${asked}>; rel="next"` },
        }),
      },
    })
    const listed = collect(clientOf().catalog())
    await expect(listed).rejects.toMatchObject({
      code: 'LIST_WITHOUT_END',
      message: expect.stringMatching(words),
    })
    expect(asked).toBeLessThanOrEqual(1_001)
  })

  it('more referrers of one manifest than anybody has are refused', async () => {
    const entry = { mediaType: MEDIA_TYPES.ociManifest, digest, size: 1 }
    let asked = 0
    fake.state.faults.push({
      when: () => true,
      times: 2_000,
      action: {
        kind: 'rewrite',
        change: () => ({
          status: 200,
          body: JSON.stringify({ schemaVersion: 2, manifests: Array.from({ length: 2_000 }, () => entry) }),
          headers: {
            'content-type': MEDIA_TYPES.ociIndex,
            link: `<?last=${++asked}>; rel="next"`,
          },
        }),
      },
    })
    await expect(clientOf().referrers(repository, digest)).rejects.toMatchObject({
      code: 'LIST_WITHOUT_END',
    })
    expect(asked).toBe(6)
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
    const asked: string[] = []
    const fetch = async (input: string | URL | globalThis.Request) => {
      asked.push(String(input))
      return new Response(null, { status: 302, headers: { location: 'http://registry.example/v2/' } })
    }
    const client = createRegistryClient({ baseUrl: 'https://registry.example', fetch })
    await expect(client.ping()).rejects.toMatchObject({ code: 'LOCATION_NOT_ALLOWED' })
    expect(asked).toEqual(['https://registry.example/v2/'])
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

  it('and upload locations on another host go by a fetch of their own, its own host and its tokens do not', async () => {
    const led: string[] = []
    const fetchElsewhere: typeof fetch = (input, init) => {
      led.push(`${init?.method} ${input}`)
      return fetch(input, init)
    }
    const client = clientOf({ fetchElsewhere })
    nextRequest(redirectTo(`${other.url}/v2/`))
    await client.ping()
    answerWith({ status: 202, headers: { location: `${other.url}/x` } })
    await expect(client.uploadBlob(repository, digest, blob)).rejects.toBeInstanceOf(NotFoundError)
    expect(led).toEqual([`GET ${other.url}/v2/`, `PUT ${other.url}/x?digest=${encodeURIComponent(digest)}`])
    await client.ping()
    expect(led).toHaveLength(2)
  })
})

describe('an upload location on another host', () => {
  const methods = () => other.state.requests.map(({ method }) => method)
  const at = () => ({ location: new URL(`${other.url}/orders?id=7`), minChunkBytes: 0 })
  const leadAway = () => answerWith({ status: 202, headers: { location: at().location.href } })

  it('that takes nothing is not told to drop anything', async () => {
    leadAway()
    await expect(clientOf().uploadBlob(repository, digest, blob)).rejects.toBeInstanceOf(NotFoundError)
    await clientOf().cancelUpload(repository, at())
    expect(methods()).toEqual(['PUT'])
  })

  it('that fails is not asked how far it got: the upload begins anew', async () => {
    leadAway()
    other.state.faults.push({ when: () => true, action: { kind: 'answer', reply: { status: 503 } } })
    const { resumes } = await clientOf().uploadBlob(repository, digest, blob, { resumeDelayMs: 1 })
    expect([resumes, methods()]).toEqual([1, ['PUT']])
  })

  it('is none that another process goes on with, before it has taken a part', async () => {
    const kept: string[] = []
    answerWith({ status: 202, headers: { location: '/v2/team/app/blobs/uploads/x' } })
    answerWith({ status: 202, headers: { location: at().location.href, range: '0-3' } })
    const onSession = ({ location }: { location: URL }) => void kept.push(location.href)
    const upload = clientOf().uploadBlob(repository, digest, blob, { chunkBytes: 4, onSession })
    await expect(upload).rejects.toBeInstanceOf(NotFoundError)
    expect([kept, methods()]).toEqual([[], ['PATCH']])
  })

  it('that has taken a part is asked, and told to drop it', async () => {
    other.state.faults.push({
      when: ({ method }) => method === 'PATCH',
      action: { kind: 'answer', reply: { status: 202, headers: { range: '0-3' } } },
    })
    leadAway()
    const upload = clientOf().uploadBlob(repository, digest, blob, { chunkBytes: 4 })
    await expect(upload).rejects.toBeInstanceOf(NotFoundError)
    expect(methods()).toEqual(['PATCH', 'PATCH', 'DELETE'])
    await clientOf().uploadBlob(repository, digest, blob, { resume: at() })
    expect(methods().slice(3)).toEqual(['GET', 'DELETE'])
  })
})
