import type { ClientRequest } from 'node:http'
import { connectionFault } from '@berth/registry-client'

const CONNECT_LIMIT_MS = 10_000

/** A host that drops packets, or takes a connection and then says nothing of TLS, is given up early. */
export function limitConnecting(out: ClientRequest, idleTimeoutMs: number): void {
  // Well before the whole exchange is given up, so that the log names the reason.
  const limitMs = Math.min(idleTimeoutMs / 2, CONNECT_LIMIT_MS)
  out.once('socket', (socket) => {
    if (out.reusedSocket) return
    const late = Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' })
    const timer = setTimeout(() => out.destroy(late), limitMs)
    const stop = () => clearTimeout(timer)
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', stop).once('close', stop)
  })
}

/** What is wrong with the connection to a server behind the gateway; for the log. */
export function problemOf(error: unknown): string {
  const fault = connectionFault(error)
  return fault ? `the connection failed: ${fault.words}` : 'the connection failed'
}
