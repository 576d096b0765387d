import { digestOf } from '@berth/registry-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeOf, ociIndex, ociManifest } from '../../../test/client.ts'
import { type Content, json, noise, openSuite, type Suite } from '../../../test/conformance.ts'

// OCI distribution-spec 1.1, category Content Discovery. Every test is named by its section of the spec.
let suite: Suite
beforeAll(async () => {
  suite = await openSuite()
})
afterAll(() => suite.close())

interface Line {
  digest: string
  mediaType: string
  size: number
  artifactType?: string
  annotations?: Record<string, string>
}

const subjectOf = ({ digest, bytes }: Content) => ({ digest, mediaType: ociManifest, size: bytes.length })
const at = (path: string) => `/v2/${suite.repository}/${path}`

describe('Listing Tags', () => {
  const tags = async (query = '') => {
    const answer = await suite.send('GET', `/v2/${suite.other}/tags/list${query}`)
    expect(answer.status).toBe(200)
    const { name, tags: list } = (await answer.json()) as { name: string; tags: string[] }
    expect(name).toBe(suite.other)
    return { list, link: answer.headers.get('link') }
  }
  beforeAll(async () => {
    const manifest = await suite.prepare({ repository: suite.other })
    for (const tag of ['test3', 'test0', 'TEST1', 'test2'])
      expect((await suite.putManifest(tag, manifest, ociManifest, suite.other)).status).toBe(201)
  })

  test('all, in the order of their characters', async () => {
    expect(await tags()).toEqual({ list: ['TEST1', 'test0', 'test2', 'test3'], link: null })
  })

  test('`n` limits them and Link leads on; `last` says where to begin', async () => {
    const first = await tags('?n=3')
    expect(first.list).toEqual(['TEST1', 'test0', 'test2'])
    expect(first.link).toBe(`</v2/${suite.other}/tags/list?last=test2&n=3>; rel="next"`)
    expect(await tags('?last=test2&n=3')).toEqual({ list: ['test3'], link: null })
    expect((await tags('?last=test1')).list).toEqual(['test2', 'test3'])
    expect((await tags('?n=4')).link).toBeNull()
  })

  test('`n=0` is an empty list without Link', async () => {
    expect(await tags('?n=0')).toEqual({ list: [], link: null })
  })

  test('a repository that does not exist is 404', async () => {
    const answer = await suite.send('GET', '/v2/conformance/none/tags/list')
    // The token names two repositories only, so this one is not told apart from one of others.
    expect([401, 404]).toContain(answer.status)
  })
})

describe('Pushing Manifests with Subject, Listing Referrers', () => {
  const referrers = async (digest: string, query = '') => {
    const answer = await suite.send('GET', at(`referrers/${digest}${query}`))
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, ociIndex])
    const { schemaVersion, mediaType, manifests } = (await answer.json()) as Record<string, unknown>
    expect([schemaVersion, mediaType]).toEqual([2, ociIndex])
    const filters = answer.headers.get('oci-filters-applied')
    return { lines: manifests as Line[], filters, link: answer.headers.get('link') }
  }
  /** Pushes something about the subject and gives the line that a list of referrers has for it. */
  const refer = async (subject: Content, type: string, how: 'artifactType' | 'configType'): Promise<Line> => {
    const annotations = { 'org.opencontainers.conformance': noise(4).digest }
    const fields = { [how]: type, annotations, subject: subjectOf(subject) }
    const manifest = await suite.prepare(fields)
    const put = await suite.putManifest(manifest.digest, manifest)
    expect([put.status, put.headers.get('oci-subject')]).toEqual([201, subject.digest])
    return { ...subjectOf(manifest), artifactType: type, annotations }
  }

  test('a digest that nobody knows has an empty list', async () => {
    expect(await referrers(digestOf('unknown'))).toEqual({ lines: [], filters: null, link: null })
  })

  test('referrers pushed before their subject and after it are listed, each with type and annotations', async () => {
    const subject = await suite.prepare()
    const before = [
      await refer(subject, 'application/vnd.example.a', 'artifactType'),
      await refer(subject, 'application/vnd.example.b', 'configType'),
    ]
    expect((await referrers(subject.digest)).lines).toEqual(before)
    expect((await suite.putManifest('subject', subject)).headers.get('oci-subject')).toBeNull()
    const after = [
      await refer(subject, 'application/vnd.example.a', 'configType'),
      await refer(subject, 'application/vnd.example.b', 'artifactType'),
    ]
    expect((await referrers(subject.digest)).lines).toEqual([...before, ...after])
    const filtered = await referrers(subject.digest, '?artifactType=application/vnd.example.a')
    expect(filtered).toEqual({ lines: [before[0], after[0]], filters: 'artifactType', link: null })
    const none = await referrers(subject.digest, '?artifactType=application/vnd.example.A')
    expect(none).toEqual({ lines: [], filters: 'artifactType', link: null })
  })

  test('an index may refer too; without an artifactType its line has none', async () => {
    const subject = await suite.prepare()
    const child = await suite.prepare()
    await suite.putManifest(child.digest, child)
    const index = (artifactType?: string) =>
      json({
        schemaVersion: 2,
        mediaType: ociIndex,
        artifactType,
        manifests: [subjectOf(child)],
        subject: subjectOf(subject),
        annotations: { kind: String(artifactType) },
      })
    const lines = []
    for (const artifactType of ['application/vnd.example.list', undefined]) {
      const manifest = index(artifactType)
      const put = await suite.putManifest(manifest.digest, manifest, ociIndex)
      expect([put.status, put.headers.get('oci-subject')]).toEqual([201, subject.digest])
      lines.push({
        ...{ mediaType: ociIndex, digest: manifest.digest, size: manifest.bytes.length },
        ...(artifactType ? { artifactType } : {}),
        annotations: { kind: String(artifactType) },
      })
    }
    expect((await referrers(subject.digest)).lines).toEqual(lines)
  })

  test('a long list comes in pages that Link leads through, with the filter', async () => {
    const subject = await suite.prepare()
    const pushed = []
    for (let n = 0; n < 5; n++)
      pushed.push(await refer(subject, `application/vnd.example.${n % 2 ? 'odd' : 'even'}`, 'artifactType'))
    const walk = async (query: string) => {
      const digests: string[] = []
      let next: string | undefined = query
      for (let pages = 0; next !== undefined && pages < 10; pages++) {
        const page: Awaited<ReturnType<typeof referrers>> = await referrers(subject.digest, next)
        expect(page.lines.length).toBeLessThanOrEqual(2)
        digests.push(...page.lines.map(({ digest }) => digest))
        next = page.link === null ? undefined : /^<[^?]+(\?[^>]+)>; rel="next"$/.exec(page.link)![1]
      }
      return digests
    }
    expect(await walk('?n=2')).toEqual(pushed.map(({ digest }) => digest))
    const even = pushed.filter((_, n) => n % 2 === 0).map(({ digest }) => digest)
    expect(await walk('?artifactType=application/vnd.example.even&n=2')).toEqual(even)
  })

  test('a referrer that is deleted leaves the list, and so does what hangs on a subject that is', async () => {
    const subject = await suite.prepare()
    await suite.putManifest('about', subject)
    const [gone, stays] = [
      await refer(subject, 'application/vnd.example.a', 'artifactType'),
      await refer(subject, 'application/vnd.example.a', 'artifactType'),
    ]
    expect((await suite.send('DELETE', at(`manifests/${gone!.digest}`))).status).toBe(202)
    expect((await referrers(subject.digest)).lines).toEqual([stays])
    expect((await suite.send('DELETE', at(`manifests/${subject.digest}`))).status).toBe(202)
    expect((await referrers(subject.digest)).lines).toEqual([])
  })

  test('what is attached by a tag alone names no subject, and is not listed', async () => {
    const subject = await suite.prepare()
    await suite.putManifest('signed', subject)
    const signature = await suite.prepare()
    const put = await suite.putManifest(`${subject.digest.replace(':', '-')}.sig`, signature)
    expect([put.status, put.headers.get('oci-subject')]).toEqual([201, null])
    expect((await referrers(subject.digest)).lines).toEqual([])
  })

  test('what is asked must be a digest, and a position must be one of ours', async () => {
    for (const path of ['referrers/latest', 'referrers/sha256:abc', 'referrers/']) {
      const answer = await suite.send('GET', at(path))
      expect([path, answer.status, await codeOf(answer)]).toEqual([path, 400, 'DIGEST_INVALID'])
    }
    for (const last of ['-1', 'x', '2147483648', '99999999999', '%00', '1%20OR%201=1']) {
      const answer = await suite.send('GET', at(`referrers/${digestOf('unknown')}?last=${last}`))
      expect([last, answer.status]).toEqual([last, 400])
    }
    for (const type of ['%00', 'a%00b', 'ü', `${'a'.repeat(300)}`, "'%20OR%20''='"])
      expect((await referrers(digestOf('unknown'), `?artifactType=${type}`)).lines).toEqual([])
  })
})
