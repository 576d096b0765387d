import { RegistryError } from './errors.ts'

/** Where the bytes of an upload come from; `open` is called again with an offset when an upload is taken up after a failure. */
export interface BlobSource {
  sizeBytes: number
  open(offsetBytes: number): AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>
}

export function toSource(content: BlobSource | Uint8Array): BlobSource {
  if (!(content instanceof Uint8Array)) return content
  return {
    sizeBytes: content.byteLength,
    async *open(offsetBytes) {
      yield content.subarray(offsetBytes)
    },
  }
}

/** Reads a source forwards in pieces of any length without holding more than one of its chunks. */
export interface SourceCursor {
  /** Gives exactly `sizeBytes` bytes from `offsetBytes` on, going on where the last piece ended when it can. */
  read(offsetBytes: number, sizeBytes: number): AsyncGenerator<Uint8Array, void, undefined>
  close(): void
}

export function createSourceCursor(source: BlobSource): SourceCursor {
  let chunks: AsyncIterator<Uint8Array> | undefined
  let rest: Uint8Array | undefined
  let positionBytes = 0

  function close(): void {
    const open = chunks
    chunks = undefined
    rest = undefined
    // Not waited for: a source that hangs or fails while being closed must not hold up the upload.
    Promise.resolve(open?.return?.()).catch(() => {})
  }

  async function seek(offsetBytes: number): Promise<AsyncIterator<Uint8Array>> {
    if (chunks !== undefined && positionBytes === offsetBytes) return chunks
    close()
    chunks = (await source.open(offsetBytes))[Symbol.asyncIterator]()
    positionBytes = offsetBytes
    return chunks
  }

  return {
    close,
    async *read(offsetBytes, sizeBytes) {
      const open = await seek(offsetBytes)
      let missingBytes = sizeBytes
      while (missingBytes > 0) {
        const chunk = rest ?? (await nextChunk(open))
        const piece = chunk.subarray(0, missingBytes)
        rest = piece.byteLength < chunk.byteLength ? chunk.subarray(piece.byteLength) : undefined
        missingBytes -= piece.byteLength
        positionBytes += piece.byteLength
        if (piece.byteLength > 0) yield piece
      }
    },
  }
}

async function nextChunk(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const next = await chunks.next()
  if (next.done) throw new RegistryError('the source ended before its size', { code: 'SOURCE_TRUNCATED' })
  return next.value
}
