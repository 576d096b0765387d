import { type IncomingMessage, request } from 'node:http'
import type { Duplex } from 'node:stream'
import { clientAddress } from '../client-address.ts'
import type { Gateway } from '../gateway.ts'
import { forwardedHeaders } from './headers.ts'
import { destination, isPlainPath } from './target.ts'

/**
 * Only the console's own development server speaks WebSocket (it reloads pages that way). Other requests that offer an
 * upgrade, as some HTTP clients do with each, are answered as if they had not.
 */
export const mayUpgrade = (gateway: Gateway, req: IncomingMessage): boolean =>
  gateway.web !== undefined &&
  req.headers.upgrade?.toLowerCase() === 'websocket' &&
  (req.url ?? '').startsWith('/_next/') &&
  isPlainPath((req.url ?? '').split('?', 1)[0]!)

export function passUpgrade(gateway: Gateway, req: IncomingMessage, client: Duplex, head: Buffer): void {
  const { web, externalUrl } = gateway
  if (!web) {
    client.destroy()
    return
  }
  const handshake = Object.entries(req.headers).filter(([name]) => name.startsWith('sec-websocket-'))
  const out = request({
    ...destination(web.url, req.url ?? '/'),
    headers: {
      ...Object.fromEntries(handshake),
      ...forwardedHeaders(externalUrl, clientAddress(req, gateway.trustedProxies)),
      origin: externalUrl.origin,
      connection: 'Upgrade',
      upgrade: 'websocket',
    },
  })
  client.on('error', () => out.destroy())
  out.on('error', () => client.destroy())
  out.on('response', () => client.destroy()) // no upgrade
  out.on('upgrade', (answer, server, first) => {
    const lines = [`HTTP/1.1 101 Switching Protocols`]
    for (let index = 0; index < answer.rawHeaders.length; index += 2)
      lines.push(`${answer.rawHeaders[index]}: ${answer.rawHeaders[index + 1]}`)
    client.write(`${lines.join('\r\n')}\r\n\r\n`)
    server.on('error', () => client.destroy())
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
    server.unshift(first)
    client.unshift(head)
    server.pipe(client).pipe(server)
  })
  out.end()
}
