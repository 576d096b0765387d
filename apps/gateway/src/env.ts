import type { CoreSettings } from '@berth/core'
import { parseSettings } from '@berth/core/settings'

export interface GatewaySettings {
  core: CoreSettings
  port: number
  webUrl: string | undefined
}

/** @throws SettingsError listing every problem */
export function readSettings(env: NodeJS.ProcessEnv = process.env): GatewaySettings {
  const given = parseSettings(env, [
    'BERTH_PORT',
    'BERTH_EXTERNAL_URL',
    'BERTH_SECRET_KEY',
    'BERTH_NODE_NAME',
    'BERTH_WEB_URL?',
    'DATABASE_URL',
    'REDIS_URL?',
    'REGISTRY_URL',
    'REGISTRY_USERNAME?',
    'REGISTRY_PASSWORD?',
  ])
  const { REGISTRY_USERNAME: username, REGISTRY_PASSWORD: password } = given
  return {
    port: given.BERTH_PORT,
    webUrl: given.BERTH_WEB_URL,
    core: {
      databaseUrl: given.DATABASE_URL,
      secretKey: given.BERTH_SECRET_KEY,
      externalUrl: given.BERTH_EXTERNAL_URL,
      registryUrl: given.REGISTRY_URL,
      registryCredentials: username && password ? { username, password } : undefined,
      redisUrl: given.REDIS_URL,
      nodeName: given.BERTH_NODE_NAME,
    },
  }
}
