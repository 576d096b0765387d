/**
 * Sums the compressed size of the scripts a page asks for on its first load, as a browser would.
 * Usage: node scripts/first-load.ts <origin> <path>... Exits 1 when a page is above the limit.
 * With BERTH_COOKIE the pages are asked for with that Cookie header.
 */
import { get } from 'node:http'

const limitBytes = 150 * 1024
const [origin, ...paths] = process.argv.slice(2)
if (!origin || paths.length === 0) {
  console.error('Usage: first-load.ts <origin> <path>...')
  process.exit(2)
}

const sizes = new Map<string, number>()

/** Bytes of the answer's body as they travel, in the best encoding the server has for a current browser. */
async function compressedBytes(url: string): Promise<number> {
  const known = sizes.get(url)
  if (known !== undefined) return known
  const size = await new Promise<number>((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'gzip, deflate, br' } }, async (answer) => {
      let total = 0
      for await (const chunk of answer) total += chunk.length
      resolve(total)
    }).on('error', reject)
  })
  sizes.set(url, size)
  return size
}

let failed = false
for (const path of paths) {
  const headers = process.env.BERTH_COOKIE ? { cookie: process.env.BERTH_COOKIE } : undefined
  const answer = await fetch(new URL(path, origin), { headers })
  const html = await answer.text()
  // Scripts marked nomodule are for browsers that no longer exist; no current browser loads them.
  const tags = html.match(/<script\b[^>]*\bsrc="[^"]+"[^>]*>/g) ?? []
  const preloads = html.match(/<link\b[^>]*\bas="script"[^>]*>/g) ?? []
  const urls = new Set(
    [...tags.filter((tag) => !/\bnomodule\b/i.test(tag)), ...preloads]
      .map((tag) => /(?:src|href)="([^"]+\.js[^"]*)"/.exec(tag)?.[1])
      .filter((url) => url !== undefined)
      .map((url) => new URL(url.replaceAll('&amp;', '&'), origin).href),
  )
  let totalBytes = 0
  for (const url of urls) totalBytes += await compressedBytes(url)
  const over = totalBytes > limitBytes
  failed ||= over || !answer.ok
  console.log(
    `${over ? 'OVER' : 'ok  '} ${(totalBytes / 1024).toFixed(1).padStart(6)} KB  ${urls.size} files  ${answer.status}  ${path}`,
  )
  if (process.env.BERTH_VERBOSE) {
    for (const url of urls)
      console.log(`       ${((sizes.get(url) ?? 0) / 1024).toFixed(1).padStart(6)} KB  ${url}`)
  }
}
process.exit(failed ? 1 : 0)
