import { plainText } from '../plain-text/index.ts'
export type PlainJson = string | number | boolean | null | PlainJson[] | { [key: string]: PlainJson }
export type PlainObject = { [key: string]: PlainJson }

// MariaDB refuses JSON deeper than 32; nothing a person looks at comes near this.
const MAX_DEPTH = 16

/** What clients sent, in a form that both databases store: text made plain, values nested too deep left out. */
export function plainJson(value: unknown, depth = 0): PlainJson {
  if (typeof value === 'string') return plainText(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'boolean') return value
  if (typeof value !== 'object' || value === null || depth >= MAX_DEPTH) return null
  if (Array.isArray(value)) return value.map((item) => plainJson(item, depth + 1))
  // fromEntries defines keys instead of assigning them: `__proto__` stays a key like any other.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [plainText(key), plainJson(item, depth + 1)]),
  )
}

/** The entries of an object, in their order, that fit into `maxBytes` of JSON; bigger ones are left out. */
export function fitting(entries: PlainObject, maxBytes: number): PlainObject {
  let leftBytes = maxBytes
  return Object.fromEntries(
    Object.entries(entries).filter(([key, value]) => {
      const bytes = Buffer.byteLength(JSON.stringify(key)) + Buffer.byteLength(JSON.stringify(value)) + 2
      if (bytes > leftBytes) return false
      leftBytes -= bytes
      return true
    }),
  )
}
