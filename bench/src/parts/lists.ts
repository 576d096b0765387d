import { latencyLine, sideBySide } from '../side-by-side.ts'
import type { Line } from '../table.ts'
import { probeProject, repositoryName } from '../world/seed.ts'
import type { Part } from './part.ts'

const repository = encodeURIComponent(encodeURIComponent(repositoryName(0)))
const page = 'page=1&page_size=15'
const inProject = `/api/v2.0/projects/${probeProject}/repositories`
const cases = [
  { what: 'projects', path: `/api/v2.0/projects?${page}` },
  { what: 'repositories of a project', path: `${inProject}?${page}` },
  { what: 'artifacts with their tags', path: `${inProject}/${repository}/artifacts?${page}&with_tag=true` },
]

/** Pages of 15 from 100 × 100 × 10 against the same call on a hundredth of the data. */
export const lists: Part = async ({ large, small, pace }) => {
  const [big, little] = [await large(), await small()]
  const lines: Line[] = []
  for (const who of ['admin', 'member'] as const) {
    for (const { what, path } of cases) {
      const side = (world: typeof big) => ({
        request: { url: `${world.url}${path}`, headers: { authorization: world[who] } },
        pids: [world.pids.gateway],
      })
      const rows = await Promise.all([big, little].map((world) => countRows(side(world).request)))
      if (rows[0] !== rows[1] || rows[0]! < 10)
        throw new Error(`${path}: ${rows.join(' and ')} rows do not compare`)
      const comparison = await sideBySide(side(big), side(little), 1, pace)
      const asWhom = who === 'admin' ? 'administrator' : 'developer'
      lines.push(
        latencyLine({ part: 'lists', what: `${what}, ${asWhom}: p50`, goal: { atMost: 1.5 } }, comparison),
      )
    }
  }
  return lines
}

async function countRows({
  url,
  headers,
}: {
  url: string
  headers: Record<string, string>
}): Promise<number> {
  const response = await fetch(url, { headers })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return ((await response.json()) as unknown[]).length
}
