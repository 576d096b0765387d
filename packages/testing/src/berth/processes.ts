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

export interface Memory {
  /** All that is resident: programs and libraries, which others share and the system takes back when it needs to, among it. */
  residentBytes: number
  /** What the process takes for itself. */
  ownBytes: number
}

async function memoryOf(pid: number): Promise<Memory> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)![1]) * 1024
  return { residentBytes: bytes('VmRSS'), ownBytes: bytes('RssAnon') }
}

/** The most of each that a process has while `work` runs, looked at every 50 ms. */
export async function peakMemory(pid: number, work: () => Promise<void>): Promise<Memory> {
  const stop = new AbortController()
  let peak = await memoryOf(pid)
  const watch = (async () => {
    for await (const _ of setInterval(50, undefined, { signal: stop.signal })) {
      const { residentBytes, ownBytes } = await memoryOf(pid)
      peak = {
        residentBytes: Math.max(peak.residentBytes, residentBytes),
        ownBytes: Math.max(peak.ownBytes, ownBytes),
      }
    }
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

/** Of `peakMemory` all that is resident. */
export const peakResidentBytes = async (pid: number, work: () => Promise<void>): Promise<number> =>
  (await peakMemory(pid, work)).residentBytes

/** Of `peakMemory` what the process takes for itself. */
export const peakOwnBytes = async (pid: number, work: () => Promise<void>): Promise<number> =>
  (await peakMemory(pid, work)).ownBytes
