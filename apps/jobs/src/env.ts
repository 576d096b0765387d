import type { CoreSettings } from '@berth/core'
import { parsePartSettings } from '@berth/core/settings'

/** @throws SettingsError listing every problem */
export function readSettings(env: NodeJS.ProcessEnv = process.env): CoreSettings {
  // Two walks at once hold two locks each; the other jobs need connections too.
  return { ...parsePartSettings(env).core, poolSize: 6 }
}
