import type { Core } from '../../context/index.ts'
import type { ListedAuditLine } from '../model.ts'
import { FIRST_HASH, hashOf, hashSeal } from './canonical.ts'
import { type Checkpoint, type Head, isGenuineCheckpoint, isGenuineHead } from './statements.ts'
import { lastPosition, readCheckpoints, readForeignLine, readHead, readSealed } from './store.ts'

const BATCH = 1_000
const LIMIT_MS = 3_000
// What is purged or sealed while it is looked at can look broken once, hardly several times.
const LOOKS = 3

/**
 * What is wrong at a place: `changed` its content or hash is not what was sealed; `missing` nothing stands there;
 * `inserted` a line stands where another or none belongs; `checkpoint` what stands for purged lines is not what was
 * signed; `head` the end is not signed, not there, or not what the last line says; `restarted` the head was found to be broken and the chain begins anew behind; `foreign` Berth did not write the line.
 */
export type Breach = 'changed' | 'missing' | 'inserted' | 'checkpoint' | 'head' | 'restarted' | 'foreign'

export interface Broken {
  what: Breach
  /** Null for a line without a place. */
  position: number | null
  /** Of the line; null where none stands. */
  id: number | null
}

export interface Verification {
  /** Places that were looked at; `to` is below `from` when there was none. */
  from: number
  to: number
  /** Lines, and runs of purged lines, among them. */
  lines: number
  checkpoints: number
  /** Where to go on; null at the end of the log. */
  next: number | null
  /** The first thing that is not as it was sealed. */
  broken: Broken | null
  head: Head | null
}

/** A walk along the chain. */
interface Walk {
  position: number
  hash: string
  lines: number
  checkpoints: number
}

/**
 * Walks along the chain from a place on, for some seconds at most; `next` tells where to go on. Each line proves all
 * before it, so a whole look begins at 1.
 */
export async function verifyChain(core: Core, from: number, limitMs = LIMIT_MS): Promise<Verification> {
  const endMs = performance.now() + limitMs
  let walk: Walk | undefined
  for (let look = 1; ; look++) {
    const head = await readHead(core)
    const seen = await walkOn(core, head, walk ?? from, endMs)
    if (seen.broken && look < LOOKS) {
      walk = seen.again ?? seen.walk
      continue
    }
    const { position = from - 1, lines = 0, checkpoints = 0 } = seen.walk ?? {}
    const end = !head || seen.broken || position >= head.position
    return {
      from,
      to: position,
      lines,
      checkpoints,
      next: end ? null : position + 1,
      broken: seen.broken ?? null,
      head: head ?? null,
    }
  }
}

/** `again`: from where to look once more at what is broken. */
type Look = { walk: Walk | undefined; broken?: Broken; again?: Walk }
const broken = (what: Breach, position: number | null, id: number | null = null): Broken => ({
  what,
  position,
  id,
})

async function walkOn(
  core: Core,
  head: Head | undefined,
  start: Walk | number,
  endMs: number,
): Promise<Look> {
  let walk = typeof start === 'number' ? await begin(core, start) : start
  if (!walk) return { walk, broken: broken('missing', (start as number) - 1) }
  const genuine = head !== undefined && isGenuineHead(core, head)
  // Lines tell for themselves whether they are sealed, also where the end does not.
  const end = genuine ? head.position : await lastPosition(core)
  while (walk.position < end && performance.now() < endMs) {
    const step = await walkBatch(core, end, walk)
    if (step.broken) return { ...step, again: walk }
    walk = step.walk
  }
  if (walk.position < end) return { walk }
  if (genuine) return { walk, broken: await atTheEnd(core, head, walk) }
  return head || end > 0 ? { walk, broken: broken('head', end) } : { walk }
}

/** The place before `from`, with its hash as it stands there. Undefined: it is not there. */
async function begin(core: Core, from: number): Promise<Walk | undefined> {
  const none = { lines: 0, checkpoints: 0 }
  if (from <= 1) return { position: 0, hash: FIRST_HASH, ...none }
  const before = from - 1
  const [line] = await readSealed(core, before, 1)
  if (line?.position === before && line.hash !== null) return { position: before, hash: line.hash, ...none }
  const [checkpoint] = await readCheckpoints(core, before, 1)
  if (!checkpoint || checkpoint.firstPosition > before) return undefined
  // In the middle of purged lines: the run is looked at as a whole.
  if (checkpoint.lastPosition === before) return { position: before, hash: checkpoint.hashAfter, ...none }
  return { position: checkpoint.firstPosition - 1, hash: checkpoint.hashBefore, ...none }
}

async function walkBatch(core: Core, end: number, from: Walk): Promise<Look & { walk: Walk }> {
  const found = await readSealed(core, from.position + 1, BATCH)
  const checkpoints = await readCheckpoints(core, from.position + 1, BATCH)
  // A second line at the last place may be the first of the next batch.
  const last = found.length === BATCH ? found.at(-1)!.position! : Number.POSITIVE_INFINITY
  const lines = found.filter(({ position }) => position! < last)
  if (lines.length === 0 && found.length > 0)
    return { walk: from, broken: broken('inserted', last, found[1]!.id) }
  const walk = { ...from }
  let nextLine = 0
  let nextCheckpoint = 0
  for (;;) {
    const place = walk.position + 1
    const line = lines[nextLine]
    const checkpoint = checkpoints[nextCheckpoint]
    if (line && line.position! < place) return { walk, broken: broken('inserted', line.position, line.id) }
    if (place > end) return { walk }
    if (checkpoint && checkpoint.firstPosition < place)
      return { walk, broken: broken('checkpoint', checkpoint.firstPosition) }
    if (checkpoint?.firstPosition === place) {
      if (line?.position === place) return { walk, broken: broken('inserted', place, line.id) }
      const wrong = wrongCheckpoint(core, checkpoint, walk.hash)
      if (wrong) return { walk, broken: wrong }
      walk.position = checkpoint.lastPosition
      walk.hash = checkpoint.hashAfter
      walk.checkpoints++
      nextCheckpoint++
    } else if (line?.position === place) {
      if (!isSealed(core, line, walk.hash)) return { walk, broken: broken('changed', place, line.id) }
      walk.position = place
      walk.hash = line.hash!
      walk.lines++
      nextLine++
    } else if (
      (!line && found.length === BATCH) ||
      (!checkpoint && checkpoints.length === BATCH && walk.position > from.position)
    )
      return { walk }
    else return { walk, broken: broken('missing', place) }
  }
}

function wrongCheckpoint(core: Core, checkpoint: Checkpoint, hashBefore: string): Broken | undefined {
  const { firstPosition, lastPosition } = checkpoint
  if (lastPosition < firstPosition || !isGenuineCheckpoint(core, checkpoint))
    return broken('checkpoint', firstPosition)
  if (checkpoint.reason === 'restarted') return broken('restarted', firstPosition)
  return checkpoint.hashBefore === hashBefore ? undefined : broken('checkpoint', firstPosition)
}

/** Whether a line is what Berth sealed behind that hash. */
export const isSealed = (core: Core, line: ListedAuditLine, hashBefore: string): boolean =>
  line.hash !== null &&
  line.position !== null &&
  line.seal === hashSeal(core, line.hash) &&
  line.hash === hashOf(hashBefore, { ...line, position: line.position })

async function atTheEnd(core: Core, head: Head, walk: Walk): Promise<Broken | undefined> {
  if (walk.position > head.position) return broken('checkpoint', walk.position)
  if (walk.hash !== head.hash) return broken('head', head.position)
  const [behind] = await readSealed(core, head.position + 1, 1)
  if (behind) {
    // Sealed while this looked: then the head has moved.
    const now = await readHead(core)
    if (now && now.position >= behind.position!) return undefined
    return broken('inserted', behind.position, behind.id)
  }
  const foreign = await readForeignLine(core)
  return foreign === undefined ? undefined : broken('foreign', null, foreign)
}
