import { allowedOn } from '@berth/core/tokens'
import { parseDigest, parseRepositoryName } from '@berth/registry-client'
import { OciError } from '../oci-error.ts'
import { challenge } from './identity.ts'
import type { At } from './path.ts'
import { passToRegistry } from './registry.ts'
import type { V2Request } from './request.ts'
import { roomForMount } from './room.ts'

export const getBlob = (request: V2Request<At<'/v2/<name>/blobs/<digest>'>>) =>
  passToRegistry(request, { target: `/v2/${request.path.name}/blobs/${request.path.digest}` })

/** Blobs are shared between manifests; garbage collection removes those that nothing needs. */
export async function deleteBlob(): Promise<void> {
  throw new OciError(405, 'UNSUPPORTED', 'blobs are removed by garbage collection, not one by one')
}

// The registry also reads parameters out of form bodies, before those of the query: no body of ours is a form.
const octets = { 'content-type': 'application/octet-stream' }

export async function startUpload(request: V2Request<At<'/v2/<name>/blobs/uploads/'>>): Promise<void> {
  const { path, query } = request
  const asked = new URLSearchParams()
  const digest = query.get('digest')
  if (digest !== null) asked.set('digest', parseDigest(digest))
  const source = query.get('from')
  const mount = query.get('mount')
  let scopes: string[] | undefined
  if (source !== null && mount !== null && (await mayMount(request, source))) {
    await roomForMount(request, parseDigest(mount))
    asked.set('mount', parseDigest(mount))
    asked.set('from', source)
    scopes = request.identity.bearer ? undefined : [request.scope, `repository:${source}:pull`]
  }
  const search = asked.size > 0 ? `?${asked}` : ''
  await passToRegistry(request, {
    target: `/v2/${path.name}/blobs/uploads/${search}`,
    scopes,
    headers: octets,
  })
}

/** Who may not pull the source gets an ordinary upload, which the spec has for a mount that did not work. */
async function mayMount(request: V2Request, from: string): Promise<boolean> {
  const { gateway, identity, scope } = request
  const source = parseRepositoryName(from)
  if ((await allowedOn(gateway.core, identity.actor, source, ['pull'])).length === 0) return false
  if (await identity.allows(source, 'pull')) return true
  const both = `${scope} repository:${source}:pull`
  throw challenge(
    gateway,
    'DENIED',
    'the token does not permit pulling the source',
    both,
    'insufficient_scope',
  )
}

export async function continueUpload(
  request: V2Request<At<'/v2/<name>/blobs/uploads/<session>'>>,
): Promise<void> {
  const { path, query, exchange } = request
  const asked = new URLSearchParams()
  const state = query.get('_state')
  if (state !== null) asked.set('_state', state)
  const digest = query.get('digest')
  if (digest !== null) asked.set('digest', parseDigest(digest))
  const search = asked.size > 0 ? `?${asked}` : ''
  await passToRegistry(request, {
    target: `/v2/${path.name}/blobs/uploads/${path.session}${search}`,
    // Whoever may push may give up an upload; the registry asks for `delete` there.
    scopes: exchange.req.method === 'DELETE' ? [`repository:${path.name}:pull,push,delete`] : undefined,
    headers: octets,
  })
}
