import { InvalidReferenceError } from '@berth/registry-client'
import type { Gateway } from '../gateway.ts'
import { OciError } from '../oci-error.ts'
import type { Exchange } from '../request.ts'
import { noteAttempt } from './attempts.ts'
import { identify } from './identity.ts'
import { parseV2Path, type V2Path } from './path.ts'
import { manifestUnknown } from './read-manifest.ts'
import { scopeOf } from './request.ts'
import { methodsOf, table } from './table.ts'

/** Answers a request to /v2. Refusals are thrown. */
export async function v2Door(
  gateway: Gateway,
  exchange: Exchange,
  pathname: string,
  search: string,
): Promise<void> {
  const { req, res } = exchange
  res.setHeader('docker-distribution-api-version', 'registry/2.0')
  // Blobs are anybody's bytes on the console's own origin.
  res.setHeader('x-content-type-options', 'nosniff')
  const method = req.method ?? 'GET'
  exchange.route = '/v2'
  const path = parse(method, pathname)
  exchange.route = path.path
  const route = table.find((entry) => entry.path === path.path && entry.methods.includes(method))
  if (!route)
    throw new OciError(405, 'UNSUPPORTED', 'this method is not offered here', {
      headers: { allow: methodsOf(path.path).join(', ') },
    })
  const scope = scopeOf(path, route.guards)
  const identity = await identify(gateway, exchange, scope)
  const request = { gateway, exchange, path, query: new URLSearchParams(search), identity, scope }
  try {
    for (const guard of route.guards) await guard.check(request)
    await route.handle(request)
  } catch (error) {
    await noteAttempt(request, route.guards, error)
    throw error
  }
}

/** Reading what cannot exist is like reading what does not exist; only writing it is a mistake to name. */
function parse(method: string, pathname: string): V2Path {
  try {
    return parseV2Path(pathname)
  } catch (error) {
    const reads = method === 'GET' || method === 'HEAD'
    if (reads && error instanceof InvalidReferenceError && error.code === 'TAG_INVALID')
      throw manifestUnknown()
    throw error
  }
}
