import { createServer, type Socket } from 'node:net'
import { latencyLine, sideBySide, throughputLine } from '../side-by-side.ts'
import type { Line } from '../table.ts'
import { pushSmallImage, readManifest, tokenFor } from '../world/registry-http.ts'
import { openWorld, type World } from '../world/world.ts'
import type { Part } from './part.ts'

const project = 'receivers'

/** Takes every connection and never says a word. */
async function startSilent(): Promise<{ port: number; close(): void }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.resume()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Nobody listens at port 9 (discard). */
const DEAD_PORT = 9

async function nameReceivers({ api }: World, silentPort: number): Promise<void> {
  await api.call('updateConfigurations', { body: { outbound_allowed_hosts: '127.0.0.1' } })
  await api.call('CreateWebhookPolicyOfProject', {
    path: { project_name_or_id: project },
    body: {
      name: 'dead',
      enabled: true,
      event_types: ['PUSH_ARTIFACT'],
      targets: [silentPort, DEAD_PORT].map((port) => ({
        type: 'http',
        address: `http://127.0.0.1:${port}/`,
      })),
    },
  })
  for (const [name, kind, address] of [
    ['dead syslog', 'syslog', `127.0.0.1:${DEAD_PORT}`],
    ['silent syslog', 'syslog', `127.0.0.1:${silentPort}`],
    ['silent http', 'http', `http://127.0.0.1:${silentPort}/`],
  ] as const)
    await api.call('createAuditDestination', { body: { name, kind, address } })
}

/** Pushes of a manifest while every receiver is dead or silent, against a Berth without any receiver. */
export const receivers: Part = async ({ pace, say }) => {
  const silent = await startSilent()
  const worlds: World[] = []
  try {
    say('starting two Berths')
    for (let n = 0; n < 2; n++) worlds.push(await openWorld())
    const sides = []
    for (const world of worlds) {
      await world.api.call('createProject', { body: { project_name: project } })
      const image = await pushSmallImage(world, `${project}/app`, 'latest')
      const token = await tokenFor(world, image.repository, 'pull,push')
      const url = `${world.url}/v2/${image.repository}/manifests/latest`
      const { mediaType, text } = await readManifest(world, image, token)
      const headers = { authorization: `Bearer ${token}`, 'content-type': mediaType }
      sides.push({
        request: { method: 'PUT' as const, url, headers, body: text },
        pids: [world.pids.gateway],
      })
    }
    await nameReceivers(worlds[0]!, silent.port)
    const lines: Line[] = []
    for (const connections of [1, 8]) {
      const comparison = await sideBySide(sides[0]!, sides[1]!, connections, pace)
      const what = `manifest PUT with dead receivers, ${connections} at a time`
      lines.push(
        latencyLine({ part: 'receivers', what: `${what}: p50`, goal: { atMost: 1.2 } }, comparison),
        throughputLine({ part: 'receivers', what, goal: { atLeast: 0.8 } }, comparison),
      )
    }
    return lines
  } finally {
    for (const { berth } of worlds) await berth.stop()
    silent.close()
  }
}
