import { openSecrets, parseSettings, SettingsError } from './server/core.ts'

export type Env = ReturnType<typeof readEnv>

function readEnv() {
  const settings = parseSettings(process.env, [
    'BERTH_EXTERNAL_URL',
    'BERTH_SECRET_KEY',
    'DATABASE_URL',
    'REGISTRY_URL',
    'REGISTRY_USERNAME?',
    'REGISTRY_PASSWORD?',
    'REGISTRY_CA_FILE?',
    'REDIS_URL?',
    'BERTH_NODE_NAME',
  ])
  // next-auth reads its own two variables from the environment and nowhere else.
  process.env.NEXTAUTH_URL = settings.BERTH_EXTERNAL_URL
  // Not the installation's own key: visitors get hashes over it, against which a guess could be tried at home.
  process.env.NEXTAUTH_SECRET = openSecrets(settings.BERTH_SECRET_KEY).mac('next-auth', 'NEXTAUTH_SECRET')
  return {
    externalUrl: settings.BERTH_EXTERNAL_URL,
    secure: settings.BERTH_EXTERNAL_URL.startsWith('https:'),
    core: {
      databaseUrl: settings.DATABASE_URL,
      secretKey: settings.BERTH_SECRET_KEY,
      externalUrl: settings.BERTH_EXTERNAL_URL,
      registryUrl: settings.REGISTRY_URL,
      registryCredentials:
        settings.REGISTRY_USERNAME && settings.REGISTRY_PASSWORD
          ? { username: settings.REGISTRY_USERNAME, password: settings.REGISTRY_PASSWORD }
          : undefined,
      registryCa: settings.REGISTRY_CA_FILE?.pem,
      redisUrl: settings.REDIS_URL,
      nodeName: settings.BERTH_NODE_NAME,
    },
  }
}

let parsed: Env | undefined

/** The console's settings, read at the first call: a build has none. Throws SettingsError. */
export function env(): Env {
  parsed ??= readEnv()
  return parsed
}

/** Reads the settings at start; lists every problem and ends the process when there is one. */
export function requireEnv(): void {
  try {
    env()
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    console.error(error.message)
    process.exit(1)
  }
}
