import { createRegistryClient, type Digest, digestOf, parseRepositoryName } from '@berth/registry-client'
import { expect, it } from 'vitest'
import { remoteSite, type Site } from '../sites/index.ts'
import { PatientTurns } from './patient-turns.ts'
import { planRepository } from './plan-repository.ts'

const TAGS = 10_000
const PAGE = 1_000
const repository = parseRepositoryName('library/app')
const named = (n: number) => `t${String(n).padStart(5, '0')}`
const digests = new Map<string, Digest>(
  Array.from({ length: TAGS }, (_, n) => [named(n), digestOf(Buffer.from(named(n)))]),
)

/** A plain registry without a network: what it was asked is counted. */
function plain(key: number, counts: { lists: number; heads: number; others: number }): Site {
  const names = [...digests.keys()]
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { pathname, searchParams } = new URL(String(input))
    if (pathname.endsWith('/tags/list')) {
      counts.lists++
      const start = names.indexOf(searchParams.get('last') ?? '') + 1
      const tags = names.slice(start, start + PAGE)
      const link = `<${pathname}?n=${PAGE}&last=${tags.at(-1)}>; rel="next"`
      const headers: Record<string, string> = start + PAGE < TAGS ? { link } : {}
      return Response.json({ name: repository, tags }, { headers })
    }
    const digest = digests.get(pathname.split('/').at(-1)!)
    if (init?.method === 'HEAD' && digest) {
      counts.heads++
      const headers = {
        'docker-content-digest': digest,
        'content-type': 'application/vnd.oci.image.manifest.v1+json',
        'content-length': '500',
      }
      return new Response(null, { headers })
    }
    counts.others++
    return new Response('', { status: 404 })
  }
  return remoteSite({ key, client: createRegistryClient({ baseUrl: `http://registry${key}.test`, fetch }) })
}

it('10,000 tags in step cost one list on each side and one HEAD for each tag where lists tell no digests', async () => {
  const [one, other] = [
    { lists: 0, heads: 0, others: 0 },
    { lists: 0, heads: 0, others: 0 },
  ]
  const to = plain(2, other)
  // A side whose lists tell digests, as this Berth, another one and a Harbor do.
  const telling: Site = {
    ...plain(1, one),
    tags: async () => [...digests].map(([tag, digest]) => ({ tag: tag as never, digest })),
  }
  const planning = { to, source: repository, target: repository }
  const inStep = { copies: [], inStep: TAGS }
  expect(await planRepository({ ...planning, from: telling })).toEqual(inStep)
  expect(one).toEqual({ lists: 0, heads: 0, others: 0 })
  expect(other).toEqual({ lists: TAGS / PAGE, heads: TAGS, others: 0 })

  expect(await planRepository({ ...planning, from: telling, to: telling })).toEqual(inStep)
  expect(one).toEqual({ lists: 0, heads: 0, others: 0 })
  expect(other.heads).toBe(TAGS)
})

it('of many tags only some wait for their turn at once', async () => {
  let [waiting, most] = [0, 0]
  class Counting extends PatientTurns {
    override async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
      most = Math.max(most, ++waiting)
      return super.run(work, signal).finally(() => waiting--)
    }
  }
  const counts = { lists: 0, heads: 0, others: 0 }
  const planning = { to: plain(2, counts), from: plain(1, counts), source: repository, target: repository }
  const found = await planRepository({ ...planning, turns: new Counting(32) })
  expect(found.inStep).toBe(TAGS)
  // One for each side.
  expect(most).toBeLessThanOrEqual(2_000)
})
