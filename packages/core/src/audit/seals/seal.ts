import type { Core } from '../../context/index.ts'
import type { ListedAuditLine } from '../model.ts'
import { contentSeal, FIRST_HASH, hashOf, hashSeal } from './canonical.ts'
import { type Checkpoint, type Head, isGenuineHead, signCheckpoint, signHead } from './statements.ts'
import {
  holdingSeals,
  lastPosition,
  readHead,
  readUnsealed,
  replaceHead,
  type Seal,
  SealsMoved,
  writeSeals,
} from './store.ts'

const BATCH = 2_000

export interface Sealing {
  /** Lines that have their place and hash now. */
  sealed: number
  /** Ids of lines that Berth did not write; they get no place. */
  foreign: number[]
  /** Set when the head was not ours, or older than one that this process has seen: there the chain began anew. */
  restartedAt?: number
}

/** The highest place that this process has given or seen. */
const seen = new WeakMap<Core, number>()

/**
 * Gives every line whose transaction has ended its place and its hash. One process at a time; undefined: another does
 * it. Lines of one change, and of one request, keep their order; a line is sealed once, whenever this process ends.
 */
export async function sealLines(core: Core, signal?: AbortSignal): Promise<Sealing | undefined> {
  return holdingSeals(core, async () => {
    const result: Sealing = { sealed: 0, foreign: [] }
    let head = await openHead(core, result)
    while (!signal?.aborted) {
      const lines = await readUnsealed(core, BATCH)
      if (lines.length > 0) head = await sealBatch(core, head, lines, result)
      seen.set(core, head.position)
      if (lines.length < BATCH) break
    }
    return result
  })
}

async function openHead(core: Core, result: Sealing): Promise<Head> {
  const found = await readHead(core)
  const known = seen.get(core) ?? 0
  if (found && found.position >= known && isGenuineHead(core, found)) return found
  // No place is given twice, whatever was cut off: others follow the log by them.
  const last = Math.max(await lastPosition(core), known)
  const at = new Date(core.now())
  if (!found && last === 0) {
    const head = signHead(core, { position: 0, hash: FIRST_HASH, at })
    await replaceHead(core, head)
    return head
  }
  // Somebody else has written or removed the head. Not to seal any more would serve them: what comes is sealed behind
  // a place that tells of it for ever.
  const position = last + 1
  const restart: Checkpoint = signCheckpoint(core, {
    reason: 'restarted',
    firstPosition: position,
    lastPosition: position,
    hashBefore: FIRST_HASH,
    hashAfter: FIRST_HASH,
    at,
  })
  const head = signHead(core, { position, hash: FIRST_HASH, at })
  await replaceHead(core, head, restart)
  result.restartedAt = position
  return head
}

async function sealBatch(
  core: Core,
  before: Head,
  lines: readonly ListedAuditLine[],
  result: Sealing,
): Promise<Head> {
  let { position, hash } = before
  const foreign: number[] = []
  const seals = lines.map((line): Seal => {
    if (line.seal !== contentSeal(core, line)) {
      foreign.push(line.id)
      return { id: line.id, position: -line.id, hash: null, seal: line.seal }
    }
    position++
    hash = hashOf(hash, { ...line, position })
    return { id: line.id, position, hash, seal: hashSeal(core, hash) }
  })
  const head = signHead(core, { position, hash, at: new Date(core.now()) })
  try {
    await writeSeals(core, seals, before, head)
  } catch (error) {
    if (!(error instanceof SealsMoved)) throw error
    // The lock was lost with its connection and another process went on: it does the rest.
    return before
  }
  result.sealed += seals.length - foreign.length
  result.foreign.push(...foreign)
  return head
}
