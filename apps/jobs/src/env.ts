import type { CoreSettings } from '@berth/core'
import type { MetricsAddress } from '@berth/core/metrics'
import { parsePartSettings } from '@berth/core/settings'

/**
 * Locks are held for as long as the work under them takes: two for each patient job that runs, one for each prompt one.
 * With fewer connections a dispatch would wait for those of walks.
 */
export const pools = { poolSize: 6, lockPoolSize: 24 }

/** @throws SettingsError listing every problem */
export function readSettings(env: NodeJS.ProcessEnv = process.env): {
  core: CoreSettings
  metrics: MetricsAddress | undefined
} {
  const { core, metrics } = parsePartSettings(env)
  return { core: { ...core, ...pools }, metrics }
}
