import { parseDigest } from '../reference.ts'
import type { FakeContext } from './context.ts'
import { errorReply, type Reply } from './reply.ts'

export function getBlob(context: FakeContext): Reply {
  const digest = parseDigest(context.target)
  const bytes = context.state.repositories.get(context.repository)?.blobs.get(digest)
  if (bytes === undefined) return errorReply(404, 'BLOB_UNKNOWN', 'blob unknown to registry')
  const { redirectBlobsTo } = context.options
  if (redirectBlobsTo !== undefined) {
    return { status: 307, headers: { location: `${redirectBlobsTo}${context.url.pathname}` } }
  }
  const headers = { 'content-type': 'application/octet-stream', 'docker-content-digest': digest }
  const range = context.request.headers.range
  if (range === undefined) return { status: 200, headers, body: bytes }
  return partOf(bytes, range, headers)
}

export function deleteBlob(context: FakeContext): Reply {
  const deleted = context.state.repositories
    .get(context.repository)
    ?.blobs.delete(parseDigest(context.target))
  return deleted ? { status: 202 } : errorReply(404, 'BLOB_UNKNOWN', 'blob unknown to registry')
}

function partOf(bytes: Uint8Array, range: string, headers: Record<string, string>): Reply {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? []
  const start = Number(first)
  const end = last ? Math.min(Number(last), bytes.byteLength - 1) : bytes.byteLength - 1
  if (first === undefined || start > end) {
    return { ...errorReply(416, 'RANGE_INVALID', 'invalid content range') }
  }
  const contentRange = `bytes ${start}-${end}/${bytes.byteLength}`
  return {
    status: 206,
    headers: { ...headers, 'content-range': contentRange },
    body: bytes.subarray(start, end + 1),
  }
}
