import { latencyLine, sideBySide, throughputLine } from '../side-by-side.ts'
import type { Line } from '../table.ts'
import { pushSmallImage, tokenFor } from '../world/registry-http.ts'
import { probeProject } from '../world/seed.ts'
import type { Part } from './part.ts'

/** Manifests through the gateway against the registry itself, asked with the same token. */
export const manifests: Part = async ({ large, pace }) => {
  const world = await large()
  const image = await pushSmallImage(world, `${probeProject}/bench/manifests`, 'latest')
  const token = await tokenFor(world, image.repository, 'pull')
  const headers = {
    authorization: `Bearer ${token}`,
    accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json',
  }
  const path = `/v2/${image.repository}/manifests/${image.tag}`
  const lines: Line[] = []
  for (const method of ['GET', 'HEAD'] as const) {
    const berth = {
      request: { method, url: `${world.url}${path}`, headers },
      pids: [world.pids.gateway, world.pids.registry],
    }
    const bare = {
      request: { method, url: `${world.registryUrl}${path}`, headers },
      pids: [world.pids.registry],
    }
    for (const connections of [1, 16]) {
      const comparison = await sideBySide(berth, bare, connections, pace)
      const what = `manifest ${method}, ${connections} at a time`
      lines.push(
        latencyLine({ part: 'manifests', what: `${what}: p50`, goal: { atMost: 1.3 } }, comparison),
        throughputLine({ part: 'manifests', what, goal: { atLeast: 0.7 } }, comparison),
      )
    }
  }
  return lines
}
