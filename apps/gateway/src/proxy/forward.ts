import { type Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { Agent as SecureAgent, request as secureRequest } from 'node:https'
import { trusting } from '@berth/registry-client'
import { acceptBody, closeAfterAnswer, type Exchange, hasBody } from '../request.ts'
import { StreamingAgent } from './agent.ts'
import { limitConnecting, problemOf } from './connecting.ts'
import { largeBodyBytes, passLargeBody } from './large-body.ts'
import { passed } from './network-garbage.ts'
import { destination } from './target.ts'

// So many idle times may pass before a client that takes nothing is given up.
const CLIENT_PATIENCE = 10

// Below what servers commonly keep (nginx 75 s, load balancers 60 s). Without it node's agent ignores the server's
// own Keep-Alive header, and a connection may be used in the moment in which the server ends it. The console is started
// with more, so that no form meets such an end.
const IDLE_CONNECTION_MS = 30_000

/** A server behind the gateway, with its pool of connections. */
export interface Upstream {
  readonly url: URL
  readonly agent: Agent
  /** Authorities its certificate may come from; undefined for those of the system. */
  readonly ca: string[] | undefined
  /** The longest silence while bytes should flow. */
  readonly idleTimeoutMs: number
  /** The longest wait for an answer once the request is complete: a large upload is moved into place then. */
  readonly answerTimeoutMs: number
}

export function openUpstream(
  url: string,
  options: { idleTimeoutMs?: number; answerTimeoutMs?: number; ca?: string | undefined } = {},
): Upstream {
  const parsed = new URL(url)
  const ca = options.ca === undefined ? undefined : trusting(options.ca)
  const settings = {
    keepAlive: true,
    keepAliveMsecs: 15_000,
    maxSockets: Infinity,
    maxFreeSockets: 256,
    timeout: IDLE_CONNECTION_MS,
  }
  return {
    url: parsed,
    agent: parsed.protocol === 'https:' ? new SecureAgent({ ...settings, ca }) : new StreamingAgent(settings),
    ca,
    idleTimeoutMs: options.idleTimeoutMs ?? 60_000,
    answerTimeoutMs: options.answerTimeoutMs ?? 300_000,
  }
}

/** The server behind the gateway could not be asked, or broke off before its answer began. */
export class UpstreamError extends Error {
  override name = 'UpstreamError'
}
/** A kept connection ended before any of the answer came: most likely it had been idle for too long. */
class StaleConnectionError extends UpstreamError {}
/** The client went away; there is nobody to answer. */
export class ClientGoneError extends Error {
  override name = 'ClientGoneError'
}
/** The client stopped sending in the middle of its body. */
export class SlowClientError extends Error {
  override name = 'SlowClientError'
}

export interface Outgoing {
  method: string
  /** Path and query as the server gets them; never more than that, whatever they hold. */
  target: string
  headers: OutgoingHttpHeaders
}

/**
 * Sends the client's request on, body and all, and gives the head of the answer, whose body `relay` passes on.
 * Bytes flow as fast as the slower side takes them; whichever side goes away, the other is told at once.
 * A question without a body that met the end of a kept connection is asked again on a new one (RFC 9112, 9.3.1).
 *
 * @throws UpstreamError, ClientGoneError, SlowClientError
 */
export async function forward(
  exchange: Exchange,
  upstream: Upstream,
  outgoing: Outgoing,
): Promise<IncomingMessage> {
  try {
    return await attempt(exchange, upstream, outgoing, upstream.agent)
  } catch (error) {
    const repeatable = ['GET', 'HEAD'].includes(outgoing.method) && !hasBody(exchange.req)
    if (!(error instanceof StaleConnectionError) || !repeatable) throw error
    return attempt(exchange, upstream, outgoing, false)
  }
}

/** `agent` false: on a connection of its own. */
function attempt(
  exchange: Exchange,
  upstream: Upstream,
  outgoing: Outgoing,
  agent: Agent | false,
): Promise<IncomingMessage> {
  const { req, res } = exchange
  const body = hasBody(req)
  return new Promise((resolve, reject) => {
    const send = upstream.url.protocol === 'https:' ? secureRequest : request
    const headers = { ...outgoing.headers, ...bodyHeaders(req, outgoing.method, body) }
    const out = send({
      ...destination(upstream.url, outgoing.target),
      method: outgoing.method,
      headers,
      agent,
      setDefaultHeaders: true,
      ...(upstream.ca ? { ca: upstream.ca } : {}),
    })
    limitConnecting(out, upstream.idleTimeoutMs)
    let settled = false
    const timeoutError = () =>
      body && !req.complete && !out.writableNeedDrain
        ? new SlowClientError('the client stopped sending')
        : new UpstreamError('no answer came in time')
    // Only what ends an upload may take its time: then a large blob is moved into place.
    const quick = body || outgoing.method === 'GET' || outgoing.method === 'HEAD'
    const timer = setTimeout(
      () => fail(timeoutError()),
      quick ? upstream.idleTimeoutMs : upstream.answerTimeoutMs,
    )
    const settle = () => {
      settled = true
      clearTimeout(timer)
      req.off('data', onData).off('end', onEnd)
      res.off('close', onClientGone)
    }
    const fail = (error: Error) => {
      if (settled) return
      settle()
      req.unpipe(out)
      out.destroy()
      reject(error)
    }
    const onData = (chunk: Buffer) => {
      timer.refresh()
      exchange.sentBytes += chunk.length
      passed(chunk)
    }
    const onEnd = () => {
      clearTimeout(timer)
      if (settled) return
      const waiting = setTimeout(() => fail(timeoutError()), upstream.answerTimeoutMs)
      out.once('close', () => clearTimeout(waiting)).once('response', () => clearTimeout(waiting))
    }
    const onClientGone = () => fail(new ClientGoneError('the client went away'))
    res.on('close', onClientGone)
    out.on('error', (cause) => {
      const Failure = out.reusedSocket ? StaleConnectionError : UpstreamError
      fail(new Failure(problemOf(cause), { cause }))
    })
    out.on('response', (answer) => {
      if (settled) return answer.destroy()
      settle()
      if (body && !req.complete) {
        // The answer came before the body's end: what is still on its way is nobody's.
        req.unpipe(out)
        closeAfterAnswer(exchange)
        answer.once('close', () => out.destroy())
      }
      resolve(answer)
    })
    if (!body) return out.end()
    acceptBody(exchange)
    req.on('data', onData).on('end', onEnd)
    req.pipe(out)
  })
}

/** The body's framing is ours to write; node has checked the client's and refuses contradictions. */
function bodyHeaders(req: IncomingMessage, method: string, body: boolean): OutgoingHttpHeaders {
  if (!body) return method === 'GET' || method === 'HEAD' ? {} : { 'content-length': '0' }
  const length = req.headers['content-length']
  return req.headers['transfer-encoding'] === undefined && length !== undefined
    ? { 'content-length': length }
    : { 'transfer-encoding': 'chunked' }
}

/** Passes an answer on. Resolves when all of it was sent, rejects when either side broke off; then both are closed. */
export function relay(
  { req, res }: Exchange,
  upstream: Upstream,
  answer: IncomingMessage,
  headers: OutgoingHttpHeaders,
): Promise<void> {
  res.writeHead(answer.statusCode ?? 502, headers)
  return new Promise((resolve, reject) => {
    let waits = 0
    const timer = setTimeout(() => {
      // A client that is busy unpacking may leave its connection alone for a while.
      if (res.writableNeedDrain && ++waits < CLIENT_PATIENCE) timer.refresh()
      else if (res.writableNeedDrain) fail(new ClientGoneError('the client stopped reading'))
      else fail(new UpstreamError('the answer stopped'))
    }, upstream.idleTimeoutMs)
    const fail = (error: Error) => {
      clearTimeout(timer)
      // First: what follows is reported as a failure, too.
      reject(error)
      answer.destroy()
      // The client sees a connection that ends before the announced length, not a complete answer.
      res.destroy()
    }
    const progress = () => {
      waits = 0
      timer.refresh()
    }
    answer.on('error', (cause) => fail(new UpstreamError('the answer broke off', { cause })))
    answer.on('aborted', () => fail(new UpstreamError('the answer broke off')))
    res.on('close', () => {
      if (res.writableFinished) {
        clearTimeout(timer)
        resolve()
      } else fail(new ClientGoneError('the client went away'))
    })
    const lengthBytes = largeBodyBytes(req.method, answer)
    if (lengthBytes !== undefined && passLargeBody(answer, res, lengthBytes, progress)) return
    answer.on('data', (chunk: Buffer) => {
      progress()
      passed(chunk)
    })
    answer.pipe(res)
  })
}
