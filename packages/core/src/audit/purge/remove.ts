import type { Core } from '../../context/index.ts'
import type { ListedAuditLine } from '../model.ts'
import { FIRST_HASH } from '../seals/canonical.ts'
import { type Checkpoint, isGenuineCheckpoint, signCheckpoint } from '../seals/statements.ts'
import { isSealed } from '../seals/verify.ts'
import { joined, toRuns } from './runs.ts'
import { readCheckpointsAt, readHashes, replaceLines } from './store.ts'

/**
 * Takes lines out of the log and leaves signed checkpoints in their places. What is not as it was sealed stays: a purge
 * wipes away no traces.
 */
export async function removeLines(
  core: Core,
  lines: readonly ListedAuditLine[],
): Promise<{ removed: number; kept: number }> {
  const places = new Set(lines.map(({ position }) => position!))
  const ends = [...places].filter((position) => !places.has(position - 1)).map((position) => position - 1)
  const begins = [...places].filter((position) => !places.has(position + 1)).map((position) => position + 1)
  const [hashes, found] = await Promise.all([
    readHashes(core, ends),
    readCheckpointsAt(core, { ending: ends, beginning: begins }),
  ])
  const checkpoints = found.filter((checkpoint) => isGenuineCheckpoint(core, checkpoint))
  const endingAt = new Map(checkpoints.map((checkpoint) => [checkpoint.lastPosition, checkpoint]))
  const beginningAt = new Map(checkpoints.map((checkpoint) => [checkpoint.firstPosition, checkpoint]))
  const hashBefore = (position: number) =>
    position === 1 ? FIRST_HASH : (endingAt.get(position - 1)?.hashAfter ?? hashes.get(position - 1))
  const { runs, kept } = toRuns(lines, hashBefore, (line, hash) => isSealed(core, line, hash))
  if (runs.length === 0) return { removed: 0, kept: kept.length }

  const at = new Date(core.now())
  const made = new Map<number, Checkpoint>()
  const replaces = new Map<number, Checkpoint>()
  for (const run of runs) {
    // What the run before has become may reach up to here, through a checkpoint between the two.
    const last = [...made.values()].at(-1)
    const before = last?.lastPosition === run.firstPosition - 1 ? last : endingAt.get(run.firstPosition - 1)
    const { checkpoint, replaces: old } = joined(run, before, beginningAt.get(run.lastPosition + 1))
    for (const each of old) if (!made.delete(each.firstPosition)) replaces.set(each.firstPosition, each)
    made.set(checkpoint.firstPosition, signCheckpoint(core, { ...checkpoint, reason: 'purged', at }))
  }
  const ids = runs.flatMap((run) => run.ids)
  await replaceLines(core, ids, [...replaces.values()], [...made.values()])
  return { removed: ids.length, kept: kept.length }
}
