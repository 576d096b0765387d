import { gzipSync } from 'node:zlib'

/** One entry of a tar archive; `size` overrides the field, for archives that lie. */
export function tarEntry(path: string, content: string, type = '0', size?: string): Buffer {
  const body = Buffer.from(content)
  const header = Buffer.alloc(512)
  header.write(path, 0, 100)
  header.write('0000644\0', 100)
  header.write(size ?? `${body.length.toString(8).padStart(11, '0')}\0`, 124, 12, 'latin1')
  header.write(' '.repeat(8), 148)
  header.write(type, 156)
  header.write('ustar\0', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)])
}

/** A chart's .tgz with these files. */
export const chartArchive = (files: Record<string, string>): Buffer =>
  gzipSync(
    Buffer.concat([
      ...Object.entries(files).map(([path, content]) => tarEntry(path, content)),
      Buffer.alloc(1_024),
    ]),
  )
