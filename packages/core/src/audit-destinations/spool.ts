import { readLastPosition, readPlacedLines } from '../audit/index.ts'
import { readSettings } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import type { Destination, DestinationState } from './model.ts'
import { type Backlog, exceeds, type SpoolLimit, stateOf } from './rules.ts'
import { readDestinations } from './store.ts'

const HOUR_MS = 3_600_000

async function spoolLimit(core: Core): Promise<SpoolLimit> {
  const settings = await readSettings(core, ['audit_log_spool_lines', 'audit_log_spool_hours'])
  return { lines: settings.audit_log_spool_lines, ageMs: settings.audit_log_spool_hours * HOUR_MS }
}

export interface WatchedDestination extends Destination {
  state: DestinationState
  backlog: Backlog
}

/** All of them, with what waits for each. */
export async function watchDestinations(core: Core): Promise<WatchedDestination[]> {
  const destinations = await readDestinations(core)
  if (destinations.length === 0) return []
  const [limit, head] = await Promise.all([spoolLimit(core), readLastPosition(core)])
  const now = core.now()
  return Promise.all(
    destinations.map(async (destination) => {
      const backlog = await backlogOf(core, destination, head)
      return { ...destination, backlog, state: stateOf(destination, backlog, limit, now) }
    }),
  )
}

async function backlogOf(core: Core, { position }: Destination, head: number): Promise<Backlog> {
  if (position >= head) return { lines: 0, oldestAt: null }
  const [oldest] = await readPlacedLines(core, position, 1)
  return { lines: head - position, oldestAt: oldest?.at ?? null }
}

/**
 * From this position on a purge leaves the lines alone: a receiver still has to get them. Undefined: nobody waits for
 * anything, or has been waited for longer than the settings allow.
 */
export async function neededFrom(core: Core): Promise<number | undefined> {
  const limit = await spoolLimit(core)
  const waiting = (await watchDestinations(core)).filter(
    ({ enabled, backlog }) => enabled && backlog.lines > 0 && !exceeds(backlog, limit, core.now()),
  )
  return waiting.length === 0 ? undefined : Math.min(...waiting.map(({ position }) => position)) + 1
}

/** The names of those that lose lines or are about to; for health, the log and metrics. */
export const losingDestinations = async (core: Core): Promise<string[]> =>
  (await watchDestinations(core)).filter(({ state }) => state === 'losing').map(({ name }) => name)
