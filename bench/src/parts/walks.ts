import { createClient } from '@berth/contract'
import { startGeneratedRegistry } from '@berth/testing'
import { administrator, freshBerth, pidOf, until } from '@berth/testing/berth'
import type { Line } from '../table.ts'
import { peakBytes } from '../world/processes.ts'
import { basic } from '../world/world.ts'
import type { Part } from './part.ts'

// Hours on a slow machine; a walk that stands still is noticed by a person.
const LIMIT_MS = 4 * 3_600_000
const MiB = 1024 * 1024

/** Walks over registries of the sizes that Berth promises: how long, and how much memory the jobs need for it. */
export const walks: Part = async ({ say }) => [
  ...(await walkOver('10,000 repositories', { repositories: 10_000, tagsOf: () => 1 }, say)),
  ...(await walkOver(
    '100,000 tags in one repository',
    { repositories: 1, tagsOf: () => 100_000, pagedTags: false },
    say,
  )),
]

async function walkOver(
  what: string,
  size: Parameters<typeof startGeneratedRegistry>[0],
  say: (text: string) => void,
): Promise<Line[]> {
  const registry = await startGeneratedRegistry(size)
  const berth = await freshBerth({
    REGISTRY_URL: registry.url,
    REGISTRY_USERNAME: 'any',
    REGISTRY_PASSWORD: 'any',
  })
  try {
    const authorization = basic(administrator.username, administrator.password)
    const api = createClient({
      baseUrl: `${berth.url}/api/v2.0`,
      fetch: (input, init) =>
        fetch(input, {
          ...init,
          headers: { ...Object.fromEntries(new Headers(init?.headers)), authorization },
        }),
    })
    const jobs = await pidOf(berth.dataDir, 'jobs')
    const lines: Line[] = []
    for (const kind of ['plan', 'adopt', 'reconcile'] as const) {
      say(`${kind} of ${what}`)
      await api.call('startRegistryWalk', { body: { kind, mend: true, requests_per_second: 10_000 } })
      const current = async () => (await api.call('listRegistryWalks', { query: { page_size: 1 } })).data[0]!
      const ended = async () => !['pending', 'running'].includes((await current()).status)
      await until(`${kind} of ${what}`, ended, LIMIT_MS)
      const { status, counts, start_time: start, end_time: end } = await current()
      const seconds = (Date.parse(end ?? '') - Date.parse(start ?? '')) / 1_000
      lines.push({
        part: 'walks',
        what: `${kind}: ${what}`,
        berth: `${seconds.toFixed(1)} s`,
        note: `${status}; ${counts.requests} requests; jobs resident at most ${Math.round((await peakBytes(jobs)) / MiB)} MiB`,
      })
    }
    return lines
  } finally {
    await berth.stop()
    await registry.close()
  }
}
