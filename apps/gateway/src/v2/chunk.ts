import { OciError } from '../oci-error.ts'

/** Which bytes of a blob a request carries; both ends belong to it. */
export interface Chunk {
  firstByte: number
  lastByte: number
}

// `0-99` as the OCI spec has it, `bytes 0-99/*` as HTTP has it.
const CONTENT_RANGE = /^(?:bytes +)?(\d{1,15})-(\d{1,15})(?:\/(?:\d{1,15}|\*))?$/

/** @throws OciError 400 BLOB_UPLOAD_INVALID */
export function parseContentRange(text: string): Chunk {
  const [, first, last] = CONTENT_RANGE.exec(text.trim()) ?? []
  const chunk = { firstByte: Number(first), lastByte: Number(last) }
  if (first === undefined || last === undefined || chunk.lastByte < chunk.firstByte)
    throw new OciError(400, 'BLOB_UPLOAD_INVALID', 'the Content-Range must be <first byte>-<last byte>')
  return chunk
}

const MAC_BYTES = 32

/**
 * How many bytes an upload has, as the registry wrote it into the upload's address: `_state` is a MAC and JSON, in
 * distribution 2.8 and 3.x alike. The registry checks the MAC, so a forged number only gets the request refused there.
 * Undefined for an address of another form.
 */
export function receivedBytes(state: string | null): number | undefined {
  if (state === null) return undefined
  try {
    const { Offset } = JSON.parse(Buffer.from(state, 'base64url').subarray(MAC_BYTES).toString('utf8'))
    return Number.isSafeInteger(Offset) && Offset >= 0 ? Offset : undefined
  } catch {
    return undefined
  }
}

/**
 * Section "Pushing a blob in chunks": chunks come in order, and one that does not is refused before anything is
 * written. Distribution 2.8 takes no notice of Content-Range and would append whatever comes.
 *
 * @throws OciError 416 with the range that is there; 400 for a range that is none or is not as long as the body
 */
export function requireNextChunk(
  upload: { address: string; state: string | null },
  headers: { 'content-range'?: string; 'content-length'?: string },
): Chunk | undefined {
  const text = headers['content-range']
  if (text === undefined) return undefined
  const chunk = parseContentRange(text)
  const length = headers['content-length']
  if (length !== undefined && Number(length) !== chunk.lastByte - chunk.firstByte + 1)
    throw new OciError(400, 'SIZE_INVALID', 'Content-Range and Content-Length differ')
  const received = receivedBytes(upload.state)
  if (received === undefined || received === chunk.firstByte) return chunk
  throw new OciError(416, 'RANGE_INVALID', `the next byte of this upload is ${received}`, {
    headers: { location: upload.address, range: `0-${Math.max(0, received - 1)}` },
  })
}
