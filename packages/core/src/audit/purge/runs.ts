import type { ListedAuditLine } from '../model.ts'
import type { Checkpoint } from '../seals/statements.ts'

/** Neighbouring places whose lines go together. */
export interface Run {
  firstPosition: number
  lastPosition: number
  hashBefore: string
  hashAfter: string
  ids: number[]
}

/**
 * Puts lines of whatever order together to runs without gaps. `hashBefore` knows the hash at the place before a line,
 * `genuine` whether a line is what was sealed behind that hash: one that is not stays, as what somebody has to look at.
 */
export function toRuns(
  lines: readonly ListedAuditLine[],
  hashBefore: (position: number) => string | undefined,
  genuine: (line: ListedAuditLine, hashBefore: string) => boolean,
): { runs: Run[]; kept: ListedAuditLine[] } {
  const runs: Run[] = []
  const kept: ListedAuditLine[] = []
  const sorted = [...lines].sort((left, right) => left.position! - right.position!)
  let before: ListedAuditLine | undefined
  for (const line of sorted) {
    const position = line.position!
    const hash = before?.position === position - 1 ? before.hash! : hashBefore(position)
    // Two at one place: neither can be told from what was sealed.
    const twice = before?.position === position
    before = line
    if (twice || hash === undefined || !genuine(line, hash)) {
      kept.push(line)
      continue
    }
    const run = runs.at(-1)
    if (run && run.lastPosition === position - 1) {
      run.lastPosition = position
      run.hashAfter = line.hash!
      run.ids.push(line.id)
    } else
      runs.push({
        firstPosition: position,
        lastPosition: position,
        hashBefore: hash,
        hashAfter: line.hash!,
        ids: [line.id],
      })
  }
  return { runs, kept }
}

/** The run together with what was purged before and behind it, and which checkpoints that replaces. */
export function joined(
  { ids: _, ...run }: Run,
  before: Checkpoint | undefined,
  behind: Checkpoint | undefined,
): { checkpoint: Omit<Run, 'ids'>; replaces: Checkpoint[] } {
  const replaces: Checkpoint[] = []
  const checkpoint = { ...run }
  if (before?.reason === 'purged' && before.hashAfter === run.hashBefore) {
    checkpoint.firstPosition = before.firstPosition
    checkpoint.hashBefore = before.hashBefore
    replaces.push(before)
  }
  if (behind?.reason === 'purged' && behind.hashBefore === run.hashAfter) {
    checkpoint.lastPosition = behind.lastPosition
    checkpoint.hashAfter = behind.hashAfter
    replaces.push(behind)
  }
  return { checkpoint, replaces }
}
