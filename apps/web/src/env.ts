import { openSecrets, parsePartSettings, SettingsError } from './server/core.ts'

export type Env = ReturnType<typeof readEnv>

function readEnv() {
  const { core, metrics } = parsePartSettings(process.env)
  // next-auth reads its own two variables from the environment and nowhere else.
  process.env.NEXTAUTH_URL = core.externalUrl
  // Not the installation's own key: visitors get hashes over it, against which a guess could be tried at home.
  process.env.NEXTAUTH_SECRET = openSecrets(core.secretKey).mac('next-auth', 'NEXTAUTH_SECRET')
  return { externalUrl: core.externalUrl, secure: core.externalUrl.startsWith('https:'), core, metrics }
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
