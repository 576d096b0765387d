import { readSettings } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { dayOf, SPANS } from './days/model.ts'
import { removeOldest } from './store.ts'

/**
 * Forgets days that are older than the settings say: those of tags first, later those of repositories and projects. The
 * sums of the whole installation stay.
 *
 * @returns rows removed
 */
export async function purgeStatistics(core: Core, signal?: AbortSignal): Promise<number> {
  const today = dayOf(core.now())
  const settings = await readSettings(core, ['statistics_retention_days', 'statistics_tag_retention_days'])
  const tags = today - settings.statistics_tag_retention_days
  const others = today - settings.statistics_retention_days
  let removed = 0
  for (const [table, before] of [
    ['tag_days', tags],
    ['repository_days', others],
    // Those whose last day is too old.
    ['repository_spans', others - Math.max(...SPANS) + 1],
    ['project_days', others],
  ] as const)
    removed += await removeOldest(core, table, before, signal)
  return removed
}
