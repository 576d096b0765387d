import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { searchPath } from './env.ts'

export interface ChildOptions {
  /** What people call this process, in messages. */
  name: string
  command: string
  args: string[]
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** Account to run as; only root can change it. */
  account?: { uid: number; gid: number; crossesPrivateDirectories: boolean }
  /** The line that says the process is ready to serve (its match is handed back), or a question asked until it is. */
  ready: RegExp | (() => Promise<boolean>)
  readyTimeoutMs?: number
  /** Asks the process to end in good order; also sent by the kernel when we disappear. */
  stopSignal: 'SIGINT' | 'SIGTERM' | 'SIGQUIT'
  onLine?: (line: string) => void
}

export interface ServerProcess {
  pid: number
  /** The match of `ready`; empty when `ready` is a question. */
  readyMatch: string[]
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** Ends the process in good order, by force after `graceMs`. May be called twice. */
  stop(graceMs?: number): Promise<void>
}

export class ServerStartError extends Error {
  override name = 'ServerStartError'
  lines: string[]
  constructor(message: string, lines: string[]) {
    super(lines.length > 0 ? `${message}\n${lines.map((line) => `  ${line}`).join('\n')}` : message)
    this.lines = lines
  }
}

const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path))

/**
 * On Linux the kernel itself ends the process when its parent disappears (PR_SET_PDEATHSIG through setpriv, which
 * every Debian has), so not even `kill -9` of the parent leaves an orphan.
 */
export function tiedToParent(options: Pick<ChildOptions, 'command' | 'args' | 'account' | 'stopSignal'>) {
  const { command, args, account } = options
  if (process.platform !== 'linux' || setpriv === undefined) return { command, args, account }
  const flags = ['--pdeathsig', options.stopSignal.slice(3)]
  if (account) {
    flags.push('--reuid', String(account.uid), '--regid', String(account.gid), '--clear-groups')
    // A clone under /root (mode 700) is closed to any other account, binaries and data alike.
    const caps = account.crossesPrivateDirectories ? '-all,+dac_override' : '-all'
    flags.push('--inh-caps', caps, '--ambient-caps', caps)
    // Postgres asks access(2), which forgets the capabilities of other accounts unless this bit is set.
    if (account.crossesPrivateDirectories) flags.push('--securebits', '+no_setuid_fixup')
  }
  return { command: setpriv, args: [...flags, '--', command, ...args], account: undefined }
}

/** Starts a process and waits until it says that it is ready. Throws ServerStartError with its last lines. */
export async function startChild(options: ChildOptions): Promise<ServerProcess> {
  const tied = tiedToParent(options)
  const child = spawn(tied.command, tied.args, {
    cwd: options.cwd,
    env: options.env ?? { PATH: searchPath },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own process group: Ctrl-C reaches only us, and we stop the parts in order.
    detached: true,
    ...(tied.account ? { uid: tied.account.uid, gid: tied.account.gid } : {}),
  })
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
    child.once('error', () => resolve({ code: 127, signal: null }))
  })
  const stop = (graceMs = 10_000) => stopChild(child, exited, options.stopSignal, graceMs)
  try {
    const readyMatch = await untilReady(child, options)
    return { pid: child.pid as number, readyMatch, exited, stop }
  } catch (error) {
    await stop(0)
    throw error
  }
}

function untilReady(child: ChildProcess, options: ChildOptions): Promise<string[]> {
  const lastLines: string[] = []
  const limitMs = options.readyTimeoutMs ?? 30_000
  return new Promise((resolve, reject) => {
    const fail = (message: string) => {
      clearTimeout(timer)
      reject(new ServerStartError(message, lastLines))
    }
    const succeed = (match: string[]) => {
      clearTimeout(timer)
      resolve(match)
    }
    const timer = setTimeout(() => fail(`${options.name} was not ready within ${limitMs / 1000} s`), limitMs)
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue
      createInterface({ input: stream }).on('line', (line) => {
        options.onLine?.(line)
        if (lastLines.push(line) > 30) lastLines.shift()
        const match = options.ready instanceof RegExp ? line.match(options.ready) : null
        if (match) succeed(match)
      })
    }
    if (!(options.ready instanceof RegExp))
      void askUntil(options.ready, limitMs).then((yes) => yes && succeed([]))
    child.once('error', (error) => fail(`${options.name} did not start: ${error.message}`))
    // `close` comes after the last line was read, `exit` may come before it.
    child.once('close', (code, signal) =>
      fail(`${options.name} ended at once (${signal ?? `status ${code}`})`),
    )
  })
}

async function askUntil(ready: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  for (const end = Date.now() + limitMs; Date.now() < end; await delay(20)) if (await ready()) return true
  return false
}

async function stopChild(
  child: ChildProcess,
  exited: Promise<unknown>,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  child.kill(graceMs === 0 ? 'SIGKILL' : signal)
  const force = setTimeout(() => child.kill('SIGKILL'), graceMs)
  await exited
  clearTimeout(force)
}
