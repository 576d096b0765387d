import type { CoreSettings } from '../context/index.ts'
import type { MetricsAddress } from '../metrics/index.ts'
import { type ParsedSettings, parseSettings, type SettingRequest } from './parse.ts'

/** What every process that makes a Core asks of the environment. */
export const coreSettingNames = [
  'BERTH_EXTERNAL_URL',
  'BERTH_SECRET_KEY',
  'BERTH_METRICS_HOST',
  'BERTH_METRICS_PORT?',
  'BERTH_NODE_NAME',
  'DATABASE_URL',
  'REDIS_URL?',
  'REGISTRY_URL',
  'REGISTRY_USERNAME?',
  'REGISTRY_PASSWORD?',
  'REGISTRY_CA_FILE?',
] as const satisfies SettingRequest[]

/** A part's settings: what its Core needs, and the others that it names. @throws SettingsError listing every problem */
export function parsePartSettings<const R extends SettingRequest = never>(
  env: Record<string, string | undefined>,
  others: readonly R[] = [],
): {
  core: CoreSettings
  /** Undefined: nobody asked for metrics. */
  metrics: MetricsAddress | undefined
  given: ParsedSettings<(typeof coreSettingNames)[number] | R>
} {
  const given = parseSettings(env, [...coreSettingNames, ...others])
  const known: ParsedSettings<(typeof coreSettingNames)[number]> = given
  const { REGISTRY_USERNAME: username, REGISTRY_PASSWORD: password } = known
  const { BERTH_METRICS_PORT: port, BERTH_METRICS_HOST: host } = known
  return {
    given,
    metrics: port === undefined ? undefined : { port, host },
    core: {
      databaseUrl: known.DATABASE_URL,
      secretKey: known.BERTH_SECRET_KEY,
      externalUrl: known.BERTH_EXTERNAL_URL,
      registryUrl: known.REGISTRY_URL,
      registryCredentials: username && password ? { username, password } : undefined,
      registryCa: known.REGISTRY_CA_FILE?.pem,
      redisUrl: known.REDIS_URL,
      nodeName: known.BERTH_NODE_NAME,
    },
  }
}
