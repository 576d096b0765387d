import { createHash } from 'node:crypto'
import { unlinkSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

export interface Lock {
  /** Tells those who ask that the lock will be free soon. */
  announceRelease(): void
  release(): void
}

/** Somebody else holds the lock; `pid` is theirs, undefined when they did not say. */
export class LockHeldError extends Error {
  override name = 'LockHeldError'
  pid: number | undefined
  constructor(what: string, pid: number | undefined) {
    super(`${what} is in use${pid === undefined ? '' : ` by process ${pid}`}`)
    this.pid = pid
  }
}

/**
 * A lock that the kernel frees when its holder dies, however it dies: listening on a socket of Linux' abstract
 * namespace. It tells askers the holder's pid. Waits up to `waitMs`, but only `waitForRunningMs` for a holder that
 * does not say that it is about to end.
 */
export async function takeLock(
  what: string,
  options: { waitMs: number; waitForRunningMs?: number; onWait?: () => void },
): Promise<Lock> {
  const name = createHash('sha256').update(`${process.getuid?.()}:${what}`).digest('hex').slice(0, 32)
  const linux = process.platform === 'linux'
  const address = linux ? `\0berth-${name}` : join(tmpdir(), `berth-${name}.sock`)
  const begin = Date.now()
  for (let waited = false; ; waited = true) {
    const state = { ending: false }
    const server = await listen(address, state)
    if (server) {
      server.unref()
      const announceRelease = () => {
        state.ending = true
      }
      return { announceRelease, release: () => void server.close() }
    }
    const { pid, ending } = await holder(address)
    // Elsewhere than on Linux a socket file outlives its holder.
    if (pid === undefined && !linux) unlinkSync(address)
    const limitMs =
      ending || pid === undefined ? options.waitMs : (options.waitForRunningMs ?? options.waitMs)
    if (Date.now() - begin >= limitMs) throw new LockHeldError(what, pid)
    if (!waited) options.onWait?.()
    await delay(100)
  }
}

function listen(address: string, state: { ending: boolean }): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.end(`${process.pid} ${state.ending ? 'ending' : 'running'}\n`)
    })
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.listen(address, () => resolve(server))
  })
}

function holder(address: string): Promise<{ pid: number | undefined; ending: boolean }> {
  return new Promise((resolve) => {
    const socket = connect(address)
    let text = ''
    socket.setTimeout(1_000, () => socket.destroy())
    socket.on('data', (data) => {
      text += data
    })
    socket.on('error', () => {})
    socket.on('close', () =>
      resolve({ pid: Number.parseInt(text, 10) || undefined, ending: text.includes('ending') }),
    )
  })
}
