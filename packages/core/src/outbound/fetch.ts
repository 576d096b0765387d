import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { OutboundError } from './failure.ts'
import { type Address, late, parseTarget, type Reachable, resolveTarget } from './target.ts'

/** For the rest of an answer of which the beginning is enough: a place is not kept longer by who sends it slowly. */
const BODY_WAIT_MS = 2_000

export interface OutboundRequest {
  method?: 'GET' | 'POST' | 'PUT'
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** PEM of the only authorities that may vouch for the host; the system's when not given. */
  ca?: string | string[]
  /** Of the answer's body. */
  maxBytes: number
  /**
   * The status counts, and of the body whatever comes at once: a longer one is cut at `maxBytes`, one that does not end is
   * not waited for, and what is packed is taken as it is.
   */
  cut?: boolean
  /** Believes any certificate. Only where whoever named the address asked for it in so many words. */
  insecure?: boolean
  /** From the look-up of the name to the last byte. */
  timeoutMs: number
}

export interface OutboundAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/**
 * A request to an address that a user named. It goes to addresses that were looked at and to no others; no connection is
 * used twice, no redirect is followed (its status is the answer), nothing is unpacked, and no proxy of the environment is
 * asked.
 *
 * @throws OutboundError
 */
export async function sendOutbound(
  text: string,
  allowed: Reachable,
  wanted: OutboundRequest,
): Promise<OutboundAnswer> {
  const url = parseTarget(text)
  const signal = AbortSignal.timeout(wanted.timeoutMs)
  const addresses = await resolveTarget(url, allowed, signal)
  return sendPinned(url, addresses, wanted, signal)
}

/** To these addresses, whatever the name of the host stands for. @throws OutboundError */
export function sendPinned(
  url: URL,
  addresses: Address[],
  wanted: OutboundRequest,
  signal: AbortSignal,
): Promise<OutboundAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<OutboundAnswer>()
  const secure = url.protocol === 'https:'
  // Agents of one's own: the global one may have been told of a proxy by the environment.
  const agent = secure
    ? new TlsAgent({
        keepAlive: false,
        ca: wanted.ca,
        rejectUnauthorized: !wanted.insecure,
        minVersion: 'TLSv1.2',
      })
    : new PlainAgent({ keepAlive: false })
  const out = (secure ? tlsRequest : plainRequest)(url, {
    agent,
    signal,
    method: wanted.method ?? 'GET',
    headers: { accept: '*/*', 'user-agent': 'berth', ...wanted.headers, 'accept-encoding': 'identity' },
    lookup: pinned(addresses),
    maxHeaderSize: 16 * 1024,
  })
  const fail = (error: unknown) => {
    out.destroy()
    reject(signal.aborted ? late() : failureOf(error))
  }
  let head: IncomingMessage | undefined
  out.on('error', (error) => {
    // Whoever has answered has answered.
    if (head && wanted.cut) head.destroy()
    else fail(error)
  })
  out.on('close', () => {
    // As after a switch to another protocol, which nobody asked for: there is no error, and no answer either.
    if (!head) fail(new OutboundError('answer', 'the host does not speak HTTP'))
  })
  out.on('response', (answer) => {
    head = answer
    collect(answer, wanted).then(
      (body) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }),
      fail,
    )
  })
  out.end(wanted.body)
  return promise.finally(() => agent.destroy())
}

const pinned =
  (addresses: Address[]): LookupFunction =>
  (_hostname, options, callback) => {
    if (options.all) callback(null, addresses)
    else callback(null, addresses[0]!.address, addresses[0]!.family)
  }

async function collect(
  answer: IncomingMessage,
  { maxBytes, cut = false }: Pick<OutboundRequest, 'maxBytes' | 'cut'>,
): Promise<Buffer> {
  if (cut) return begin(answer, maxBytes)
  const coding = answer.headers['content-encoding'] ?? 'identity'
  if (!/^identity$/i.test(coding.trim())) throw new OutboundError('answer', 'the answer is compressed')
  const tooLarge = () => new OutboundError('too-large', `the answer has more than ${maxBytes} bytes`)
  if (Number(answer.headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The first bytes of a body; whatever comes after them, late or not at all is not waited for. */
async function begin(answer: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  const waiting = setTimeout(() => answer.destroy(), BODY_WAIT_MS)
  try {
    // Leaving the loop closes the connection.
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      sizeBytes += chunk.length
      if (sizeBytes >= maxBytes) break
    }
  } catch {
    // It ended too early, or not in time: what came is enough.
  } finally {
    clearTimeout(waiting)
  }
  return Buffer.concat(chunks).subarray(0, maxBytes)
}

function failureOf(error: unknown): OutboundError {
  if (error instanceof OutboundError) return error
  const { code = '' } = error as NodeJS.ErrnoException
  if (/^(CERT_|ERR_TLS_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_SSL_|HOSTNAME_MISMATCH)/.test(code))
    return new OutboundError('certificate', 'the certificate of the host is not trusted', error)
  return new OutboundError('connection', 'the connection to the host failed', error)
}
