import { DomainError } from '@berth/core'
import { deleteBlob as removeBlob } from '@berth/core/artifacts'
import { allowedOn } from '@berth/core/tokens'
import { type Digest, parseDigest, parseRepositoryName } from '@berth/registry-client'
import { OciError, unavailable } from '../oci-error.ts'
import { ask } from '../proxy/ask.ts'
import { hasBody } from '../request.ts'
import { requireNextChunk } from './chunk.ts'
import { challenge } from './identity.ts'
import type { At } from './path.ts'
import { passToRegistry, refuseFailure, registryHeaders } from './registry.ts'
import type { V2Request } from './request.ts'
import { roomForMount } from './room.ts'

export const getBlob = (request: V2Request<At<'/v2/<name>/blobs/<digest>'>>) =>
  passToRegistry(request, { target: `/v2/${request.path.name}/blobs/${request.path.digest}` })

/** Section "Deleting Blobs". Only the repository's hold on the blob goes; garbage collection frees the bytes. */
export async function deleteBlob({
  gateway,
  exchange,
  path,
  identity,
}: V2Request<At<'/v2/<name>/blobs/<digest>'>>): Promise<void> {
  const { name: repository, digest } = path
  await removeBlob(gateway.core, identity.actor, { repository, digest }).catch((error) => {
    if (!(error instanceof DomainError)) throw error
    if (error.code === 'NOT_FOUND') throw new OciError(404, 'BLOB_UNKNOWN', 'there is no such blob')
    if (error.code === 'PRECONDITION' || error.code === 'UNSUPPORTED')
      throw new OciError(405, 'UNSUPPORTED', error.message, { headers: { allow: 'GET, HEAD' } })
    throw error
  })
  exchange.res.writeHead(202, { 'content-length': 0 }).end()
}

// The registry also reads parameters out of form bodies, before those of the query: no body of ours is a form.
const octets = { 'content-type': 'application/octet-stream' }

const searchOf = (query: URLSearchParams): string => (query.size > 0 ? `?${query}` : '')

export async function startUpload(request: V2Request<At<'/v2/<name>/blobs/uploads/'>>): Promise<void> {
  const { path, query } = request
  const asked = new URLSearchParams()
  const digest = query.get('digest')
  const wanted = digest === null ? undefined : parseDigest(digest)
  if (wanted && hasBody(request.exchange.req)) return pushAtOnce(request, wanted)
  const source = query.get('from')
  const mount = query.get('mount')
  let scopes: string[] | undefined
  if (source !== null && mount !== null && (await mayMount(request, source))) {
    await roomForMount(request, parseDigest(mount))
    asked.set('mount', parseDigest(mount))
    asked.set('from', source)
    scopes = request.identity.bearer ? undefined : [request.scope, `repository:${source}:pull`]
  }
  await passToRegistry(request, {
    target: `/v2/${path.name}/blobs/uploads/${searchOf(asked)}`,
    scopes,
    headers: octets,
  })
}

/**
 * Section "Single POST": the whole blob with the first request. The registries behind cannot, so we open the upload
 * and send the body there.
 */
async function pushAtOnce(
  request: V2Request<At<'/v2/<name>/blobs/uploads/'>>,
  digest: Digest,
): Promise<void> {
  const { gateway, path } = request
  const uploads = `/v2/${path.name}/blobs/uploads/`
  const headers = { ...(await registryHeaders(request, undefined)), ...octets }
  const opened = await ask(gateway.registry, { method: 'POST', target: uploads, headers })
  refuseFailure(request, { statusCode: opened.status, resume: () => undefined as never }, undefined)
  const address = URL.parse(opened.headers.location ?? '', gateway.registry.url)
  if (opened.status !== 202 || !address?.pathname.startsWith(uploads))
    throw unavailable('the registry behind Berth did not open an upload')
  address.searchParams.set('digest', digest)
  await passToRegistry(request, {
    method: 'PUT',
    target: address.pathname + address.search,
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
  const { method, headers } = exchange.req
  const asked = new URLSearchParams()
  const state = query.get('_state')
  if (state !== null) asked.set('_state', state)
  const address = `/v2/${path.name}/blobs/uploads/${path.session}`
  const sends = method === 'PATCH' || method === 'PUT'
  const chunk = sends
    ? requireNextChunk({ address: `${address}${searchOf(asked)}`, state }, headers)
    : undefined
  const digest = query.get('digest')
  if (digest !== null) asked.set('digest', parseDigest(digest))
  await passToRegistry(request, {
    target: address + searchOf(asked),
    // Whoever may push may give up an upload; the registry asks for `delete` there.
    scopes: method === 'DELETE' ? [`repository:${path.name}:pull,push,delete`] : undefined,
    headers: chunk ? { ...octets, 'content-range': `${chunk.firstByte}-${chunk.lastByte}` } : octets,
  })
}
