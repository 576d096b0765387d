import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { openSql, type Statement } from '../world/sql.ts'

/**
 * What Berth's API is held against: the same prepared statements with the same values, and their rows as JSON. No
 * account, no rights, no validation. Its one argument is a file that names the database and the routes.
 */
export interface SqlServerPlan {
  databaseUrl: string
  /** By path with query. */
  routes: Record<string, Statement[]>
}

const plan = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as SqlServerPlan
const sql = openSql(plan.databaseUrl)

const server = createServer(async (request, response) => {
  const statements = plan.routes[request.url!]
  if (!statements) return void response.writeHead(404).end()
  try {
    let rows: unknown[] = []
    for (const statement of statements) rows = await sql.prepared(statement)
    const body = JSON.stringify(rows)
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    response.end(body)
  } catch (error) {
    console.error(error)
    response.writeHead(500).end()
  }
})
server.listen(0, '127.0.0.1', () =>
  console.log(`listening on ${(server.address() as { port: number }).port}`),
)
