import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { seenIn, withOrigin } from '@berth/core'
import { endFeeds } from '@berth/core/feeds'
import { clientAddress } from './client-address.ts'
import { type Gateway, type GatewayOptions, openGateway } from './gateway.ts'
import { countRequest } from './metrics.ts'
import { OciError, sendOciError, toOciError, unavailable } from './oci-error.ts'
import { ClientGoneError, SlowClientError, UpstreamError } from './proxy/forward.ts'
import { isPlainPath } from './proxy/target.ts'
import { mayUpgrade, passUpgrade } from './proxy/upgrade.ts'
import { webDoor } from './proxy/web.ts'
import { closeAfterAnswer, type Exchange, openExchange } from './request.ts'
import { notificationsDoor } from './service/notifications.ts'
import { tokenDoor } from './service/token.ts'
import { v2Door } from './v2/door.ts'

export interface RunningGateway {
  port: number
  /** Takes no more requests, lets those under way end for at most `graceMs`, and writes down what was counted. */
  close(graceMs?: number): Promise<void>
  /** For tests: what was pulled so far is in the database when it resolves. */
  flush(): Promise<void>
}

/** Starts to listen. `port` 0 takes a free one. */
export async function startGateway(
  options: GatewayOptions & { port: number; host?: string },
): Promise<RunningGateway> {
  const gateway = openGateway(options)
  const server = createServer({
    // A token for many repositories is long.
    maxHeaderSize: 64 * 1024,
    headersTimeout: 20_000,
    // Uploads take as long as they take; silence is limited while bodies flow.
    requestTimeout: 0,
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: 5_000,
    insecureHTTPParser: false,
    noDelay: true,
    shouldUpgradeCallback: (req) => mayUpgrade(gateway, req),
  })
  const open = (req: IncomingMessage, res: ServerResponse, awaitsContinue: boolean) =>
    void serve(gateway, openExchange(req, res, clientAddress(req, gateway.trustedProxies), awaitsContinue))
  server.on('request', (req, res) => open(req, res, false))
  server.on('checkContinue', (req, res) => open(req, res, true))
  server.on('upgrade', (req, socket, head) => passUpgrade(gateway, req, socket, head))
  server.on('clientError', refuseConnection)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, options.host, resolve)
  })
  // What came in before this process began.
  gateway.inbox.kick()
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    close: (graceMs = 10_000) => close(gateway, server, graceMs),
    flush: () => gateway.pulls.flush(),
  }
}

async function serve(gateway: Gateway, exchange: Exchange): Promise<void> {
  const { req, res, requestId } = exchange
  const startedMs = performance.now()
  gateway.inFlight++
  const userAgent = req.headers['user-agent'] ?? ''
  const seen = seenIn([req.headers['berth-seen'] ?? []].flat().join(','))
  const origin = { address: exchange.remoteAddress, userAgent, requestId, seen }
  try {
    await withOrigin(origin, () => route(gateway, exchange))
  } catch (error) {
    if (!(error instanceof ClientGoneError)) refuse(gateway, exchange, error)
  }
  gateway.inFlight--
  countRequest(gateway, exchange, performance.now() - startedMs)
  if (gateway.accessLog)
    gateway.log('info', 'request', {
      method: req.method,
      path: req.url?.split('?', 1)[0],
      status: res.statusCode,
      tookMs: Math.round(performance.now() - startedMs),
      address: exchange.remoteAddress,
      requestId,
    })
}

async function route(gateway: Gateway, exchange: Exchange): Promise<void> {
  const target = exchange.req.url ?? '/'
  const question = target.indexOf('?')
  const pathname = question < 0 ? target : target.slice(0, question)
  const search = question < 0 ? '' : target.slice(question)
  if (pathname === '/v2' || pathname.startsWith('/v2/')) return v2Door(gateway, exchange, pathname, search)
  if (pathname === '/service/token') {
    exchange.route = pathname
    return tokenDoor(gateway, exchange, search)
  }
  if (pathname === '/service/notifications') {
    exchange.route = pathname
    return notificationsDoor(gateway, exchange)
  }
  if (pathname.startsWith('/service/')) throw new OciError(404, 'UNSUPPORTED', 'there is no such service')
  // Absolute forms and `*` are for proxies of another kind.
  if (!isPlainPath(pathname))
    throw new OciError(400, 'UNSUPPORTED', 'the request target must be a plain path')
  if (pathname.startsWith('/api/v2.0/') || pathname === '/api/v2.0' || pathname === '/api/version') {
    exchange.route = '/api'
    if (exchange.awaitsContinue) exchange.res.writeContinue()
    return gateway.api(exchange.req, exchange.res)
  }
  exchange.route = 'console'
  return webDoor(gateway, exchange)
}

function refuse(gateway: Gateway, exchange: Exchange, error: unknown): void {
  const { res, requestId } = exchange
  const answer = foreseen(error) ?? new OciError(500, 'UNKNOWN', `something went wrong; request ${requestId}`)
  if (answer.status >= 500)
    gateway.log(answer.status === 500 ? 'error' : 'warn', 'request failed', { error, requestId })
  if (res.headersSent) {
    res.destroy()
    return
  }
  closeAfterAnswer(exchange)
  sendOciError(res, answer)
}

function foreseen(error: unknown): OciError | undefined {
  if (error instanceof UpstreamError) return unavailable('the registry does not answer; try again', error)
  if (error instanceof SlowClientError)
    return new OciError(408, 'BLOB_UPLOAD_INVALID', 'the body stopped arriving')
  return toOciError(error)
}

/** What is no HTTP request, or an ambiguous one (two lengths, a length and chunks), ends the connection. */
function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

async function close(gateway: Gateway, server: Server, graceMs: number): Promise<void> {
  // Whoever follows something would stay until the end.
  endFeeds(gateway.core)
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // Connections that end a request from now on would otherwise wait for another one.
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const cut = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearInterval(idle)
  clearTimeout(cut)
  gateway.registry.agent.destroy()
  gateway.web?.agent.destroy()
  await gateway.pulls.flush()
  // What a registry that hangs keeps from being done stays in the inbox.
  await Promise.race([gateway.inbox.stop(), delay(graceMs, undefined, { ref: false })])
}
