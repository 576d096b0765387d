import { randomUUID } from 'node:crypto'
import { digestOf } from '../digest.ts'
import { digestAlgorithm, isDigest, parseDigest, parseRepositoryName } from '../reference.ts'
import type { FakeContext } from './context.ts'
import { errorReply, type Reply } from './reply.ts'
import { type FakeUpload, repositoryOf } from './state.ts'

export async function startUpload(context: FakeContext): Promise<Reply> {
  const { state, url, repository, options } = context
  const mount = url.searchParams.get('mount')
  const from = url.searchParams.get('from')
  if (mount !== null && from !== null && options.mounts !== false) {
    const digest = parseDigest(mount)
    const bytes = state.repositories.get(parseRepositoryName(from))?.blobs.get(digest)
    if (bytes !== undefined) {
      repositoryOf(state, repository).blobs.set(digest, bytes)
      return created(context, digest)
    }
  }
  const id = randomUUID()
  const upload: FakeUpload = { repository, chunks: [], sizeBytes: 0 }
  state.uploads.set(id, upload)
  // A digest with the POST makes it a whole upload in one request (OCI "POST then nothing").
  if (url.searchParams.has('digest')) return finish(context, id, upload)
  return progress(context, id, upload, 202)
}

export function getUpload(context: FakeContext): Reply {
  const upload = find(context)
  return upload ? progress(context, context.target, upload, 204) : unknownUpload()
}

export async function patchUpload(context: FakeContext): Promise<Reply> {
  const upload = find(context)
  if (upload === undefined) return unknownUpload()
  if (!startsWhereItEnded(context, upload)) return rangeInvalid(context, upload)
  await append(context, upload)
  return progress(context, context.target, upload, 202)
}

export async function putUpload(context: FakeContext): Promise<Reply> {
  const upload = find(context)
  if (upload === undefined) return unknownUpload()
  if (!startsWhereItEnded(context, upload)) return rangeInvalid(context, upload)
  return finish(context, context.target, upload)
}

export function cancelUpload(context: FakeContext): Reply {
  return context.state.uploads.delete(context.target) ? { status: 204 } : unknownUpload()
}

async function finish(context: FakeContext, id: string, upload: FakeUpload): Promise<Reply> {
  const digest = context.url.searchParams.get('digest')
  if (!isDigest(digest)) return errorReply(400, 'DIGEST_INVALID', 'invalid digest')
  await append(context, upload)
  context.state.uploads.delete(id)
  const bytes = Buffer.concat(upload.chunks)
  if (digestOf(bytes, digestAlgorithm(digest)) !== digest) {
    return errorReply(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
  }
  repositoryOf(context.state, context.repository).blobs.set(digest, bytes)
  context.state.received.push(digest)
  return created(context, digest)
}

/** Keeps what came even if the connection breaks in the middle: that is what a resume relies on. */
async function append(context: FakeContext, upload: FakeUpload): Promise<void> {
  for await (const chunk of context.chunks()) {
    upload.chunks.push(chunk)
    upload.sizeBytes += chunk.byteLength
  }
}

function find(context: FakeContext): FakeUpload | undefined {
  const upload = context.state.uploads.get(context.target)
  return upload?.repository === context.repository ? upload : undefined
}

function startsWhereItEnded(context: FakeContext, upload: FakeUpload): boolean {
  const range = context.request.headers['content-range']
  return range === undefined || new RegExp(`^${upload.sizeBytes}-\\d+$`).test(range)
}

function rangeInvalid(context: FakeContext, upload: FakeUpload): Reply {
  const { headers } = progress(context, context.target, upload, 416)
  return { ...errorReply(416, 'BLOB_UPLOAD_INVALID', 'parts must follow each other'), headers }
}

function progress(context: FakeContext, id: string, upload: FakeUpload, status: number): Reply {
  const headers: Record<string, string> = {
    location: `/v2/${context.repository}/blobs/uploads/${id}?state=${upload.sizeBytes}`,
    range: `0-${Math.max(upload.sizeBytes - 1, 0)}`,
    'docker-upload-uuid': id,
  }
  const { minChunkBytes } = context.options
  if (minChunkBytes !== undefined) headers['oci-chunk-min-length'] = String(minChunkBytes)
  return { status, headers }
}

function created(context: FakeContext, digest: string): Reply {
  const location = `/v2/${context.repository}/blobs/${digest}`
  return { status: 201, headers: { location, 'docker-content-digest': digest } }
}

const unknownUpload = () => errorReply(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry')
