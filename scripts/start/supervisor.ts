import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { endProcess, processIdentity } from '@berth/servers'

/** A started part, as `startChild` and the servers give it. */
export interface Running {
  pid: number
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  stop(graceMs?: number): Promise<void>
}

export interface Part<R extends Running = Running> {
  name: string
  /** Called again after each crash: it must start the part where the others look for it. */
  start(): Promise<R>
}

export interface SupervisorOptions {
  /** Directory of the pid files. */
  runDir: string
  /** Tells a person that a part died or came back. */
  tell(text: string): void
  /** A part died for the `times`-th time since it was last healthy. */
  onCrash?(name: string, times: number): void
  firstPauseMs?: number
  longestPauseMs?: number
}

export interface Supervisor {
  /** Starts a part, ends what an earlier start left of it, and keeps it running. Rejects when it does not start. */
  run<R extends Running>(part: Part<R>): Promise<R>
  /** Stops a part in good order; it comes back as after a crash. */
  restart(name: string): Promise<void>
  /** Stops all parts, the last started first; whatever is left after `limitMs` is killed. */
  stopAll(limitMs: number): Promise<void>
}

/** A part that ran this long was healthy: its next crash is answered at once again. */
const healthyAfterMs = 30_000

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { runDir, tell, firstPauseMs = 100, longestPauseMs = 10_000 } = options
  const running: { name: string; now: Running | undefined }[] = []
  const stopping = new AbortController()
  mkdirSync(runDir, { recursive: true })

  async function keep(part: Part, entry: (typeof running)[number]) {
    let pauseMs = firstPauseMs
    let crashes = 0
    for (;;) {
      const startedAt = Date.now()
      const end = await entry.now?.exited
      if (stopping.signal.aborted) return
      if (end) tell(`${part.name} ended (${end.signal ?? `status ${end.code}`}); starting it again`)
      if (Date.now() - startedAt > healthyAfterMs) {
        pauseMs = firstPauseMs
        crashes = 0
      }
      options.onCrash?.(part.name, ++crashes)
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
      if (stopping.signal.aborted) return
      entry.now = undefined
      try {
        const again = await part.start()
        entry.now = again
        notePid(runDir, part.name, again.pid)
        // Stopped while it was coming up: nobody else knows of it.
        if (stopping.signal.aborted) return await again.stop(2_000)
        tell(`${part.name} runs again`)
      } catch (error) {
        tell(`${part.name} does not start: ${(error as Error).message.split('\n')[0]}`)
      }
    }
  }

  return {
    async run(part) {
      await endNoted(runDir, part.name)
      const first = await part.start()
      if (stopping.signal.aborted) {
        await first.stop(2_000)
        throw new Error('stopped while starting')
      }
      const entry = { name: part.name, now: first as Running | undefined }
      running.push(entry)
      notePid(runDir, part.name, first.pid)
      void keep(part, entry)
      return first
    },
    async restart(name) {
      await running.find((entry) => entry.name === name)?.now?.stop(5_000)
    },
    async stopAll(limitMs) {
      stopping.abort()
      const end = Date.now() + limitMs
      for (const entry of running.toReversed()) {
        await entry.now?.stop(Math.max(0, end - Date.now()))
        rmSync(pidFile(runDir, entry.name), { force: true })
      }
    },
  }
}

const pidFile = (runDir: string, name: string) => join(runDir, `${name}.pid`)

/** First line: the pid, for people and scripts. Second line: what tells the process from a later one of that number. */
export function notePid(runDir: string, name: string, pid: number): void {
  writeFileSync(pidFile(runDir, name), `${pid}\n${processIdentity(pid) ?? ''}\n`)
}

/** Ends the process an earlier start noted, if it is still that very process. */
export async function endNoted(runDir: string, name: string, graceMs = 5_000): Promise<boolean> {
  let text: string
  try {
    text = readFileSync(pidFile(runDir, name), 'utf8')
  } catch {
    return false
  }
  const [pidText = '', identity = ''] = text.split('\n')
  const pid = Number(pidText)
  const same = identity !== '' && processIdentity(pid) === identity
  if (same) await endProcess(pid, 'SIGTERM', graceMs)
  rmSync(pidFile(runDir, name), { force: true })
  return same
}
