import {
  type Answer,
  listOperations,
  type OpenApi,
  type Parameter,
  resolve,
  type Schema,
} from '../src/openapi.ts'

const header = '// Generated from the YAML files of this package by generate.ts. Do not edit.\n'

function key(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name)
}

function comment(text: string | undefined, indent: string): string {
  return text ? `${indent}/** ${text.trim().replaceAll('*/', '*\\/').replaceAll('\n', ' ')} */\n` : ''
}

/** The TypeScript type of a schema. */
function typeOf(schema: Schema, indent: string): string {
  if (schema.$ref) return `Schemas['${schema.$ref.split('/').pop()}']`
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (Array.isArray(schema.type)) {
    return schema.type.map((type) => typeOf({ ...schema, type }, indent)).join(' | ')
  }
  switch (schema.type) {
    case 'integer':
    case 'number':
      return 'number'
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type
    case 'array':
      return arrayOf(typeOf(schema.items ?? {}, indent))
    case 'object':
      return objectType(schema, indent)
    case undefined:
      return 'unknown'
    default:
      throw new Error(`no type for ${JSON.stringify(schema)}`)
  }
}

function arrayOf(item: string): string {
  return item.includes(' | ') ? `(${item})[]` : `${item}[]`
}

function objectType(schema: Schema, indent: string): string {
  if (!schema.properties) {
    const values = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {}
    return `{ [name: string]: ${typeOf(values, indent)} }`
  }
  const inner = `${indent}  `
  const fields = Object.entries(schema.properties).map(([name, field]) => {
    const optional = schema.required?.includes(name) ? '' : '?'
    return `${comment(field.description, inner)}${inner}${key(name)}${optional}: ${typeOf(field, inner)}\n`
  })
  return `{\n${fields.join('')}${indent}}`
}

/** Parameters as a caller gives them, or, when `parsed`, as a handler gets them: with the defaults filled in. */
function parametersType(parameters: Parameter[], place: Parameter['in'], parsed: boolean): string {
  const fields = parameters
    .filter((parameter) => parameter.in === place)
    .map((parameter) => {
      const present = parameter.required || (parsed && parameter.schema.default !== undefined)
      return `${key(parameter.name)}${present ? '' : '?'}: ${typeOf(parameter.schema, '')}`
    })
  return fields.length === 0 ? 'Nothing' : `{ ${fields.join('; ')} }`
}

function successType(document: OpenApi, responses: Record<string, Answer | { $ref: string }>): string {
  const found = Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([, answer]) => Object.values(resolve<Answer>(document, answer).content ?? {}))
    .map(({ schema }) => typeOf(schema, '    '))
  if (found.includes('unknown')) return 'unknown'
  return found.length === 0 ? 'undefined' : [...new Set(found)].join(' | ')
}

/** `Schemas` and `Operations`, everything the generic types of the client and the server look up. */
export function typesSource(document: OpenApi): string {
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) => `${comment(schema.description, '  ')}  ${key(name)}: ${typeOf(schema, '  ')}\n`,
  )
  const operations = listOperations(document).map(({ id, spec, parameters }) => {
    const body = spec.requestBody?.content['application/json']?.schema
    const bodyType = body
      ? typeOf(body, '    ') + (spec.requestBody?.required ? '' : ' | undefined')
      : 'undefined'
    return `${comment(spec.summary, '  ')}  ${id}: {
    path: ${parametersType(parameters, 'path', false)}
    query: ${parametersType(parameters, 'query', false)}
    headers: ${parametersType(parameters, 'header', false)}
    body: ${bodyType}
    data: ${successType(document, spec.responses)}
    parsedQuery: ${parametersType(parameters, 'query', true)}
    parsedHeaders: ${parametersType(parameters, 'header', true)}
  }\n`
  })
  return `${header}type Nothing = { [name in never]: never }

export interface Schemas {
${schemas.join('')}}

export interface Operations {
${operations.join('')}}
`
}
