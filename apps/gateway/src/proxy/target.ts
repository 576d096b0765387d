import type { RequestOptions } from 'node:http'
import { urlToHttpOptions } from 'node:url'

/**
 * Where a request to a server behind the gateway goes. Scheme, host and port are the server's, whatever the target
 * holds: resolving it as a reference (RFC 3986, 4.2) would let `//host/` name another server.
 *
 * @param target path and query as the server gets them
 */
export const destination = (server: URL, target: string): RequestOptions => ({
  ...urlToHttpOptions(server),
  path: target,
})

// An empty segment, a backslash, a fragment, a segment of dots, escaped or not.
const AMBIGUOUS = /\/\/|[\\#]|\/(?:\.|%2e){1,2}(?:\/|$)/i

/**
 * Whether two readers of this path may disagree on what it names: browsers and proxies resolve all of these before they
 * send a request, so that what still has them comes from nobody with good intent.
 */
export const isPlainPath = (pathname: string): boolean =>
  pathname.startsWith('/') && !AMBIGUOUS.test(pathname)
