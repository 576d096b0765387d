import type { CoreSettings } from '@berth/core'
import { parseSettings } from '@berth/core/settings'
import { type TrustedProxies, trustedProxies } from './client-address.ts'

export interface GatewaySettings {
  core: CoreSettings
  port: number
  webUrl: string | undefined
  trustedProxies: TrustedProxies
}

/** @throws SettingsError listing every problem */
export function readSettings(env: NodeJS.ProcessEnv = process.env): GatewaySettings {
  const given = parseSettings(env, [
    'BERTH_PORT',
    'BERTH_EXTERNAL_URL',
    'BERTH_SECRET_KEY',
    'BERTH_NODE_NAME',
    'BERTH_TRUSTED_PROXIES?',
    'BERTH_WEB_URL?',
    'DATABASE_URL',
    'REDIS_URL?',
    'REGISTRY_URL',
    'REGISTRY_USERNAME?',
    'REGISTRY_PASSWORD?',
    'REGISTRY_CA_FILE?',
  ])
  const { REGISTRY_USERNAME: username, REGISTRY_PASSWORD: password } = given
  return {
    port: given.BERTH_PORT,
    webUrl: given.BERTH_WEB_URL,
    trustedProxies: trustedProxies(given.BERTH_TRUSTED_PROXIES ?? []),
    core: {
      databaseUrl: given.DATABASE_URL,
      secretKey: given.BERTH_SECRET_KEY,
      externalUrl: given.BERTH_EXTERNAL_URL,
      registryUrl: given.REGISTRY_URL,
      // Health asks the console too.
      webUrl: given.BERTH_WEB_URL,
      registryCredentials: username && password ? { username, password } : undefined,
      registryCa: given.REGISTRY_CA_FILE?.pem,
      redisUrl: given.REDIS_URL,
      nodeName: given.BERTH_NODE_NAME,
    },
  }
}
