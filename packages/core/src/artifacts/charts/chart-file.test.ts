import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { chartArchive, tarEntry } from './archive.fixture.ts'
import { CHART_LIMITS, fileFromChart } from './chart-file.ts'
import { ArchiveError } from './tar.ts'

async function* inChunks(bytes: Uint8Array, sizeBytes = 1_000) {
  for (let at = 0; at < bytes.length; at += sizeBytes) yield bytes.subarray(at, at + sizeBytes)
}
const read = async (archive: Uint8Array, name: string, limits?: Partial<typeof CHART_LIMITS>) =>
  (await fileFromChart(inChunks(archive), name, { ...CHART_LIMITS, ...limits }))?.toString()

describe('a file of a chart', () => {
  const archive = chartArchive({
    'web/Chart.yaml': 'name: web',
    'web/values.yaml': 'replicas: 1\n',
    'web/templates/values.yaml': 'not this one',
    'web/README.md': `# Web\n${'long '.repeat(1_000)}`,
    'web/charts/db/readme.md': 'not this one',
  })

  it('is found beside Chart.yaml, whatever its case', async () => {
    expect(await read(archive, 'values.yaml')).toBe('replicas: 1\n')
    expect(await read(archive, 'readme.md')).toMatch(/^# Web\n(long ){1000}$/)
  })

  it('is undefined when the chart has none', async () => {
    expect(await read(archive, 'license')).toBeUndefined()
    expect(await read(gzipSync(Buffer.alloc(1_024)), 'values.yaml')).toBeUndefined()
  })

  it('is found under long names of either kind', async () => {
    const long = `${'x'.repeat(150)}/values.yaml`
    const record = `path=${long}\n`
    const pax = `${record.length + 4} ${record}`
    for (const entries of [
      [tarEntry('pax', pax, 'x'), tarEntry('short', 'by pax')],
      [tarEntry('././@LongLink', `${long}\0`, 'L'), tarEntry('short', 'by gnu')],
    ])
      expect(await read(gzipSync(Buffer.concat([...entries, Buffer.alloc(1_024)])), 'values.yaml')).toMatch(
        /^by /,
      )
  })

  it('is never a link', async () => {
    const link = tarEntry('web/values.yaml', '', '2')
    expect(await read(gzipSync(Buffer.concat([link, Buffer.alloc(1_024)])), 'values.yaml')).toBeUndefined()
  })
})

describe('an archive made to harm', () => {
  it.each([
    ['no gzip', randomBytes(4_000)],
    ['gzip of noise', gzipSync(randomBytes(4_000))],
    ['a bomb', gzipSync(Buffer.alloc(60 * 1024 * 1024, 'a'))],
    ['cut off', chartArchive({ 'web/values.yaml': 'x'.repeat(5_000) }).subarray(0, 60)],
  ])('%s is refused', async (_, archive) => {
    await expect(read(archive, 'values.yaml')).rejects.toThrow(ArchiveError)
  })

  it('is refused when it unpacks beyond the ratio, is too large, has too many entries or too large a file', async () => {
    const padded = chartArchive({ 'web/padding': '\0'.repeat(3_000_000), 'web/values.yaml': 'x' })
    await expect(read(padded, 'values.yaml', { maxRatio: 10 })).rejects.toThrow('too many bytes')
    const noise = chartArchive({ 'web/noise': randomBytes(50_000).toString('hex'), 'web/values.yaml': 'x' })
    await expect(read(noise, 'values.yaml', { maxArchiveBytes: 10_000 })).rejects.toThrow('too large')
    const many = chartArchive(
      Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`web/templates/${n}`, 'x'])),
    )
    await expect(read(many, 'values.yaml', { maxEntries: 50 })).rejects.toThrow('more than 50 entries')
    const large = chartArchive({ 'web/values.yaml': 'x'.repeat(2_000) })
    await expect(read(large, 'values.yaml', { maxFileBytes: 1_000 })).rejects.toThrow('larger than 1000')
  })

  it('is refused when an entry claims a size that is none', async () => {
    for (const size of ['99999999999x', '-0000000001', '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff'])
      await expect(
        read(gzipSync(tarEntry('web/values.yaml', 'x', '0', size)), 'values.yaml'),
      ).rejects.toThrow(ArchiveError)
  })

  it('gives up when the source fails, with the source’s own error', async () => {
    const failing = async function* () {
      yield chartArchive({ 'web/x': randomBytes(20_000).toString('hex') }).subarray(0, 5_000)
      throw new TypeError('the cable')
    }
    await expect(fileFromChart(failing(), 'values.yaml')).rejects.toThrow('the cable')
  })

  it('is read no further than to the file', async () => {
    let given = 0
    const archive = chartArchive({
      'web/values.yaml': 'x',
      'web/noise': randomBytes(2_000_000).toString('hex'),
    })
    const counting = async function* () {
      for await (const chunk of inChunks(archive)) {
        given += chunk.length
        yield chunk
      }
    }
    expect(String(await fileFromChart(counting(), 'values.yaml'))).toBe('x')
    expect(given).toBeLessThan(archive.length / 4)
  })
})
