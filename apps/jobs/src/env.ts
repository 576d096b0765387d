import type { CoreSettings } from '@berth/core'
import { parseSettings } from '@berth/core/settings'

/** @throws SettingsError listing every problem */
export function readSettings(env: NodeJS.ProcessEnv = process.env): CoreSettings {
  const given = parseSettings(env, [
    'BERTH_EXTERNAL_URL',
    'BERTH_SECRET_KEY',
    'BERTH_NODE_NAME',
    'DATABASE_URL',
    'REDIS_URL?',
    'REGISTRY_URL',
    'REGISTRY_USERNAME?',
    'REGISTRY_PASSWORD?',
    'REGISTRY_CA_FILE?',
  ])
  const { REGISTRY_USERNAME: username, REGISTRY_PASSWORD: password } = given
  return {
    databaseUrl: given.DATABASE_URL,
    secretKey: given.BERTH_SECRET_KEY,
    externalUrl: given.BERTH_EXTERNAL_URL,
    registryUrl: given.REGISTRY_URL,
    registryCredentials: username && password ? { username, password } : undefined,
    registryCa: given.REGISTRY_CA_FILE?.pem,
    redisUrl: given.REDIS_URL,
    nodeName: given.BERTH_NODE_NAME,
    // Two walks at once hold two locks each; the other jobs need connections too.
    poolSize: 6,
  }
}
