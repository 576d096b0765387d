import { parseDigest, parseTag, type RepositoryName } from '@berth/registry-client'
import type { Core } from '../../../context/index.ts'
import { registryClient } from '../../../registry/index.ts'
import { repositoryNamed } from '../../name.ts'
import { changingRepository, resolveReference } from '../../store.ts'
import { finishRepository } from '../finish-repository.ts'
import { finishArtifact } from '../remove-manifest.ts'
import { finishTag, takePlaceholderOff } from '../untag.ts'
import { writeRemoval } from './line.ts'
import { type BegunRemoval, endRemoval, hasRemovals, readRemovals } from './store.ts'

// Longer than whoever began one waits for the registry and the database together.
const LEFT_BEHIND_MS = 120_000
const AT_ONCE = 100
/** Not that the registry refused it: it ended in between, and what was to go is there now, or somebody else's deletion. */
const CUT_SHORT = { result: 'failed', detail: { cut_short: true } } as const

export interface Settling {
  settled: number
  unclear: number
  /** The last of the errors. */
  problem?: unknown
}

/**
 * Ends removals whose process ended between the registry and the line. What the registry has lost goes from the index too,
 * with what goes along with it, in the name of who asked. What it still holds was not removed, or sent again since: that
 * line says that it failed, and that nobody knows better, unless one does already. Of what the registry tells nothing
 * stays for the next time.
 */
export async function settleRemovals(core: Core, signal?: AbortSignal): Promise<Settling> {
  const settling: Settling = { settled: 0, unclear: 0 }
  const before = new Date(core.now() - LEFT_BEHIND_MS)
  // One whose storage fails says so once, however often a client asked it to delete.
  const silent = new Set<string>()
  let after = 0n
  while (true) {
    const removals = await readRemovals(core, { before, after }, AT_ONCE)
    for (const removal of removals) {
      if (signal?.aborted) return settling
      after = removal.id
      try {
        if (silent.has(removal.repository)) settling.unclear++
        else if (await settleLate(core, removal)) settling.settled++
      } catch (error) {
        silent.add(removal.repository)
        settling.unclear++
        settling.problem = error
      }
    }
    if (removals.length < AT_ONCE) return settling
  }
}

const settleLate = (core: Core, removal: BegunRemoval): Promise<boolean> =>
  changingRepository(core, removal.repository, () => settleOne(core, removal, true), { adds: false })

/**
 * The same for what has just been found missing in the registry, before it is forgotten as nobody's doing. Call it under
 * `changingRepository`: whoever began it has ended. What the registry still holds may be on its way, and waits.
 */
export async function settleRepository(core: Core, repository: string): Promise<void> {
  if (!(await hasRemovals(core, repository))) return
  for (const removal of await readRemovals(core, { repository }, AT_ONCE))
    await settleOne(core, removal, false)
}

/** @returns false when it waits, or somebody else has ended it */
async function settleOne(core: Core, removal: BegunRemoval, isLate: boolean): Promise<boolean> {
  const repository = repositoryNamed(removal.repository)
  if ((await isIndexed(core, removal)) && !(await isHeld(core, repository, removal)))
    return finish(core, removal)
  if (removal.kind === 'repository' && (await finishRepository(core, removal))) return true
  if (!isLate) return false
  return core.db.transaction(async (tx) => {
    if (!(await endRemoval(tx, removal.id))) return false
    if (!removal.failed) await writeRemoval(core, tx, removal, CUT_SHORT)
    return true
  })
}

/** Whether there is something left to finish: another request may have done it since. */
async function isIndexed(core: Core, removal: BegunRemoval): Promise<boolean> {
  if (removal.kind !== 'artifact' && removal.kind !== 'tag') return true
  const reference = removal.kind === 'tag' ? removal.tag : removal.digest
  return (await resolveReference(core, removal.repository, reference))?.digest === removal.digest
}

async function isHeld(core: Core, repository: RepositoryName, removal: BegunRemoval): Promise<boolean> {
  const client = registryClient(core)
  if (removal.kind === 'blob')
    return (await client.headBlob(repository, parseDigest(removal.digest))) !== undefined
  if (removal.kind === 'artifact')
    return (await client.headManifest(repository, parseDigest(removal.digest))) !== undefined
  if (removal.kind === 'repository') return true
  const held = await client.headManifest(repository, parseTag(removal.tag))
  if (!held) return false
  return held.digest === removal.digest || !(await takePlaceholderOff(client, repository, removal.tag))
}

function finish(core: Core, removal: BegunRemoval): Promise<boolean> {
  if (removal.kind === 'artifact') return finishArtifact(core, removal)
  if (removal.kind === 'tag') return finishTag(core, removal)
  return core.db.transaction(async (tx) => {
    if (!(await endRemoval(tx, removal.id))) return false
    await writeRemoval(core, tx, removal)
    return true
  })
}
