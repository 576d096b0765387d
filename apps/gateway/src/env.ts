import type { CoreSettings } from '@berth/core'
import type { MetricsAddress } from '@berth/core/metrics'
import { parsePartSettings } from '@berth/core/settings'
import { type TrustedProxies, trustedProxies } from './client-address.ts'

export interface GatewaySettings {
  core: CoreSettings
  metrics: MetricsAddress | undefined
  port: number
  webUrl: string | undefined
  trustedProxies: TrustedProxies
}

/** @throws SettingsError listing every problem */
export function readSettings(env: NodeJS.ProcessEnv = process.env): GatewaySettings {
  const { core, metrics, given } = parsePartSettings(env, [
    'BERTH_PORT',
    'BERTH_TRUSTED_PROXIES?',
    'BERTH_WEB_URL?',
  ])
  return {
    port: given.BERTH_PORT,
    metrics,
    webUrl: given.BERTH_WEB_URL,
    trustedProxies: trustedProxies(given.BERTH_TRUSTED_PROXIES ?? []),
    // Health asks the console too.
    core: { ...core, webUrl: given.BERTH_WEB_URL },
  }
}
