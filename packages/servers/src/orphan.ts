import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Whether a process is alive and still the one we mean: its command line holds every one of `words`. A pid alone
 * proves nothing, because the kernel gives numbers out again.
 */
export function isAlive(pid: number, words: string[]): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // A zombie has ended already; it only waits for its parent to notice.
    if (stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')) return false
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ')
    return words.every((word) => command.includes(word))
  } catch {
    return false
  }
}

/** Ends a process that is not our child: in good order first, by force after `graceMs`. */
export async function endProcess(pid: number, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  const deadlines: [NodeJS.Signals, number][] = [
    [signal, graceMs],
    ['SIGKILL', 5_000],
  ]
  for (const [how, limitMs] of deadlines) {
    try {
      process.kill(pid, how)
    } catch {
      return
    }
    for (const end = Date.now() + limitMs; Date.now() < end; await delay(25)) if (!isAlive(pid, [])) return
  }
  throw new Error(`process ${pid} does not end`)
}

/**
 * What tells this process from every other one that ever had its number: boot and start time. Undefined when the
 * process is gone. Linux only; elsewhere a recorded pid is never taken for ours.
 */
export function processIdentity(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces; the start time is the 20th field behind it (proc(5), field 22).
    const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${startTicks}`
  } catch {
    return undefined
  }
}
