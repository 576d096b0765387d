import { ManifestError } from '../manifest.ts'
import { InvalidReferenceError, parseRepositoryName, type RepositoryName } from '../reference.ts'
import { deleteBlob, getBlob } from './blobs.ts'
import type { FakeContext, FakeRoute } from './context.ts'
import { getCatalog, getReferrers, getTags } from './listings.ts'
import { deleteManifest, getManifest, putManifest } from './manifests.ts'
import { errorReply, type Reply } from './reply.ts'
import { cancelUpload, getUpload, patchUpload, putUpload, startUpload } from './uploads.ts'

/** Method, path and what answers. Groups: repository, then the target. HEAD is GET without its body. */
const ROUTES: readonly [string, RegExp, FakeRoute][] = [
  [
    'GET',
    /^\/v2\/()()$/,
    () => ({ status: 200, body: '{}', headers: { 'content-type': 'application/json' } }),
  ],
  ['GET', /^\/v2\/()(_catalog)$/, getCatalog],
  ['GET', /^\/v2\/(.+)\/tags\/(list)$/, getTags],
  ['GET', /^\/v2\/(.+)\/referrers\/([^/]+)$/, getReferrers],
  ['GET', /^\/v2\/(.+)\/manifests\/([^/]+)$/, getManifest],
  ['PUT', /^\/v2\/(.+)\/manifests\/([^/]+)$/, putManifest],
  ['DELETE', /^\/v2\/(.+)\/manifests\/([^/]+)$/, deleteManifest],
  ['POST', /^\/v2\/(.+)\/blobs\/uploads\/()$/, startUpload],
  ['GET', /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, getUpload],
  ['PATCH', /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, patchUpload],
  ['PUT', /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, putUpload],
  ['DELETE', /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, cancelUpload],
  ['GET', /^\/v2\/(.+)\/blobs\/([^/]+)$/, getBlob],
  ['DELETE', /^\/v2\/(.+)\/blobs\/([^/]+)$/, deleteBlob],
]

export async function route(context: Omit<FakeContext, 'repository' | 'target'>): Promise<Reply> {
  const method = context.request.method === 'HEAD' ? 'GET' : (context.request.method ?? '')
  const { pathname } = context.url
  let pathKnown = false
  for (const [routeMethod, pattern, answer] of ROUTES) {
    const match = pattern.exec(pathname)
    if (match === null) continue
    pathKnown = true
    if (routeMethod !== method) continue
    return guarded(() => {
      const repository = match[1] === '' ? ('' as RepositoryName) : parseRepositoryName(match[1] as string)
      return answer({ ...context, repository, target: match[2] as string })
    })
  }
  return pathKnown
    ? errorReply(405, 'UNSUPPORTED', 'operation unsupported')
    : { status: 404, body: 'page not found\n' }
}

async function guarded(answer: () => Reply | Promise<Reply>): Promise<Reply> {
  try {
    return await answer()
  } catch (error) {
    if (error instanceof InvalidReferenceError || error instanceof ManifestError) {
      return errorReply(400, error.code, error.message)
    }
    throw error
  }
}
