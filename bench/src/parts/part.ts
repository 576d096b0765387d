import type { Pace } from '../side-by-side.ts'
import type { Line } from '../table.ts'
import type { World } from '../world/world.ts'

export interface BenchContext {
  pace: Pace
  /** Size of the blob that is pulled and pushed. */
  blobMiB: number
  /** Of the large audit log. */
  auditLines: number
  /** The Berth with 100 × 100 × 10 artifacts, started at first use and shared by all parts. */
  large(): Promise<SeededWorld>
  /** The Berth with a hundredth of it. */
  small(): Promise<SeededWorld>
  /** What a part has measured so far, in place of what it told before: whoever ends it keeps that much. */
  soFar(lines: readonly Line[]): Promise<void>
  /** Progress for the person who waits. */
  say(text: string): void
}

export interface SeededWorld extends World {
  /** Header `authorization` of a developer of every second project. */
  member: string
}

export type Part = (context: BenchContext) => Promise<Line[]>
