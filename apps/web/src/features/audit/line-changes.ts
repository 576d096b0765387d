export type Change = { name: string; before: string | undefined; after: string | undefined }

/** A value of a line's detail as text. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value
  return JSON.stringify(value) ?? ''
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The detail of a line: old and new values side by side, by name; and what else it tells. */
export function readDetail(detail: Record<string, unknown> | undefined): {
  changes: Change[]
  rest: [name: string, value: string][]
} {
  const { old: before, new: after, ...rest } = detail ?? {}
  const pairs = isObject(before) && isObject(after)
  const names = pairs ? [...new Set([...Object.keys(before), ...Object.keys(after)])] : []
  const textOf = (from: unknown, name: string): string | undefined => {
    const value = isObject(from) ? from[name] : undefined
    return value === undefined || value === null || value === '' ? undefined : asText(value)
  }
  const left = pairs
    ? rest
    : { ...rest, ...(before !== undefined && { old: before }), ...(after !== undefined && { new: after }) }
  return {
    changes: names.map((name) => ({ name, before: textOf(before, name), after: textOf(after, name) })),
    rest: Object.entries(left).map(([name, value]) => [name, asText(value)]),
  }
}
