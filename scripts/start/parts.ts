import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import { join } from 'node:path'
import { startChild, startPostgresServer, startRegistryServer } from '@berth/servers'
import { root } from './build.ts'
import type { LogFile } from './log-file.ts'
import type { DataLayout } from './settings.ts'
import type { Part, Running } from './supervisor.ts'

/** Where a part's lines go: all of them to its file, the alarming ones to the terminal as well. */
export type LineSink = (part: string, line: string) => void

export function lineSink(log: (part: string) => LogFile, tell: (text: string) => void): LineSink {
  return (part, line) => {
    log(part).line(line)
    if (alarming[part]?.test(line)) tell(`[${part}] ${line.slice(0, 400)}`)
  }
}

// Postgres and the registry call a client's mistake an error: only what ends them concerns the person at the terminal.
const nodeAlarm = /"level":\s*"?(error|fatal|50|60)\b|^\s*(\w*Error|error|fatal|uncaught)\b/i
const alarming: Record<string, RegExp> = {
  postgres: /\b(FATAL|PANIC):(?!.*(terminating connection|shutting down|starting up))/,
  registry: /level=(fatal|panic)|^panic:/,
  gateway: nodeAlarm,
  jobs: nodeAlarm,
  web: nodeAlarm,
}

/** The token claims the registry insists on. A test holds them equal to what Berth's tokens carry. */
export const registryTrust = { service: 'berth-registry', issuer: 'berth-token-issuer' }

/** A server that was started once comes back on the port where the others look for it. */
function fixedAfterFirst<R extends Running & { port: number }>(
  name: string,
  start: (port: number | undefined) => Promise<R>,
): Part<R> {
  let port: number | undefined
  return {
    name,
    async start() {
      const server = await start(port)
      port = server.port
      return server
    },
  }
}

export function postgresPart(layout: DataLayout, password: string, lines: LineSink) {
  return fixedAfterFirst('postgres', (port) =>
    startPostgresServer({
      dataDir: layout.postgres,
      user: 'berth',
      password,
      port,
      settings: { max_connections: '200', jit: 'off' },
      onLine: (line) => lines('postgres', line),
    }),
  )
}

export function registryPart(layout: DataLayout, externalUrl: string, secretKey: string, lines: LineSink) {
  // An upload that was under way when the registry ended goes on where it was.
  const httpSecret = createHmac('sha256', secretKey).update('registry uploads').digest('hex')
  return fixedAfterFirst('registry', (port) =>
    startRegistryServer({
      configDir: layout.registryConfig,
      storageDir: layout.registryStorage,
      port,
      httpSecret,
      auth: {
        realm: `${externalUrl}/service/token`,
        ...registryTrust,
        bundlePath: layout.tokenBundle,
      },
      onLine: (line) => lines('registry', line),
    }),
  )
}

/**
 * Longer than the gateway keeps one that is idle (30 s): Next's five seconds may end in the moment in which the gateway
 * sends a form, which it cannot send twice.
 */
export const CONSOLE_IDLE_CONNECTION_MS = 65_000

export interface NodePartOptions {
  name: 'gateway' | 'jobs' | 'web'
  env: Record<string, string>
  /** The port it answers on, if it does. */
  port?: number
  mode: 'production' | 'development'
  lines: LineSink
}

const nextCommand = (mode: NodePartOptions['mode']): string[] =>
  mode === 'development' ? ['dev'] : ['start', '--keepAliveTimeout', String(CONSOLE_IDLE_CONNECTION_MS)]

/** How the jobs are started, here and in the Dockerfile: a worker takes that much less memory. A test holds them equal. */
export const jobsProcess = {
  // Most of what is young are parts of layers on their way: collected early they take a third less memory. And of small
  // images, twelve at once, the old space would grow to four times what is in use before it is looked through.
  flags: ['--max-semi-space-size=2', '--heap-growing-percent=40'],
  // Else each thread that frees those parts keeps memory of its own for the next: a quarter of all (glibc, mallopt(3)).
  env: { MALLOC_ARENA_MAX: '1' },
}
const flagsOf = { gateway: [], jobs: jobsProcess.flags } satisfies Record<string, string[]>
const memoryOf = { gateway: {}, jobs: jobsProcess.env, web: {} } satisfies Record<
  string,
  Record<string, string>
>

/** One of our own apps, as a process of its own that ends with us. */
export function nodePart({ name, env, port, mode, lines }: NodePartOptions): Part {
  const watch = mode === 'development' ? ['--watch', '--watch-preserve-output'] : []
  const next = join(root, 'apps/web/node_modules/next/dist/bin/next')
  const args =
    name === 'web'
      ? [next, ...nextCommand(mode), '-H', '127.0.0.1', '-p', String(port)]
      : [...watch, ...flagsOf[name], join(root, 'apps', name, 'src/main.ts')]
  return {
    name,
    start: () =>
      startChild({
        name,
        command: process.execPath,
        args,
        cwd: name === 'web' ? join(root, 'apps/web') : root,
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          TZ: process.env.TZ,
          NODE_ENV: mode,
          // Compiled code is kept between starts: a warm start is a second shorter.
          NODE_COMPILE_CACHE: join(root, '.cache/node'),
          NEXT_TELEMETRY_DISABLED: '1',
          ...memoryOf[name],
          ...env,
        },
        ready: port === undefined ? async () => true : () => answers(port),
        readyTimeoutMs: 60_000,
        stopSignal: 'SIGTERM',
        onLine: (line) => lines(name, line),
      }),
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
