import { get } from 'node:http'

export const FIRST_LOAD_LIMIT_BYTES = 150 * 1024

export interface FirstLoad {
  /** Of all scripts together, compressed as they travel. */
  sizeBytes: number
  scripts: { url: string; sizeBytes: number }[]
}

const sizes = new Map<string, Promise<number>>()

/** Bytes of the answer's body as they travel, in the best encoding the server has for a current browser. */
async function compressedBytes(url: string): Promise<number> {
  // Not by fetch, which unpacks.
  return new Promise<number>((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'gzip, deflate, br' } }, async (answer) => {
      let total = 0
      for await (const chunk of answer) total += chunk.length
      resolve(total)
    }).on('error', reject)
  })
}

/** The scripts that the text of a page asks for on its first load, as a current browser would; each file is read once. */
export async function firstLoad(url: string, html: string): Promise<FirstLoad> {
  // Scripts marked nomodule are for browsers that no longer exist.
  const tags = html.match(/<script\b[^>]*\bsrc="[^"]+"[^>]*>/g) ?? []
  const preloads = html.match(/<link\b[^>]*\bas="script"[^>]*>/g) ?? []
  const urls = new Set(
    [...tags.filter((tag) => !/\bnomodule\b/i.test(tag)), ...preloads]
      .map((tag) => /(?:src|href)="([^"]+\.js[^"]*)"/.exec(tag)?.[1])
      .filter((source) => source !== undefined)
      .map((source) => new URL(source.replaceAll('&amp;', '&'), url).href),
  )
  const scripts = await Promise.all(
    [...urls].map(async (source) => {
      const size = sizes.get(source) ?? compressedBytes(source)
      sizes.set(source, size)
      return { url: source, sizeBytes: await size }
    }),
  )
  return {
    sizeBytes: scripts.reduce((sum, script) => sum + script.sizeBytes, 0),
    scripts,
  }
}
