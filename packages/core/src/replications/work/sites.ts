import type { RepositoryName } from '@berth/registry-client'
import { projectOf } from '../../artifacts/index.ts'
import { projectFacts } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { openPeer, type Registry } from '../../registries/index.ts'
import type { ReplicationPolicy } from '../model.ts'
import { localSite, openSite, type Site, withOrigin } from '../sites/index.ts'
import { noteAlive } from './alive.ts'
import { untilGrace } from './grace.ts'
import type { Direction } from './model.ts'

const PREPARED_MS = 10 * 60_000
const PREPARED = 10_000

export interface Ends {
  from: Site
  to: Site
  /** Whether the other registry has answered anything. */
  heard: () => boolean
  /** How often it has, but for lists of repositories: of what it has under them they say nothing. */
  answers: () => number
}

/** The two sides of a policy. @throws RegistryError where credentials have to be asked for first */
export async function openEnds(
  core: Core,
  policy: ReplicationPolicy,
  registry: Registry,
  direction: Direction,
): Promise<Ends> {
  let answers = 0
  let isListed = false
  const remote = withOrigin(
    await openSite(core, registry),
    () => {
      answers++
      noteAlive(core, registry.id)
    },
    () => {
      isListed = true
    },
  )
  // As long as the column for names of actors.
  const local = withOrigin(localSite(core, { actorName: `replication:${policy.name}`.slice(0, 255) }))
  const sides = direction === 'push' ? { from: local, to: remote } : { from: remote, to: local }
  return { ...sides, heard: () => isListed || answers > 0, answers: () => answers }
}

/**
 * Makes what a repository needs at the target before anything can go there; each once in a while. Many wait for the same,
 * so nobody's end ends it, and nobody who has to end waits for it.
 *
 * @throws the signal's reason
 */
export async function prepareTarget(
  core: Core,
  registry: Registry,
  direction: Direction,
  { to }: Ends,
  { source, target }: { source: RepositoryName; target: RepositoryName },
  signal: AbortSignal,
): Promise<void> {
  const cache = core.cache<true>('replications.prepared', PREPARED_MS, PREPARED)
  const prepared = cache.get(keyOf(registry.id, direction, target), async () => {
    const isPublic =
      direction === 'push'
        ? (await projectFacts(core, { name: projectOf(source) }))?.public === true
        : (await (await openPeer(core, registry))?.project(projectOf(source)))?.isPublic === true
    await to.prepare(target, { public: isPublic })
    return true
  })
  await untilGrace(prepared, signal, 0)
}

/** What was made for a repository may be gone again. */
export const forgetPrepared = (
  core: Core,
  registryId: number,
  direction: Direction,
  target: RepositoryName,
): void =>
  core
    .cache<true>('replications.prepared', PREPARED_MS, PREPARED)
    .delete(keyOf(registryId, direction, target))

const keyOf = (registryId: number, direction: Direction, target: string): string =>
  `${registryId} ${direction} ${target}`
