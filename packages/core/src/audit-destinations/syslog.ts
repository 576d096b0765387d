import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { parseHostPort } from '../addresses/index.ts'
import { DeliveryError } from './failure.ts'
import type { Target } from './model.ts'

export interface SyslogTimes {
  connectMs: number
  /** The longest time without the receiver taking anything. */
  stalledMs: number
  /** For the receiver to close its side after ours: it has to read everything before. */
  confirmMs: number
}
export const SYSLOG_TIMES: SyslogTimes = { connectMs: 10_000, stalledMs: 15_000, confirmMs: 30_000 }

const CHUNK_BYTES = 64 * 1024

/**
 * Sends over one connection and closes it. Syslog has no answer, and what the system took may still be lost with the
 * receiver; but who closes after us has read to our end. So a batch counts only when the receiver, having been told that
 * nothing more comes, ends its side in order; whatever else happens, the whole batch goes again.
 *
 * @throws DeliveryError
 */
export async function sendSyslog(
  target: Target,
  bytes: Buffer,
  signal: AbortSignal,
  times: SyslogTimes = SYSLOG_TIMES,
): Promise<void> {
  const beginMs = performance.now()
  const line = new Line(target)
  const abort = () => line.fail(new DeliveryError('this process ends'))
  signal.addEventListener('abort', abort, { once: true })
  try {
    if (signal.aborted) abort()
    await line.within(times.connectMs, line.connected, 'no connection came about in time')
    const tripMs = performance.now() - beginMs
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      const taken = line.write(bytes.subarray(at, at + CHUNK_BYTES))
      await line.within(times.stalledMs, taken, 'the receiver takes nothing more')
    }
    // A receiver that is just closing by itself must not look as if it answered our end: what it did not read comes back
    // as a reset, and has the time of two trips for it.
    await line.pause(Math.min(2 * tripMs + 5, 1_000))
    await line.within(
      times.confirmMs,
      line.finish(),
      'the receiver took everything and did not close its side of the connection, so that nobody knows whether it has it',
    )
  } finally {
    signal.removeEventListener('abort', abort)
    line.close()
  }
}

/** A connection, and the first thing that goes wrong with it. */
class Line {
  readonly connected: Promise<void>
  private socket: Socket
  private failed = Promise.withResolvers<never>()
  private theirEnd = Promise.withResolvers<void>()
  private finishing = false

  constructor({ address, tls, caPem }: Target) {
    const to = parseHostPort(address)
    if (!to) throw new DeliveryError('the address is not host:port')
    const options = { host: to.host, port: to.port, allowHalfOpen: true }
    this.socket = tls
      ? connectTls({
          ...options,
          ...(caPem !== null && { ca: caPem }),
          ...(isIP(to.host) === 0 && { servername: to.host }),
          minVersion: 'TLSv1.2',
        })
      : connectTcp(options)
    this.failed.promise.catch(() => {})
    this.connected = new Promise((resolve) => this.socket.once(tls ? 'secureConnect' : 'connect', resolve))
    this.socket.on('error', (error) => this.fail(toFailure(error)))
    this.socket.on('end', () => {
      if (this.finishing) this.theirEnd.resolve()
      else this.fail(new DeliveryError('the receiver closed the connection before it had everything'))
    })
    this.socket.on('close', () => this.fail(new DeliveryError('the connection was closed too early')))
    // Whatever it says is nothing that syslog knows; unread it would turn our close into a reset.
    this.socket.resume()
  }

  write(chunk: Buffer): Promise<void> {
    return new Promise((resolve) => this.socket.write(chunk, (error) => error || resolve()))
  }

  finish(): Promise<void> {
    this.finishing = true
    this.socket.end()
    return this.theirEnd.promise
  }

  fail(failure: DeliveryError): void {
    this.failed.reject(failure)
  }

  async pause(ms: number): Promise<void> {
    await this.within(ms, new Promise<void>(() => {}), undefined)
  }

  /** The work, unless the connection fails or the time is over; `late` undefined: that is no failure. */
  async within(ms: number, work: Promise<void>, late: string | undefined): Promise<void> {
    const over = Promise.withResolvers<void>()
    const timer = setTimeout(
      () => (late === undefined ? over.resolve() : over.reject(new DeliveryError(late))),
      ms,
    )
    try {
      await Promise.race([work, over.promise, this.failed.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  close(): void {
    this.socket.destroy()
  }
}

function toFailure(error: NodeJS.ErrnoException): DeliveryError {
  const { code = '' } = error
  if (/^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT|HOSTNAME_MISMATCH)/.test(code))
    return new DeliveryError(`the certificate of the receiver is not trusted (${code})`, { cause: error })
  if (/^(ERR_SSL_|ERR_TLS_|EPROTO)/.test(code))
    return new DeliveryError(`TLS with the receiver failed (${code})`, { cause: error })
  return new DeliveryError(`the connection to the receiver failed (${code || 'unknown'})`, { cause: error })
}
