import type { CoreSettings } from '@berth/core'
import type { MetricsAddress } from '@berth/core/metrics'
import { parsePartSettings } from '@berth/core/settings'

/** @throws SettingsError listing every problem */
export function readSettings(env: NodeJS.ProcessEnv = process.env): {
  core: CoreSettings
  metrics: MetricsAddress | undefined
} {
  const { core, metrics } = parsePartSettings(env)
  // Two walks at once hold two locks each; the other jobs need connections too.
  return { core: { ...core, poolSize: 6 }, metrics }
}
