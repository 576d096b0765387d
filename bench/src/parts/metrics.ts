import { join } from 'node:path'
import { startChild, withFreePort } from '@berth/servers'
import { repositoryRoot } from '@berth/testing/berth'
import { type Side, sideBySide, throughputLine } from '../side-by-side.ts'
import type { Line } from '../table.ts'
import { environmentOf } from '../world/processes.ts'
import { probeProject, repositoryName } from '../world/seed.ts'
import type { World } from '../world/world.ts'
import type { Part } from './part.ts'

const connections = 16
const goal = { atLeast: 0.95 }
const repository = `${probeProject}/${repositoryName(0)}`

/** What counting for Prometheus costs: a second gateway of the same Berth, and a third one whose counters do nothing. */
export const metrics: Part = async ({ small, pace, say }) => {
  const world = await small()
  const counting = await startGateway(world, [])
  const silent = await startGateway(world, [
    '--import',
    join(import.meta.dirname, '../bare/without-metrics.ts'),
  ])
  const lines: Line[] = []
  try {
    say('gateways with and without metrics run')
    const token = `/service/token?service=berth-registry&scope=repository:${repository}:pull`
    const ask = async ({ url }: { url: string }) => {
      const answer = await fetch(`${url}${token}`, { headers: { authorization: world.member } })
      return `Bearer ${((await answer.json()) as { token: string }).token}`
    }
    // Each verifies the password once, which takes long, and remembers it.
    await ask(counting)
    const bearer = await ask(silent)
    const cases = [
      { what: 'token, basic auth of a developer', path: token, authorization: world.member },
      { what: 'tags of a repository at /v2', path: `/v2/${repository}/tags/list`, authorization: bearer },
      { what: 'GET /v2/', path: '/v2/', authorization: bearer },
    ]
    for (const { what, path, authorization } of cases) {
      const side = ({ url, pid }: Gateway): Side => ({
        request: { url: `${url}${path}`, headers: { authorization } },
        pids: [pid],
      })
      const comparison = await sideBySide(side(counting), side(silent), connections, pace)
      lines.push(
        throughputLine({ part: 'metrics', what: `${what}, with metrics and without`, goal }, comparison),
      )
    }
  } finally {
    await Promise.all([counting.stop(), silent.stop()])
  }
  return lines
}

interface Gateway {
  url: string
  pid: number
  stop(): Promise<void>
}

/** One more gateway as the supervisor starts it, with options for node before it. */
async function startGateway({ pids }: World, options: string[]): Promise<Gateway> {
  const env = await environmentOf(pids.gateway)
  return withFreePort(async (port) => {
    const child = await startChild({
      name: 'gateway',
      command: process.execPath,
      args: [...options, join(repositoryRoot, 'apps/gateway/src/main.ts')],
      cwd: repositoryRoot,
      // The metrics port belongs to the first one.
      env: { ...env, BERTH_PORT: String(port), BERTH_METRICS_PORT: '' },
      ready: () => answers(port),
      stopSignal: 'SIGTERM',
    })
    return { url: `http://127.0.0.1:${port}`, pid: child.pid, stop: () => child.stop(5_000) }
  })
}

const answers = (port: number) =>
  fetch(`http://127.0.0.1:${port}/v2/`, { signal: AbortSignal.timeout(1_000) }).then(
    () => true,
    () => false,
  )
