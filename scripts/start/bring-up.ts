import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { SettingsError, settings as table } from '@berth/core/settings'
import { quietPort } from '@berth/servers'
import { ensurePackages, systemPackages } from '../debian.ts'
import { banner } from './banner.ts'
import { buildConsole, generateClients } from './build.ts'
import { untilHealthy } from './health.ts'
import { LockHeldError, takeLock } from './lock.ts'
import { type LogFile, openLogFile } from './log-file.ts'
import { lineSink, nodePart, postgresPart, registryPart } from './parts.ts'
import { prepare } from './prepare.ts'
import { firstPassword, loadSecrets, noteAdministrator } from './secrets.ts'
import { type DataLayout, dataLayout, type StartSettings } from './settings.ts'
import type { Stop } from './stop.ts'
import { createSupervisor, notePid } from './supervisor.ts'
import { unreachable } from './unreachable.ts'

/** A reason not to start that a person can mend; shown without a stack. */
export class CannotStart extends Error {}

const stopLimitMs = 9_000
const healthLimitMs = 90_000
/** A part that dies this often before Berth was healthy once will not mend itself. */
const crashesAtStart = 3

/** Starts every part in order and prints the banner once all are healthy. */
export async function bringUp(
  settings: StartSettings,
  mode: 'production' | 'development',
  stop: Stop,
): Promise<void> {
  const begin = Date.now()
  const away = await unreachable(settings)
  if (away.length > 0) throw new SettingsError(away)
  const layout = dataLayout(settings.dataDir)
  makeDataDir(layout)
  await holdDataDir(settings.dataDir, stop)
  const port = await frontPort(settings.port)
  const externalUrl = settings.externalUrl ?? `http://localhost:${port}`

  if (settings.registryUrl === undefined) await ensurePackages([systemPackages.registry])
  await generateClients(stop.signal)
  if (mode === 'production') await buildConsole(stop.signal)

  let secrets = loadSecrets(layout.secrets)
  const log = logFiles(layout, stop)
  const lines = lineSink(log, tell)
  const step = stepper(log('start'))
  const hopeless = new AbortController()
  const supervisor = createSupervisor({
    runDir: layout.run,
    tell,
    onCrash: (name, times) => {
      if (times < crashesAtStart) return
      hopeless.abort(new CannotStart(`${name} does not stay up; see ${join(layout.logs, `${name}.log`)}`))
    },
  })
  stop.atEnd(() => supervisor.stopAll(stopLimitMs))
  notePid(layout.run, 'supervisor', process.pid)
  stop.atEnd(() => rmSync(join(layout.run, 'supervisor.pid'), { force: true }))

  const databaseUrl =
    settings.databaseUrl ??
    (
      await step('starting Postgres', () =>
        supervisor.run(postgresPart(layout, secrets.databasePassword, lines)),
      )
    ).url
  const webPort = await quietPort()
  const shared = {
    DATABASE_URL: databaseUrl,
    BERTH_SECRET_KEY: settings.secretKey ?? secrets.secretKey,
    BERTH_EXTERNAL_URL: externalUrl,
    BERTH_DATA_DIR: settings.dataDir,
    BERTH_NODE_NAME: settings.nodeName,
    ...(settings.redisUrl ? { REDIS_URL: settings.redisUrl } : {}),
    ...(settings.trustedProxies ? { BERTH_TRUSTED_PROXIES: settings.trustedProxies.join() } : {}),
    ...(settings.registryCaFile ? { REGISTRY_CA_FILE: settings.registryCaFile } : {}),
    ...(settings.registryCredentials
      ? {
          REGISTRY_USERNAME: settings.registryCredentials.username,
          REGISTRY_PASSWORD: settings.registryCredentials.password,
        }
      : {}),
  }

  const scraped = (part: number): Record<string, string> => {
    const { port, host } = settings.metrics ?? {}
    if (port === undefined || host === undefined) return {}
    return { BERTH_METRICS_HOST: host, BERTH_METRICS_PORT: String(port === 0 ? 0 : port + part) }
  }

  const oldBundle = contentOf(layout.tokenBundle)
  const startRegistry = async () => {
    if (settings.registryUrl !== undefined) return settings.registryUrl
    return (
      await step('starting the registry', () =>
        supervisor.run(registryPart(layout, externalUrl, shared.BERTH_SECRET_KEY, lines)),
      )
    ).url
  }
  const adminPassword = settings.adminPassword ?? secrets.adminPassword
  const preparing = step('preparing the database', () =>
    prepare({
      ...shared,
      BERTH_ADMIN_PASSWORD: adminPassword,
      ...(settings.resetAdministrator !== undefined && {
        BERTH_RESET_ADMINISTRATOR: settings.resetAdministrator,
      }),
    }),
  )
  preparing.catch(() => {})
  // The registry reads its certificates once: it can start beside the preparation only if they are known already.
  const early = oldBundle !== undefined
  if (!early) await preparing
  const registryUrl = await startRegistry()
  const env = { ...shared, REGISTRY_URL: registryUrl, BERTH_WEB_URL: `http://127.0.0.1:${webPort}` }
  // The console asks the database nothing until somebody comes, so it need not wait for the preparation.
  const web = step('starting the console', () =>
    supervisor.run(nodePart({ name: 'web', env: { ...env, ...scraped(2) }, port: webPort, mode, lines })),
  )
  web.catch(() => {})
  const prepared = await preparing
  if (prepared.administratorCreated || prepared.administratorReset)
    secrets = noteAdministrator(layout.secrets, secrets, settings.adminPassword !== undefined)
  if (early && contentOf(layout.tokenBundle) !== oldBundle) await supervisor.restart('registry')
  const jobs = step('starting the jobs', () =>
    supervisor.run(nodePart({ name: 'jobs', env: { ...env, ...scraped(1) }, mode, lines })),
  )
  jobs.catch(() => {})
  // The front door opens last: who finds it open finds everything behind it.
  await web
  await jobs
  await step('starting the gateway', () =>
    supervisor.run(
      nodePart({
        name: 'gateway',
        env: { ...env, ...scraped(0), BERTH_PORT: String(port) },
        port,
        mode,
        lines,
      }),
    ),
  )
  const warnings = await step('waiting until all parts are healthy', () =>
    untilHealthy(`http://127.0.0.1:${port}`, healthLimitMs, AbortSignal.any([stop.signal, hopeless.signal]), {
      mayBeIll: settings.registryUrl === undefined ? [] : ['registry'],
    }),
  )
  const password = firstPassword(layout.secrets, secrets)
  console.log(banner({ externalUrl, dataDir: settings.dataDir, startedInMs: Date.now() - begin, password }))
  for (const warning of warnings)
    console.log(
      `  Warning: ${warning} (REGISTRY_URL is ${settings.registryUrl}). Images cannot be pushed or pulled. ` +
        `If the registry is up: ${table.REGISTRY_URL.cure}\n`,
    )
}

const tell = (text: string) => console.error(`  ${text}`)

type Step = <T>(what: string, work: () => Promise<T>) => Promise<T>

/** Says what is being done only when it takes long enough for a person to wonder; the log has every step's time. */
function stepper(log: LogFile): Step {
  return async (what, work) => {
    const begin = Date.now()
    let told = false
    const timer = setTimeout(() => {
      told = true
      console.log(`  ${what} …`)
    }, 1_500)
    try {
      return await work()
    } catch (error) {
      if (error instanceof CannotStart) throw error
      throw new Error(`${what} failed: ${(error as Error).message}`, { cause: error })
    } finally {
      clearTimeout(timer)
      const tookMs = Date.now() - begin
      if (told) console.log(`  ${what}: ${(tookMs / 1000).toFixed(1)} s`)
      log.line(`${what}: ${tookMs} ms`)
    }
  }
}

function makeDataDir(layout: DataLayout): void {
  for (const path of [layout.logs, layout.run, layout.registryConfig]) mkdirSync(path, { recursive: true })
}

async function holdDataDir(dataDir: string, stop: Stop): Promise<void> {
  try {
    // Whoever was killed a moment ago may not know yet that it has to end.
    const lock = await takeLock(`data directory ${dataDir}`, { waitMs: 15_000, waitForRunningMs: 1_500 })
    stop.signal.addEventListener('abort', () => lock.announceRelease())
    stop.atEnd(() => lock.release())
  } catch (error) {
    if (!(error instanceof LockHeldError)) throw error
    const who = error.pid === undefined ? '' : ` (process ${error.pid})`
    throw new CannotStart(
      `Berth is running on ${dataDir} already${who}. Stop that one first, or set BERTH_DATA_DIR and BERTH_PORT ` +
        'for a second Berth beside it.',
    )
  }
}

/** The port the gateway will use. 0 is turned into a free one now, because the address people use depends on it. */
async function frontPort(wanted: number): Promise<number> {
  if (wanted === 0) return quietPort()
  const code = await new Promise<string | undefined>((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(wanted, () => server.close(() => resolve(undefined)))
  })
  if (code === undefined) return wanted
  if (code === 'EACCES')
    throw new CannotStart(`This account may not use port ${wanted}. Set BERTH_PORT to one above 1023.`)
  throw new CannotStart(
    `Port ${wanted} is taken by another program (${code}). Stop it, or set BERTH_PORT to a free port.`,
  )
}

function logFiles(layout: DataLayout, stop: Stop): (part: string) => LogFile {
  const open = new Map<string, LogFile>()
  stop.atEnd(() => {
    for (const file of open.values()) file.close()
    open.clear()
  })
  return (part) => {
    const known = open.get(part)
    if (known) return known
    const file = openLogFile(join(layout.logs, `${part}.log`))
    open.set(part, file)
    return file
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
