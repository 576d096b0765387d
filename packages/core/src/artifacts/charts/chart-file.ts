import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { ArchiveError, fileFromTar } from './tar.ts'

/** Charts are text: the largest in the wild stay far below these. Helm itself stops at 100 MiB unpacked. */
export const CHART_LIMITS = {
  maxArchiveBytes: 32 * 1024 * 1024,
  maxUnpackedBytes: 100 * 1024 * 1024,
  /** Unpacked bytes for each packed one, beyond the first MiB. */
  maxRatio: 200,
  maxEntries: 10_000,
  maxFileBytes: 1024 * 1024,
}
const FREE_BYTES = 1024 * 1024

/**
 * One file of a chart's archive by its name beside Chart.yaml, in any case; undefined when the chart has none. Unpacks
 * while reading and only as far as that file, so what follows it is neither read nor checked against the digest.
 *
 * @throws ArchiveError for what is no archive or exceeds CHART_LIMITS
 */
export async function fileFromChart(
  archive: AsyncIterable<Uint8Array>,
  name: string,
  limits = CHART_LIMITS,
): Promise<Buffer | undefined> {
  let packedBytes = 0
  let unpackedBytes = 0
  const gunzip = createGunzip()
  const packed = async function* () {
    for await (const chunk of archive) {
      packedBytes += chunk.byteLength
      if (packedBytes > limits.maxArchiveBytes) throw new ArchiveError('the archive is too large')
      yield chunk
    }
  }
  const unpacked = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
      unpackedBytes += chunk.byteLength
      if (unpackedBytes > Math.min(limits.maxUnpackedBytes, FREE_BYTES + packedBytes * limits.maxRatio))
        throw new ArchiveError('the archive unpacks to too many bytes')
      yield chunk
    }
  }
  const feeding = pipeline(packed, gunzip)
  // Its failure arrives at the reader too; an end before the last byte is what we want.
  feeding.catch(() => undefined)
  try {
    // <chart>/README.md: the charts inside have longer paths.
    const wanted = (path: string) => {
      const [, file, ...deeper] = path.replace(/^\.\//, '').split('/')
      return deeper.length === 0 && file?.toLowerCase() === name
    }
    return await fileFromTar(unpacked(), wanted, limits)
  } catch (error) {
    throw isZlibError(error) ? new ArchiveError('this is no gzip archive', { cause: error }) : error
  } finally {
    gunzip.destroy()
  }
}

const isZlibError = (error: unknown) =>
  error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith('Z_')
