import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setInterval } from 'node:timers/promises'

/** The process id that a part of a running Berth wrote under its data folder. */
export async function pidOf(dataDir: string, part: string): Promise<number> {
  const text = await readFile(join(dataDir, 'run', `${part}.pid`), 'utf8')
  const pid = Number.parseInt(text, 10)
  if (!(pid > 1)) throw new Error(`no process id in ${part}.pid: ${text}`)
  return pid
}

export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)![1]) * 1024
}

/** Bytes that a process has written so far, to files and connections. */
export async function writtenBytes(pid: number): Promise<number> {
  return Number(/^wchar: (\d+)$/m.exec(await readFile(`/proc/${pid}/io`, 'utf8'))![1])
}

/** The largest resident size of a process while `work` runs, looked at every 50 ms. */
export const peakResidentBytes = (pid: number, work: () => Promise<void>): Promise<number> =>
  peakOf(() => residentBytes(pid), work)

/**
 * As `peakResidentBytes`, of what a process takes for itself: without the pages of programs and libraries, which it shares
 * with others and the system takes back when it needs them.
 */
export const peakOwnBytes = (pid: number, work: () => Promise<void>): Promise<number> =>
  peakOf(() => ownBytes(pid), work)

async function ownBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)![1]) * 1024
}

async function peakOf(read: () => Promise<number>, work: () => Promise<void>): Promise<number> {
  const stop = new AbortController()
  let peak = await read()
  const watch = (async () => {
    for await (const _ of setInterval(50, undefined, { signal: stop.signal }))
      peak = Math.max(peak, await read())
  })().catch((error) => {
    if (!stop.signal.aborted) throw error
  })
  try {
    await work()
  } finally {
    stop.abort()
    await watch
  }
  return peak
}
