import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'

/** RFC 9110 section 7.6.1: meant for one connection only. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Headers that may travel on: neither hop-by-hop ones nor those that `Connection` names. */
export function endToEnd(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = new Set(
    String(headers.connection ?? '')
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  )
  const kept: OutgoingHttpHeaders = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !hopByHop.has(name) && !named.has(name)) kept[name] = value
  return kept
}

/** Only these of a client's headers reach the registry. */
const toRegistry = [
  'accept',
  'content-range',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'range',
  'user-agent',
] as const

export function registryRequestHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const sent: OutgoingHttpHeaders = {}
  for (const name of toRegistry) {
    const value = headers[name]
    if (typeof value === 'string') sent[name] = value
  }
  return sent
}

/** The registry's answer for the client. A Location that names the registry itself becomes a path on our own host. */
export function registryAnswerHeaders(headers: IncomingHttpHeaders, registry: URL): OutgoingHttpHeaders {
  const sent = endToEnd(headers)
  delete sent['www-authenticate']
  delete sent['x-request-id']
  const { location } = headers
  if (location !== undefined) {
    const target = URL.parse(location, registry.href)
    if (target && target.host === registry.host) sent.location = target.pathname + target.search
  }
  return sent
}

/** What the server behind learns of the outside, told by us and never by the client. */
export function forwardedHeaders(externalUrl: URL, remoteAddress: string): OutgoingHttpHeaders {
  return {
    host: externalUrl.host,
    'x-forwarded-for': remoteAddress,
    'x-forwarded-host': externalUrl.host,
    'x-forwarded-proto': externalUrl.protocol.slice(0, -1),
  }
}
