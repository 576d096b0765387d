/**
 * What two API descriptions are compared by: names, types and limits, no prose.
 *
 * A type is `string`, `integer`, `number`, `boolean`, `object`, `any`, `#Name` for a schema, `T[]` or `map<T>`.
 */
export interface Facts {
  operations: Record<string, OperationFacts>
  schemas: Record<string, SchemaFacts>
}

export interface OperationFacts {
  method: string
  path: string
  /** By place and name, as in `query page_size`. */
  parameters: Record<string, ParameterFacts>
  body?: { type: string; required: boolean }
  responses: Record<string, { type?: string; headers: string[] }>
}

export interface ParameterFacts {
  type: string
  required?: true
  default?: unknown
  enum?: unknown[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
}

export interface SchemaFacts {
  fields: Record<string, string>
  required?: string[]
  maxLength?: Record<string, number>
  /** Set instead of fields when the schema is not an object that lists them. */
  alias?: string
}

/** Both dialects' schema, as far as it matters here. */
export interface AnySchema {
  $ref?: string
  type?: string | string[]
  items?: AnySchema
  properties?: Record<string, AnySchema>
  additionalProperties?: AnySchema | boolean
  required?: string[]
  default?: unknown
  enum?: unknown[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
}

const limits = ['default', 'enum', 'minimum', 'maximum', 'minLength', 'maxLength'] as const

export function parameterFacts(schema: AnySchema, required: boolean | undefined): ParameterFacts {
  const facts: ParameterFacts = { type: inlineType(schema) }
  if (required) facts.required = true
  for (const limit of limits) {
    if (schema[limit] !== undefined) Object.assign(facts, { [limit]: schema[limit] })
  }
  return facts
}

function inlineType(schema: AnySchema): string {
  if (schema.$ref) return `#${schema.$ref.split('/').pop()}`
  const type = Array.isArray(schema.type) ? schema.type.find((name) => name !== 'null') : schema.type
  if (type === 'array') return `${inlineType(schema.items ?? {})}[]`
  if (typeof schema.additionalProperties === 'object')
    return `map<${inlineType(schema.additionalProperties)}>`
  return type ?? 'any'
}

/** The type of a schema; an object written in place gets a name of its own among the schemas. */
export function typeOf(schema: AnySchema, name: string, schemas: Facts['schemas']): string {
  if (schema.items?.properties) return `${typeOf(schema.items, name, schemas)}[]`
  if (!schema.properties) return inlineType(schema)
  schemas[name] = schemaFacts(schema, name, schemas)
  return `#${name}`
}

export function schemaFacts(schema: AnySchema, name: string, schemas: Facts['schemas']): SchemaFacts {
  if (!schema.properties) return { fields: {}, alias: inlineType(schema) }
  const facts: SchemaFacts = { fields: {} }
  for (const [field, value] of Object.entries(schema.properties)) {
    facts.fields[field] = typeOf(value, `${name}.${field}`, schemas)
    if (value.maxLength !== undefined) (facts.maxLength ??= {})[field] = value.maxLength
  }
  if (schema.required?.length) facts.required = schema.required
  return facts
}
