import type { Core } from '../../context/index.ts'
import { projectsToldOfPulls } from '../../webhooks/index.ts'

/**
 * Ids of projects in which somebody wants to be told of every pull; asked for each batch of pulls. Without a listener
 * they would be the most frequent event of all.
 */
export const projectsWantingPulls = (core: Core): Promise<ReadonlySet<number>> => projectsToldOfPulls(core)
