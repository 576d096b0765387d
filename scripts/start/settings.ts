import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSettings, type SettingProblem, SettingsError, settings } from '@berth/core/settings'

/** What the environment says about this start; undefined means "embedded" or "generated". */
export interface StartSettings {
  dataDir: string
  port: number
  externalUrl: string | undefined
  adminPassword: string | undefined
  resetAdministrator: string | undefined
  secretKey: string | undefined
  databaseUrl: string | undefined
  redisUrl: string | undefined
  registryUrl: string | undefined
  registryCredentials: { username: string; password: string } | undefined
  registryCaFile: string | undefined
  nodeName: string
  trustedProxies: string[] | undefined
  /** Of the gateway; the jobs and the console take the next two. */
  metrics: { port: number; host: string } | undefined
}

/** Everything below the data directory has one place, named here. */
export interface DataLayout {
  secrets: string
  logs: string
  run: string
  postgres: string
  registryStorage: string
  registryConfig: string
  tokenBundle: string
  notifications: string
}

export function dataLayout(dataDir: string): DataLayout {
  return {
    secrets: join(dataDir, 'secrets.json'),
    logs: join(dataDir, 'logs'),
    run: join(dataDir, 'run'),
    postgres: join(dataDir, 'postgres'),
    registryStorage: join(dataDir, 'registry', 'storage'),
    registryConfig: join(dataDir, 'registry'),
    tokenBundle: join(dataDir, 'registry', 'token-bundle.pem'),
    notifications: join(dataDir, 'registry', 'notifications.yml'),
  }
}

/** Makes the data directory. Throws SettingsError with every problem, a directory that cannot be written included. */
export function checkStartSettings(env: NodeJS.ProcessEnv): StartSettings {
  const { values: read, problems } = gather(() => readStartSettings(env))
  const directory = gather(() => parseSettings(env, ['BERTH_DATA_DIR'])).values?.BERTH_DATA_DIR
  const unwritable = directory === undefined ? undefined : problemWithDirectory(directory)
  const all = unwritable ? [unwritable, ...problems] : problems
  if (read === undefined || all.length > 0) throw new SettingsError(all)
  return read
}

function gather<T>(run: () => T): { values?: T; problems: SettingProblem[] } {
  try {
    return { values: run(), problems: [] }
  } catch (error) {
    if (error instanceof SettingsError) return { problems: error.problems }
    throw error
  }
}

// Node's own recursive mkdir never ends below a directory that exists and takes none, such as /proc.
function makeDirectory(path: string): void {
  if (existsSync(path)) return
  if (!existsSync(dirname(path))) makeDirectory(dirname(path))
  mkdirSync(path)
}

function problemWithDirectory(path: string): SettingProblem | undefined {
  try {
    makeDirectory(path)
    const probe = join(path, `.writable-${process.pid}`)
    writeFileSync(probe, '')
    rmSync(probe)
    return undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return {
      names: ['BERTH_DATA_DIR'],
      problem: `cannot be written (${code}; it is ${JSON.stringify(path)})`,
      cure: settings.BERTH_DATA_DIR.cure,
    }
  }
}

// The jobs and the console take the next two.
const LAST_METRICS_PORT = 65_533

/** Throws SettingsError with every problem. */
export function readStartSettings(env: NodeJS.ProcessEnv): StartSettings {
  const values = parseSettings(env, [
    'BERTH_DATA_DIR',
    'BERTH_PORT',
    'BERTH_EXTERNAL_URL?',
    'BERTH_ADMIN_PASSWORD?',
    'BERTH_RESET_ADMINISTRATOR?',
    'BERTH_SECRET_KEY?',
    'DATABASE_URL?',
    'REDIS_URL?',
    'REGISTRY_URL?',
    'REGISTRY_USERNAME?',
    'REGISTRY_PASSWORD?',
    'REGISTRY_CA_FILE?',
    'BERTH_NODE_NAME',
    'BERTH_TRUSTED_PROXIES?',
    'BERTH_METRICS_HOST',
    'BERTH_METRICS_PORT?',
  ])
  const { REGISTRY_USERNAME: username, REGISTRY_PASSWORD: password } = values
  if ((values.BERTH_METRICS_PORT ?? 0) > LAST_METRICS_PORT)
    throw new SettingsError([
      {
        names: ['BERTH_METRICS_PORT'],
        problem: 'leaves no room for the two ports behind it',
        cure: settings.BERTH_METRICS_PORT.cure,
      },
    ])
  return {
    dataDir: values.BERTH_DATA_DIR,
    port: values.BERTH_PORT,
    externalUrl: values.BERTH_EXTERNAL_URL,
    adminPassword: values.BERTH_ADMIN_PASSWORD,
    resetAdministrator: values.BERTH_RESET_ADMINISTRATOR,
    secretKey: values.BERTH_SECRET_KEY,
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    registryUrl: values.REGISTRY_URL,
    registryCredentials:
      username !== undefined && password !== undefined ? { username, password } : undefined,
    registryCaFile: values.REGISTRY_CA_FILE?.path,
    nodeName: values.BERTH_NODE_NAME,
    trustedProxies: values.BERTH_TRUSTED_PROXIES,
    metrics:
      values.BERTH_METRICS_PORT === undefined
        ? undefined
        : { port: values.BERTH_METRICS_PORT, host: values.BERTH_METRICS_HOST },
  }
}

/** The list a person sees when settings are wrong. */
export function describeProblems(error: SettingsError): string {
  const count = error.problems.length
  const head = count === 1 ? 'One setting is wrong' : `${count} settings are wrong`
  const items = error.problems.map((p) => `  • ${p.names.join(' and ')} ${p.problem}.\n    ${p.cure}`)
  return `${head}; Berth was not started.\n\n${items.join('\n')}\n`
}
