import { latencyLine, sideBySide } from '../side-by-side.ts'
import type { Line } from '../table.ts'
import { probeProject, repositoryName } from '../world/seed.ts'
import { seedDays } from '../world/seed-days.ts'
import type { Part } from './part.ts'

const DAYS = 100
const project = `/api/v2.0/projects/${probeProject}`
const repository = encodeURIComponent(encodeURIComponent(repositoryName(0)))
const cases = [
  { what: 'activity of 30 days', path: '/api/v2.0/statistics/activity' },
  { what: 'most used of 7 days', path: '/api/v2.0/statistics/top?window=7d' },
  { what: 'most used of 90 days', path: '/api/v2.0/statistics/top?window=90d' },
  { what: 'storage of 30 days', path: '/api/v2.0/statistics/storage' },
  { what: 'a project, 30 days', path: `${project}/statistics` },
  { what: 'most used of a project, 7 days', path: `${project}/statistics/top` },
  { what: 'a repository, 30 days', path: `${project}/repositories/${repository}/statistics` },
]

/** Answers from 1,000,000 counts (10,000 repositories, 100 days) against the same from a hundredth of them. */
export const statistics: Part = async ({ large, small, pace, say }) => {
  const [big, little] = [await large(), await small()]
  say('filling the days')
  for (const { databaseUrl } of [big, little]) await seedDays(databaseUrl, DAYS)
  const lines: Line[] = []
  for (const who of ['admin', 'member'] as const) {
    for (const { what, path } of cases) {
      const side = (world: typeof big) => ({
        request: { url: `${world.url}${path}`, headers: { authorization: world[who] } },
        pids: [world.pids.gateway],
      })
      const comparison = await sideBySide(side(big), side(little), 1, pace)
      const asWhom = who === 'admin' ? 'administrator' : 'developer'
      lines.push(latencyLine({ part: 'statistics', what: `${what}, ${asWhom}: p50` }, comparison))
    }
  }
  return lines
}
