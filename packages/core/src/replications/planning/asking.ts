import type { Digest } from '@berth/registry-client'

const DAY_MS = 24 * 60 * 60_000
/** Each of them is asked on a day of its own. */
const PARTS = 7
/** Of a policy that compares no more tags all images are asked by each run. */
const FEW = 500

/** How far a policy has asked its images in step for what was attached to them since. */
export interface Asked {
  /** Tags in step and artifacts behind, by its last run; undefined before the first one. */
  images: number | undefined
  /** All parts that were due by then were asked, up to this one, which is next. */
  at: Date
  part: number
}

/**
 * Which images in step a run asks for what is attached to them, where nothing else tells, beside what a comparison may cost:
 * of few all; of many a seventh for each day since the last time, with those that came meanwhile.
 */
export interface Asking {
  /** @param cameAt when it came to the target, where that is known */
  mayAsk(subject: Digest, cameAt: Date | undefined): boolean
  /** What is to be remembered once a run is through. */
  after(images: number): Asked
}

export function openAsking(asked: Asked | undefined, nowMs: number): Asking {
  const { images, at, part } = asked ?? { images: undefined, at: new Date(nowMs), part: 0 }
  const isFew = images !== undefined && images <= FEW
  let left = isFew ? FEW : 0
  const days = Math.max(0, Math.floor((nowMs - at.getTime()) / DAY_MS))
  const due = new Set(Array.from({ length: Math.min(days, PARTS) }, (_, n) => (part + n) % PARTS))
  return {
    mayAsk: (subject, cameAt) =>
      left-- > 0 || due.has(partOf(subject)) || (days > 0 && cameAt !== undefined && cameAt > at),
    after: (compared) =>
      isFew && left >= 0
        ? { images: compared, at: new Date(nowMs), part }
        : { images: compared, at: new Date(at.getTime() + days * DAY_MS), part: (part + days) % PARTS },
  }
}

const partOf = (digest: Digest): number =>
  Number.parseInt(digest.slice(digest.indexOf(':') + 1).slice(0, 8), 16) % PARTS
