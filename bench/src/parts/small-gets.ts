import { startSqlServer } from '../bare/start.ts'
import { sideBySide, throughputLine } from '../side-by-side.ts'
import type { Line } from '../table.ts'
import { observeStatements } from '../world/observed-sql.ts'
import { probeProject, repositoryName } from '../world/seed.ts'
import type { Statement } from '../world/sql.ts'
import type { Part } from './part.ts'

const connections = 16
const repository = encodeURIComponent(encodeURIComponent(repositoryName(0)))
const inProject = `/api/v2.0/projects/${probeProject}`
const cases = [
  { what: 'GET a project', path: inProject },
  { what: 'GET a repository', path: `${inProject}/repositories/${repository}` },
  { what: 'GET an artifact by tag', path: `${inProject}/repositories/${repository}/artifacts/v1` },
  { what: 'GET the signed-in user', path: '/api/v2.0/users/current' },
  { what: 'GET 15 projects', path: '/api/v2.0/projects?page=1&page_size=15' },
  { what: 'GET ping (no SQL at all)', path: '/api/v2.0/ping', report: true },
]

/** Small reads of the API against a server that runs the same statements and nothing else. */
export const smallGets: Part = async ({ large, pace, say }) => {
  const world = await large()
  const headers = { authorization: world.member }
  const routes: Record<string, Statement[]> = {}
  for (const { path } of cases) {
    routes[path] = await observeStatements(world, async () => {
      const response = await fetch(`${world.url}${path}`, { headers })
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      await response.arrayBuffer()
    })
  }
  const bare = await startSqlServer({ databaseUrl: world.databaseUrl, routes })
  const lines: Line[] = []
  try {
    for (const { what, path, report } of cases) {
      const statements = routes[path]!.length
      say(`${what}: ${statements} statements`)
      const comparison = await sideBySide(
        { request: { url: `${world.url}${path}`, headers }, pids: [world.pids.gateway] },
        { request: { url: `${bare.url}${path}` }, pids: bare.pids },
        connections,
        pace,
      )
      const line = throughputLine(
        { part: 'gets', what, ...(report ? {} : { goal: { atLeast: 0.5 } }) },
        comparison,
      )
      lines.push({ ...line, note: `${line.note}; ${statements} statements` })
    }
  } finally {
    await bare.stop()
  }
  return lines
}
