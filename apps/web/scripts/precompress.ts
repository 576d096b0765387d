import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress } from 'node:zlib'

const compress = promisify(brotliCompress)

/** Writes `<file>.br` beside every script and style sheet under `directory`; the names carry hashes, so each is done once. */
export async function precompress(directory: string): Promise<void> {
  const files = await readdir(directory, { recursive: true }).catch(() => [])
  const present = new Set(files)
  for (const file of files) {
    if (!/\.(js|css)$/.test(file) || present.has(`${file}.br`)) continue
    const path = join(directory, file)
    await writeFile(`${path}.br`, await compress(await readFile(path)))
  }
}
