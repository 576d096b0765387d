import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRegistryClient } from '../client.ts'
import { type ConformanceTarget, conformanceCases } from '../conformance.ts'
import { type FakeRegistry, type FakeRegistryOptions, startFakeRegistry } from './index.ts'

const users = { robot: 'pa:ss wörd' }
const credentials = { username: 'robot', password: 'pa:ss wörd' }

const variants: { name: string; options: FakeRegistryOptions; signIn: boolean }[] = [
  { name: 'open, OCI 1.1', options: {}, signIn: false },
  { name: 'open, before the referrers API', options: { referrers: false }, signIn: false },
  { name: 'with token sign-in', options: { auth: { users } }, signIn: true },
  { name: 'with basic sign-in', options: { auth: { users, scheme: 'basic' } }, signIn: true },
]

describe.each(variants)('the fake registry, $name', ({ options, signIn }) => {
  let fake: FakeRegistry
  let target: ConformanceTarget

  beforeAll(async () => {
    fake = await startFakeRegistry(options)
    const client = createRegistryClient({ baseUrl: fake.url, credentials: signIn ? credentials : undefined })
    target = { client, capabilities: { tagPages: true, referrersApi: options.referrers !== false } }
  })
  afterAll(() => fake.close())

  it.each(conformanceCases)('$guarantee', ({ run }) => run(target))
})

describe('the fake registry is no laxer than the specification', () => {
  let fake: FakeRegistry
  beforeAll(async () => {
    fake = await startFakeRegistry()
  })
  afterAll(() => fake.close())

  const send = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    fetch(`${fake.url}${path}`, { method, headers, body })
  const codeOf = async (answer: Response) =>
    ((await answer.json()) as { errors: { code: string }[] }).errors.map(({ code }) => code)

  it('refuses parts that do not follow each other, and says where it stands', async () => {
    const location = (await send('POST', '/v2/a/blobs/uploads/')).headers.get('location') ?? ''
    await send('PATCH', location, { 'content-range': '0-3' }, 'abcd')
    for (const method of ['PATCH', 'PUT']) {
      const answer = await send(method, location, { 'content-range': '9-12' }, 'wxyz')
      expect([answer.status, answer.headers.get('range')]).toEqual([416, '0-3'])
    }
  })

  it('knows an upload only in the repository it was opened in', async () => {
    const location = (await send('POST', '/v2/a/blobs/uploads/')).headers.get('location') ?? ''
    expect((await send('GET', location.replace('/v2/a/', '/v2/b/'))).status).toBe(404)
    expect((await send('GET', location)).status).toBe(204)
  })

  it.each([
    ['GET', '/v2/UPPER/tags/list', 400, 'NAME_INVALID'],
    ['GET', '/v2/a%2fb/tags/list', 400, 'NAME_INVALID'],
    ['GET', '/v2/a/manifests/.x', 400, 'TAG_INVALID'],
    ['GET', '/v2/a/blobs/sha256:x', 400, 'DIGEST_INVALID'],
    ['GET', '/v2/_catalog?n=x', 400, 'PAGINATION_NUMBER_INVALID'],
    ['POST', '/v2/_catalog', 405, 'UNSUPPORTED'],
  ])('answers %s %s with %i %s', async (method, path, status, code) => {
    const answer = await send(method, path)
    expect(answer.status).toBe(status)
    expect(await codeOf(answer)).toEqual([code])
  })

  it('refuses a manifest that is not what its Content-Type says', async () => {
    const headers = { 'content-type': 'application/vnd.oci.image.manifest.v1+json' }
    const answer = await send('PUT', '/v2/a/manifests/t', headers, '{"schemaVersion":2,"manifests":[]}')
    expect([answer.status, await codeOf(answer)]).toEqual([400, ['MANIFEST_INVALID']])
  })
})
