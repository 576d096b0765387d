import { type ChildProcess, spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort, quietPort } from '@berth/servers'
import { callersEnvironment, testProvider } from '../env.ts'
import { startMariadb } from '../mariadb.ts'
import { folderOnDisk } from '../quick-folder.ts'
import { startRedis } from '../redis.ts'

export const repositoryRoot = join(import.meta.dirname, '../../../..')
export const administrator = { username: 'admin', password: 'Journey-Admin-1' }

export interface RunningBerth {
  /** Where people and clients reach it; no trailing slash. */
  url: string
  dataDir: string
  /** Of the gateway; the jobs and the console have the next two. */
  metricsPort?: number
  /** The supervisor's process. */
  process: ChildProcess
  /** Everything that `npm start` printed so far. */
  output(): string
  stop(): Promise<void>
}

export interface BerthSettings {
  dataDir: string
  environment?: Record<string, string>
  port?: number
  /** The clone to start; this one if not given. */
  root?: string
}

/** Waits until `done` gives a value; asks again every 100 ms, at most `limitMs`. */
export async function until<T>(
  what: string,
  done: () => Promise<T | undefined | false>,
  limitMs = 60_000,
): Promise<T> {
  const end = Date.now() + limitMs
  for (;;) {
    const value = await done().catch(() => undefined)
    if (value) return value
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs} ms`)
    await delay(100)
  }
}

export const healthy = async (url: string): Promise<boolean> => {
  const response = await fetch(`${url}/api/v2.0/health`, { signal: AbortSignal.timeout(5_000) })
  return response.ok && ((await response.json()) as { status: string }).status === 'healthy'
}

/** Nobody left in the process group is what was wanted. */
function signalAll(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Runs `npm start` as a person would and waits until health says `healthy`. */
export async function startBerth({
  dataDir,
  environment = {},
  port,
  root = repositoryRoot,
}: BerthSettings): Promise<RunningBerth> {
  const chosen = port ?? (await freePort())
  const url = `http://127.0.0.1:${chosen}`
  const child = spawn('npm', ['start'], {
    cwd: root,
    env: {
      ...callersEnvironment,
      BERTH_DATA_DIR: dataDir,
      BERTH_PORT: String(chosen),
      BERTH_EXTERNAL_URL: url,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  let exited = false
  // npm may be gone while the supervisor below it still stops its parts: `close` comes when both are.
  const exit = new Promise<void>((resolve) =>
    child.once('close', () => {
      exited = true
      resolve()
    }),
  )
  const stop = async () => {
    if (!exited) signalAll(child.pid!, 'SIGTERM')
    const late = setTimeout(() => signalAll(child.pid!, 'SIGKILL'), 20_000)
    await exit
    clearTimeout(late)
  }
  try {
    // The first start of a clone installs and builds.
    const end = await until(
      'Berth is healthy',
      async () => (exited ? 'it ended' : (await healthy(url)) && 'healthy'),
      300_000,
    )
    if (end !== 'healthy') throw new Error(end)
  } catch (error) {
    await stop()
    throw new Error(`Berth did not start:\n${output}`, { cause: error })
  }
  return { url, dataDir, process: child, output: () => output, stop }
}

/** Database settings for the provider under test; Postgres is the embedded default and needs none. */
export async function databaseEnvironment(
  makeFolder = folderOnDisk,
  mariadbArgs: readonly string[] = [],
): Promise<{
  environment: Record<string, string>
  stop(): Promise<void>
}> {
  if (testProvider !== 'mysql') return { environment: {}, stop: async () => {} }
  const [mariadb, redis] = await Promise.all([startMariadb(mariadbArgs, makeFolder), startRedis()])
  return {
    environment: { DATABASE_URL: mariadb.url, REDIS_URL: redis.url },
    async stop() {
      await Promise.all([mariadb.stop(), redis.stop()])
    },
  }
}

/** A whole Berth on an empty data folder, removed afterwards. */
export async function freshBerth(
  environment: Record<string, string> = {},
  makeFolder = folderOnDisk,
  mariadbArgs: readonly string[] = [],
): Promise<RunningBerth> {
  const dataDir = await makeFolder('berth-journey-')
  const removeFiles = () => rm(dataDir, { recursive: true, force: true })
  const database = await databaseEnvironment(makeFolder, mariadbArgs).catch(async (error) => {
    await removeFiles()
    throw error
  })
  // The two behind it may be taken: then Berth does without, and only what reads metrics fails.
  const metricsPort = await quietPort()
  const berth = await startBerth({
    dataDir,
    environment: {
      ...database.environment,
      BERTH_ADMIN_PASSWORD: administrator.password,
      BERTH_METRICS_PORT: String(metricsPort),
      ...environment,
    },
  }).catch(async (error) => {
    await database.stop()
    await removeFiles()
    throw error
  })
  return {
    ...berth,
    metricsPort,
    async stop() {
      await berth.stop()
      await database.stop()
      await removeFiles()
    },
  }
}
