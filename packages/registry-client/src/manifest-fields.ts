/** Thrown when bytes are not the manifest they claim to be. `code` is that of the OCI distribution spec; the message is safe to show. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError'
  readonly code = 'MANIFEST_INVALID'
}

export function requireObject(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ManifestError(`${field} must be an object`)
  }
  return value as Record<string, unknown>
}

export function optionalString(value: unknown, field: string): string | undefined {
  // Go writers leave `""` or null where a field has no value.
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw new ManifestError(`${field} must be a string`)
  return value
}

export function optionalStrings(value: unknown, field: string): string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
    throw new ManifestError(`${field} must be a list of strings`)
  }
  return value as string[]
}

/** Keys stay own properties, `__proto__` included: fromEntries defines instead of assigning. */
export function readStringMap(value: unknown, field: string): Record<string, string> {
  if (value === undefined || value === null) return {}
  const entries = Object.entries(requireObject(value, field))
  for (const [, text] of entries) {
    if (typeof text !== 'string') throw new ManifestError(`${field} must map strings to strings`)
  }
  return Object.fromEntries(entries) as Record<string, string>
}

/** Go's decoder folds case the Unicode way: it takes `Layers`, and `ſize` with a long s, for the field. */
const folded = (key: string): string => key.toUpperCase().toLowerCase()

/**
 * Gives a check that no key is a field in other letters: two readers would then see two different manifests under one
 * digest.
 */
export function lookalikeCheck(fields: readonly string[]): (object: Record<string, unknown>) => void {
  const known = new Set(fields)
  const byFolded = new Map(fields.map((field) => [folded(field), field]))
  return (object) => {
    for (const key of Object.keys(object)) {
      const field = known.has(key) ? undefined : byFolded.get(folded(key))
      if (field !== undefined) throw new ManifestError(`field ${field} is written in another case`)
    }
  }
}
