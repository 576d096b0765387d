import { startTokenServer } from '../bare/start.ts'
import { sideBySide, throughputLine } from '../side-by-side.ts'
import type { Line } from '../table.ts'
import { probeProject, repositoryName } from '../world/seed.ts'
import type { Part } from './part.ts'

const connections = 16
const goal = { atLeast: 0.6 }
// Every tenth seeded project is public.
const publicProject = 'bench-010'

/** Tokens per second against a server that only signs. */
export const tokens: Part = async ({ large, pace }) => {
  const world = await large()
  const bare = await startTokenServer()
  const ask = (project: string, actions: string) =>
    `/service/token?service=berth-registry&scope=repository:${project}/${repositoryName(0)}:${actions}`
  const against = { request: { url: `${bare.url}${ask(probeProject, 'pull')}` }, pids: bare.pids }
  const cases: { what: string; url: string; headers: Record<string, string> }[] = [
    { what: 'token, anonymous', url: ask(publicProject, 'pull'), headers: {} },
    {
      what: 'token, basic auth of a developer',
      url: ask(probeProject, 'pull,push'),
      headers: { authorization: world.member },
    },
    {
      what: 'token, basic auth of the administrator',
      url: ask(probeProject, 'pull,push'),
      headers: { authorization: world.admin },
    },
  ]
  const lines: Line[] = []
  try {
    for (const { what, url, headers } of cases) {
      const request = { url: `${world.url}${url}`, headers }
      await mustPermit(request)
      const comparison = await sideBySide({ request, pids: [world.pids.gateway] }, against, connections, pace)
      lines.push(throughputLine({ part: 'tokens', what, goal }, comparison))
    }
  } finally {
    await bare.stop()
  }
  return lines
}

/** A token that permits nothing would be cheaper to make. */
async function mustPermit({ url, headers }: { url: string; headers: Record<string, string> }): Promise<void> {
  const response = await fetch(url, { headers })
  const { token } = (await response.json()) as { token: string }
  const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())
  if (claims.access.length !== 1) throw new Error(`the token of ${url} permits nothing`)
}
