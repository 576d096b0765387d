import type { Parameter } from './openapi.ts'

export interface Problem {
  in: 'path' | 'query' | 'header' | 'body'
  /** The parameter, or the JSON pointer of a field; empty for the whole body. */
  name: string
  message: string
}

// The words Harbor's framework takes for yes; everything else is no.
const yes = new Set(['true', '1', 'yes', 'ok', 'y', 'on', 'selected', 'checked', 't', 'enabled'])

/** The value of one parameter in its own type, or a complaint. */
export function readParameter(parameter: Parameter, raw: string): { value: unknown } | { complaint: string } {
  const { schema } = parameter
  if (raw.includes('\0')) return { complaint: 'must not contain a NUL character' }
  if (schema.type === 'boolean') return { value: yes.has(raw.toLowerCase()) }
  if (schema.type === 'integer') {
    const value = /^[+-]?\d{1,19}$/.test(raw) ? Number(raw) : Number.NaN
    if (!Number.isSafeInteger(value)) return { complaint: 'must be a whole number' }
    if (schema.minimum !== undefined && value < schema.minimum) {
      return { complaint: `must be at least ${schema.minimum}` }
    }
    if (schema.maximum !== undefined && value > schema.maximum) {
      return { complaint: `must be at most ${schema.maximum}` }
    }
    return { value }
  }
  // Joined by commas: `explode: false`, and what the older description of APIs calls csv.
  if (schema.type === 'array') return { value: raw.split(',').filter((word) => word !== '') }
  if (schema.enum && !schema.enum.includes(raw)) {
    return { complaint: `must be one of ${schema.enum.join(', ')}` }
  }
  if (schema.minLength !== undefined && raw.length < schema.minLength) {
    return { complaint: `must have at least ${schema.minLength} character` }
  }
  if (schema.maxLength !== undefined && raw.length > schema.maxLength) {
    return { complaint: `must have at most ${schema.maxLength} characters` }
  }
  return { value: raw }
}

/** All parameters of one place. Those the contract does not know are ignored. */
export function readParameters(
  parameters: Parameter[],
  get: (name: string) => string | undefined,
  problems: Problem[],
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const parameter of parameters) {
    const raw = get(parameter.name)
    // An empty query value counts as absent, as it does with Harbor: forms send `q=` for an empty field.
    const absent = raw === undefined || (raw === '' && parameter.in === 'query')
    if (absent) {
      if (parameter.required) {
        problems.push({ in: parameter.in, name: parameter.name, message: 'is required' })
      } else if (parameter.schema.default !== undefined) {
        values[parameter.name] = parameter.schema.default
      }
      continue
    }
    const read = readParameter(parameter, raw)
    if ('complaint' in read) {
      problems.push({ in: parameter.in, name: parameter.name, message: read.complaint })
    } else {
      values[parameter.name] = read.value
    }
  }
  return values
}
