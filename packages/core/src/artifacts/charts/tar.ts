/** The bytes are no tar archive, or one beyond the limits. The message may be shown. */
export class ArchiveError extends Error {
  override name = 'ArchiveError'
}

export interface TarLimits {
  maxEntries: number
  /** Of the file that is looked for. */
  maxFileBytes: number
}

const BLOCK = 512
// Long names and pax records; nobody's path needs more.
const MAX_RECORD_BYTES = 64 * 1024

/**
 * The first regular file whose path satisfies `wanted`; undefined when there is none. Holds one block, one record of
 * names and that file at most. Formats: ustar, pax (POSIX.1-2001), GNU long names.
 *
 * @throws ArchiveError
 */
export async function fileFromTar(
  source: AsyncIterable<Uint8Array>,
  wanted: (path: string) => boolean,
  limits: TarLimits,
): Promise<Buffer | undefined> {
  const bytes = byteReader(source)
  let long: { path?: string; sizeBytes?: number } = {}
  for (let entries = 0; ; entries++) {
    const header = await bytes.take(BLOCK)
    if (header.length < BLOCK || header.every((byte) => byte === 0)) return undefined
    if (entries >= limits.maxEntries)
      throw new ArchiveError(`the archive has more than ${limits.maxEntries} entries`)
    checkSum(header)
    const type = String.fromCharCode(header[156]!)
    const sizeBytes = long.sizeBytes ?? readSize(header)
    if (type === 'x' || type === 'L') {
      if (sizeBytes > MAX_RECORD_BYTES) throw new ArchiveError('the archive has a name that is too long')
      const record = await bytes.take(sizeBytes)
      long = type === 'L' ? { ...long, path: text(record) } : { ...long, ...readPax(record) }
      await bytes.skip(padding(sizeBytes))
      continue
    }
    const isFile = type === '0' || type === '\0'
    if (isFile && wanted(long.path ?? pathOf(header))) {
      if (sizeBytes > limits.maxFileBytes)
        throw new ArchiveError(`the file is larger than ${limits.maxFileBytes} bytes`)
      const content = await bytes.take(sizeBytes)
      if (content.length < sizeBytes) throw new ArchiveError('the archive ends in the middle')
      return content
    }
    await bytes.skip(sizeBytes + padding(sizeBytes))
    long = {}
  }
}

function byteReader(source: AsyncIterable<Uint8Array>) {
  const chunks = source[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array()
  const fill = async (): Promise<boolean> => {
    while (rest.length === 0) {
      const next = await chunks.next()
      if (next.done) return false
      rest = next.value
    }
    return true
  }
  return {
    /** Shorter only at the end. */
    async take(count: number): Promise<Buffer> {
      const parts: Uint8Array[] = []
      for (let missing = count; missing > 0 && (await fill()); ) {
        const part = rest.subarray(0, missing)
        parts.push(part)
        rest = rest.subarray(part.length)
        missing -= part.length
      }
      return Buffer.concat(parts)
    },
    async skip(count: number): Promise<void> {
      for (let missing = count; missing > 0 && (await fill()); ) {
        const skipped = Math.min(missing, rest.length)
        rest = rest.subarray(skipped)
        missing -= skipped
      }
    },
  }
}

const padding = (sizeBytes: number) => (BLOCK - (sizeBytes % BLOCK)) % BLOCK

const text = (field: Uint8Array) => {
  const end = field.indexOf(0)
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString('utf8')
}

function pathOf(header: Buffer): string {
  const name = text(header.subarray(0, 100))
  const isUstar = header.toString('latin1', 257, 262) === 'ustar'
  const prefix = isUstar ? text(header.subarray(345, 500)) : ''
  return prefix ? `${prefix}/${name}` : name
}

/** Octal digits; or, with the first bit set, a number to the base 256. */
function readSize(header: Buffer): number {
  const field = header.subarray(124, 136)
  if (field[0]! & 0x80) {
    const size = field.subarray(4).readBigUInt64BE()
    if (field[0] !== 0x80 || size > BigInt(Number.MAX_SAFE_INTEGER))
      throw new ArchiveError('an entry has no size')
    return Number(size)
  }
  const digits = text(field).trim()
  if (!/^[0-7]{0,12}$/.test(digits)) throw new ArchiveError('an entry has no size')
  return Number.parseInt(digits || '0', 8)
}

/** The sum of all bytes of the header, its own field counted as spaces. */
function checkSum(header: Buffer): void {
  let sum = 8 * 0x20
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) sum += header[at]!
  const claimed = Number.parseInt(text(header.subarray(148, 156)).trim(), 8)
  if (claimed !== sum) throw new ArchiveError('this is no tar archive')
}

/** Records `<length> <key>=<value>\n`. */
function readPax(record: Buffer): { path?: string; sizeBytes?: number } {
  const found: { path?: string; sizeBytes?: number } = {}
  for (let at = 0; at < record.length; ) {
    const space = record.indexOf(0x20, at)
    const length = Number(record.toString('latin1', at, space < 0 ? at : space))
    if (!Number.isInteger(length) || length < 5 || at + length > record.length)
      throw new ArchiveError('the archive has a broken record')
    const line = record.toString('utf8', space + 1, at + length - 1)
    const equals = line.indexOf('=')
    const value = line.slice(equals + 1)
    if (line.startsWith('path=')) found.path = value
    if (line.startsWith('size=')) {
      if (!/^\d{1,15}$/.test(value)) throw new ArchiveError('an entry has no size')
      found.sizeBytes = Number(value)
    }
    at += length
  }
  return found
}
