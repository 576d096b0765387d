import { type Digest, NotFoundError, type Tag } from '@berth/registry-client'
import { MAX_SEEN } from '../../audit/index.ts'
import type { Core } from '../../context/index.ts'
import { DomainError } from '../../errors/index.ts'
import { adapterOf, type Registry } from '../../registries/index.ts'
import { readInstanceId } from '../../system-info/index.ts'
import {
  type ArtifactCopy,
  type Copying,
  type CopyResult,
  carryLabels,
  copyBetween,
} from '../copying/index.ts'
import { passing } from '../following/index.ts'
import type { ReplicationPolicy } from '../model.ts'
import { originOf } from '../sites/index.ts'
import { noteAlive } from './alive.ts'
import type { Hold } from './hold.ts'
import { watchSize } from './late.ts'
import type { Direction, Transfer } from './model.ts'
import { sentenceOf } from './outcome.ts'
import { type Ends, forgetPrepared, prepareTarget } from './sites.ts'

/** Harbor's size of a part. */
const CHUNK_BYTES = 10 * 1024 * 1024
/** Whoever pushes faster than it can be copied has an event, or the next run, for what comes last. */
const MAX_ROUNDS = 5

interface Bringing {
  transfer: Transfer
  policy: ReplicationPolicy
  registry: Registry
  ends: Ends
  held: Hold
  /** Another worker had it before. */
  again: boolean
}

/** With what the tags are on at the target now: this artifact, or what the source has under them since. */
type Brought = CopyResult & { placed: ReadonlyMap<Tag, Digest> }

/**
 * Copies one artifact as the policy says. A tag that the source has moved while it was put is brought once more, as long as
 * the target has what was put here: somebody else may have put the newer one before, which this one has undone.
 */
export async function bringNewest(core: Core, doing: Bringing, artifact: ArtifactCopy): Promise<Brought> {
  const { policy, ends, held } = doing
  const { source, target } = artifact
  const { signal } = held
  let result = await bring(core, doing, artifact)
  const placed = new Map(result.tagged.map((tag) => [tag, artifact.digest]))
  let overtaken = result.overtaken ?? []
  for (let round = 0; overtaken.length > 0; round++) {
    const wanted = await passing({ policy, from: ends.from, source, signal }, overtaken)
    const ours: typeof wanted = []
    for (const one of wanted)
      if ((await ends.to.head(target, one.tag, { signal }))?.digest === placed.get(one.tag)) ours.push(one)
    if (round === MAX_ROUNDS) {
      const tags = ours.map(({ tag }) => tag).join(', ')
      if (tags) result.warnings.push(`${tags} moves at the source faster than it can be copied`)
      break
    }
    overtaken = []
    for (const [digest, found] of Map.groupBy(ours, (one) => one.digest)) {
      const tags = found.map(({ tag }) => tag)
      const more = await bring(core, doing, { source, target, digest, tags })
      result = together(result, more, `${tags.join(', ')} had moved at the source meanwhile: brought again`)
      for (const tag of more.tagged) placed.set(tag, digest)
      overtaken.push(...(more.overtaken ?? []))
    }
  }
  return { ...result, placed }
}

const together = (one: CopyResult, more: CopyResult, note: string): CopyResult => ({
  outcome: 'copied',
  bytesSent: one.bytesSent + more.bytesSent,
  blobsSent: one.blobsSent + more.blobsSent,
  blobsMounted: one.blobsMounted + more.blobsMounted,
  manifestsPut: one.manifestsPut + more.manifestsPut,
  tagged: [...new Set([...one.tagged, ...more.tagged])],
  warnings: [...one.warnings, ...more.warnings],
  notes: [...(one.notes ?? []), note, ...(more.notes ?? [])],
})

/** Copies one artifact as the policy says, and tells the other Berth where it has been and goes to from here. */
async function bring(
  core: Core,
  { transfer, policy, registry, ends, held, again }: Bringing,
  artifact: ArtifactCopy,
): Promise<CopyResult> {
  const { direction } = transfer
  const { signal, progress } = held
  // Something to follow may bring several.
  const before = { ...progress }
  const sized = watchSize(core, transfer, registry, held)
  const copying: Copying = {
    ...ends,
    artifact,
    options: {
      override: policy.override,
      ...((policy.copyByChunk || takesParts(registry, direction)) && { chunkBytes: CHUNK_BYTES }),
      speedKbps: policy.speedKbps,
      again,
      seen: await seenOf(core, { transfer, registry }),
      signal,
      onProgress: (now) => {
        const sentBytes = before.sentBytes + now.sentBytes
        const more = Math.max(0, sentBytes - progress.sentBytes)
        core.metrics.add('berth_replication_bytes_total', [direction], more)
        if (more > 0) noteAlive(core, registry.id)
        Object.assign(progress, {
          doneBytes: before.doneBytes + now.doneBytes,
          sizeBytes: before.sizeBytes + now.sizeBytes,
          sentBytes: Math.max(sentBytes, progress.sentBytes),
        })
        sized()
      },
    },
  }
  const prepared = async () => {
    await prepareTarget(core, registry, direction, ends, artifact, signal)
    signal.throwIfAborted()
    return copyBetween(core, copying)
  }
  const result = await prepared().catch((error) => {
    if (signal.aborted || !isGone(error, ends)) throw error
    forgetPrepared(core, registry.id, direction, artifact.target)
    return prepared()
  })
  if (result.outcome === 'skipped') return result
  const notes = await carryLabels(copying, (error) => sentenceOf(error, policy.name))
  return { ...result, notes: [...(result.notes ?? []), ...notes] }
}

/** What was prepared for it a while ago may have been deleted since. */
const isGone = (error: unknown, { to }: Ends): boolean =>
  (error instanceof DomainError && error.code === 'NOT_FOUND') ||
  (error instanceof NotFoundError && originOf(error) === to.key)

/** Instance ids to tell the target: where something comes from, and who else has it or gets it from there. */
export async function seenOf(
  core: Core,
  { transfer, registry }: { transfer: Transfer; registry: Registry },
): Promise<string[]> {
  const from = transfer.direction === 'push' ? await readInstanceId(core) : registry.instanceId
  const ids = from ? [from, ...transfer.seen] : transfer.seen
  return [...new Set(ids)].slice(0, MAX_SEEN)
}

/** Where the protocol is known to, nothing is lost by parts but an answer for each; the registry behind Berth takes them. */
const takesParts = ({ type }: Registry, direction: Direction): boolean =>
  direction === 'pull' || adapterOf(type).chunks
