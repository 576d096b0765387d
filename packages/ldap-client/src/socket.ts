import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, getCACertificates } from 'node:tls'
import { BoundedStream } from './bounded-stream.ts'
import { connectionFault } from './connection-fault.ts'
import { LdapError } from './errors.ts'
import { requestStartTls } from './start-tls.ts'
import type { Target } from './url.ts'

export interface TlsSettings {
  /** Upgrades ldap:// connections; a server that does not agree is not spoken to. Default: false. */
  startTls?: boolean
  /** Default: true. Without it anybody on the way can read the passwords. */
  verify?: boolean
  /** Authorities to trust besides those of the system, in PEM. */
  caPem?: string
}

/** Connects, and where asked encrypts, within `timeoutMs` altogether. Throws LdapError. */
export async function openStream(
  target: Target,
  tls: TlsSettings,
  timeoutMs: number,
): Promise<BoundedStream> {
  const { host, port } = target
  let socket: Socket = target.secure
    ? connectTls({ host, port, ...tlsOptions(target, tls) })
    : connectTcp({ host, port })
  const timer = setTimeout(
    () => socket.destroy(new LdapError('TIMEOUT', 'The directory did not take the connection in time')),
    timeoutMs,
  )
  try {
    await established(socket, target.secure ? 'secureConnect' : 'connect')
    if (tls.startTls && !target.secure) {
      await requestStartTls(socket)
      socket = connectTls({ host, socket, ...tlsOptions(target, tls) })
      await established(socket, 'secureConnect')
    }
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 60_000)
    return new BoundedStream(socket)
  } catch (error) {
    socket.on('error', () => {})
    socket.destroy()
    throw connectionFault(error, target.url)
  } finally {
    clearTimeout(timer)
  }
}

/** New for every connection: Node and others write into such objects. */
function tlsOptions({ host }: Target, { verify = true, caPem }: TlsSettings): ConnectionOptions {
  return {
    ca: caPem ? [...getCACertificates('default'), caPem] : undefined,
    rejectUnauthorized: verify,
    minVersion: 'TLSv1.2',
    // The name to verify comes from `host`; SNI itself must not be an address (RFC 6066, section 3).
    servername: isIP(host) ? '' : host,
  }
}

function established(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      socket.off(event, settle).off('error', settle).off('close', closed)
      if (error instanceof Error) reject(error)
      else resolve()
    }
    const closed = () => settle(new Error('the connection was closed'))
    socket.on(event, settle).on('error', settle).on('close', closed)
  })
}
