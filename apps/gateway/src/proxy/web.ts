import type { Gateway } from '../gateway.ts'
import type { Exchange } from '../request.ts'
import { ClientGoneError, forward, relay, UpstreamError } from './forward.ts'
import { endToEnd, forwardedHeaders } from './headers.ts'

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Berth</title>
<meta http-equiv="refresh" content="5"><body style="font: 16px system-ui; margin: 15vh auto; max-width: 32em">
<h1>The console is not answering</h1><p>Pushing and pulling go on. This page tries again every few seconds.</p>`

/** Everything that is no door of the gateway's own belongs to the console. */
export async function webDoor(gateway: Gateway, exchange: Exchange): Promise<void> {
  const { web, externalUrl, log } = gateway
  const { req, res, remoteAddress, requestId } = exchange
  if (!web) return sendPage(exchange)
  try {
    const answer = await forward(exchange, web, {
      method: req.method ?? 'GET',
      target: req.url ?? '/',
      headers: {
        ...withoutClaims(endToEnd(req.headers)),
        ...forwardedHeaders(externalUrl, remoteAddress),
        'x-request-id': requestId,
      },
    })
    await relay(exchange, web, answer, endToEnd(answer.headers))
  } catch (error) {
    if (error instanceof ClientGoneError) return
    if (!(error instanceof UpstreamError)) throw error
    log('warn', 'the console does not answer', { error, requestId })
    if (!res.headersSent) sendPage(exchange)
  }
}

/** Addresses and hosts that a client claims go no further. */
function withoutClaims<T extends Record<string, unknown>>(headers: T): T {
  for (const name of Object.keys(headers))
    if (name === 'forwarded' || name.startsWith('x-forwarded-') || name === 'x-real-ip' || name === 'expect')
      delete headers[name]
  return headers
}

function sendPage({ res }: Exchange): void {
  res.writeHead(503, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(page),
    'retry-after': '5',
    'cache-control': 'no-store',
  })
  res.end(page)
}
