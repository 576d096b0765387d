import { type Digest, digestOf, MEDIA_TYPES } from '@berth/registry-client'

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
export const config = encode({ architecture: 'amd64', os: 'linux' })
const descriptor = { mediaType: MEDIA_TYPES.ociConfig, digest: digestOf(config), size: config.byteLength }

/** An image without layers, which differs from all others. */
export function manifestOf(n: number): { digest: Digest; bytes: Uint8Array } {
  const bytes = encode({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config: descriptor,
    layers: [],
    annotations: { n: String(n) },
  })
  return { digest: digestOf(bytes), bytes }
}

/** Changes of one follow one another. */
export const REPOSITORIES = 12

/** One change, and what a line about it says. */
export interface Operation {
  part: 'gateway' | 'api'
  method: string
  path: string
  body?: Uint8Array | string
  type?: string
  /** Harbor's name of the line that it leaves. */
  line: string
}

/** What clients did so far, so that later changes meet something. */
export interface Pushed {
  repository: string
  digest: Digest
  n: number
}

/** The `n`th change: mostly pushes, some of them again, and what takes them away again. */
export function operationOf(n: number, random: () => number, pushed: Pushed[]): Operation {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  const known = pushed.length > 0 ? pick(pushed.slice(-30)) : undefined
  const repository = `team/app${Math.floor(random() * REPOSITORIES)}`
  const tag = `t${Math.floor(random() * 8)}`
  const kind = random()
  const put = (to: Pushed, reference: string): Operation => ({
    part: 'gateway',
    method: 'PUT',
    path: `/v2/${to.repository}/manifests/${reference}`,
    body: manifestOf(to.n).bytes,
    type: MEDIA_TYPES.ociManifest,
    line: 'create_artifact',
  })
  const fresh: Pushed = { repository, digest: manifestOf(n).digest, n }
  if (!known || kind < 0.5) {
    pushed.push(fresh)
    return put(fresh, kind < 0.4 ? tag : fresh.digest)
  }
  const [project, name] = known.repository.split('/')
  const artifact = `/api/v2.0/projects/${project}/repositories/${name}/artifacts/${known.digest}`
  if (kind < 0.6) return put(known, tag)
  if (kind < 0.7)
    return {
      part: 'api',
      method: 'POST',
      path: `${artifact}/tags`,
      body: JSON.stringify({ name: `new${n}` }),
      type: 'application/json',
      line: 'create_tag',
    }
  if (kind < 0.8)
    return {
      part: 'gateway',
      method: 'DELETE',
      path: `/v2/${repository}/manifests/${tag}`,
      line: 'delete_tag',
    }
  if (kind < 0.85) return { part: 'api', method: 'DELETE', path: artifact, line: 'delete_artifact' }
  if (kind < 0.9)
    return {
      part: 'gateway',
      method: 'DELETE',
      path: `/v2/${known.repository}/manifests/${known.digest}`,
      line: 'delete_artifact',
    }
  return {
    part: 'api',
    method: 'PUT',
    path: '/api/v2.0/configurations',
    // A value that it never had before: what changes nothing leaves no line.
    body: JSON.stringify({ robot_token_duration: n + 1_000 }),
    type: 'application/json',
    line: 'update_configuration',
  }
}
