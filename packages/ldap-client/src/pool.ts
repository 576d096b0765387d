import type { Connection } from './connection.ts'
import { LdapError } from './errors.ts'

export interface PoolSettings {
  maxConnections: number
  maxWaiting: number
  waitTimeoutMs: number
  idleMs: number
}

/** A bounded number of connections, opened when needed, used by one call at a time. */
export interface Pool {
  use<T>(run: (connection: Connection) => Promise<T>): Promise<T>
  /** Open connections, and those being opened. */
  readonly size: number
  close(): void
}

interface Waiter {
  /** Takes a connection, or undefined for the right to open one. */
  take(connection: Connection | undefined): void
  fail(error: Error): void
}

export function createPool(open: () => Promise<Connection>, settings: PoolSettings): Pool {
  const idle: { connection: Connection; timer: NodeJS.Timeout }[] = []
  const waiting: Waiter[] = []
  let size = 0
  let closed = false

  function takeIdle(): Connection | undefined {
    // The last one used is the one least likely to have been closed by the other side.
    for (let last = idle.pop(); last; last = idle.pop()) {
      clearTimeout(last.timer)
      if (last.connection.usable) return last.connection
      drop(last.connection)
    }
    return undefined
  }

  function drop(connection?: Connection): void {
    size--
    connection?.close()
  }

  async function openOne(): Promise<Connection> {
    try {
      return await open()
    } catch (error) {
      drop()
      wakeForOpening()
      throw error
    }
  }

  function wakeForOpening(): void {
    const next = size < settings.maxConnections ? waiting.shift() : undefined
    if (!next) return
    size++
    next.take(undefined)
  }

  function wait(): Promise<Connection | undefined> {
    if (waiting.length >= settings.maxWaiting)
      throw new LdapError('POOL_EXHAUSTED', 'Too many calls wait for the directory')
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(waiter), 1)
        reject(new LdapError('POOL_EXHAUSTED', 'No connection to the directory became free in time'))
      }, settings.waitTimeoutMs)
      const waiter: Waiter = {
        take: (connection) => {
          clearTimeout(timer)
          resolve(connection)
        },
        fail: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      }
      waiting.push(waiter)
    })
  }

  async function lease(fresh: boolean): Promise<{ connection: Connection; used: boolean }> {
    if (closed) throw new LdapError('CLOSED', 'The directory is closed')
    const kept = fresh ? undefined : takeIdle()
    if (kept) return { connection: kept, used: true }
    if (size >= settings.maxConnections) {
      const handed = await wait()
      return handed ? { connection: handed, used: true } : { connection: await openOne(), used: false }
    }
    size++
    return { connection: await openOne(), used: false }
  }

  function giveBack(connection: Connection): void {
    if (closed || !connection.usable) {
      drop(connection)
      wakeForOpening()
      return
    }
    const next = waiting.shift()
    if (next) {
      next.take(connection)
      return
    }
    const timer = setTimeout(() => {
      idle.splice(
        idle.findIndex((entry) => entry.connection === connection),
        1,
      )
      drop(connection)
    }, settings.idleMs)
    timer.unref()
    idle.push({ connection, timer })
  }

  return {
    get size() {
      return size
    },
    async use(run) {
      const { connection, used } = await lease(false)
      try {
        return await run(connection)
      } catch (error) {
        // A kept connection the other side had closed meanwhile says nothing about the directory: once more on a new one.
        if (!used || connection.usable || !(error instanceof LdapError) || error.code !== 'UNREACHABLE')
          throw error
      } finally {
        giveBack(connection)
      }
      const again = await lease(true)
      try {
        return await run(again.connection)
      } finally {
        giveBack(again.connection)
      }
    },
    close() {
      closed = true
      for (const { connection, timer } of idle.splice(0)) {
        clearTimeout(timer)
        drop(connection)
      }
      for (const waiter of waiting.splice(0)) waiter.fail(new LdapError('CLOSED', 'The directory is closed'))
    },
  }
}
