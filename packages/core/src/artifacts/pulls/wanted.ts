import type { Core } from '../../context/index.ts'

const NOBODY: ReadonlySet<number> = new Set()

/**
 * Ids of projects in which somebody wants to be told of every pull; asked for each batch of pulls. Nobody listens to
 * them yet: without a listener they would be the most frequent event of all.
 */
export const projectsWantingPulls = async (_core: Core): Promise<ReadonlySet<number>> => NOBODY
