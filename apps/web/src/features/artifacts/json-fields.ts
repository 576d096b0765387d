/**
 * Reads fields of documents that clients pushed. Registries keep whatever was sent, so nothing about the shape of a
 * manifest or a configuration can be relied on: what is not of the kind asked for counts as missing.
 */
export type Fields = Record<string, unknown>

/** The document as an object; empty when it is anything else, or no JSON at all. */
export function parseObject(text: unknown): Fields {
  if (typeof text !== 'string') return {}
  try {
    return toFields(JSON.parse(text))
  } catch {
    return {}
  }
}

export function toFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

export function toText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function toTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

export function toObjects(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(toFields) : []
}

/** Name and value of every text entry, in their order. */
export function toPairs(value: unknown): [name: string, value: string][] {
  return Object.entries(toFields(value)).flatMap(([name, one]) =>
    typeof one === 'string' ? [[name, one]] : [],
  )
}
