/**
 * Takes the facts out of Harbor's API description (Swagger 2.0):
 * `node packages/contract/compat/extract.ts path/to/swagger.yaml`, which writes harbor-2.16.json beside this file.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import {
  type AnySchema,
  type Facts,
  type OperationFacts,
  parameterFacts,
  schemaFacts,
  typeOf,
} from './facts.ts'

interface Parameter extends Omit<AnySchema, 'required'> {
  $ref?: string
  name: string
  in: string
  required?: boolean
  schema?: AnySchema
}

interface Answer {
  $ref?: string
  schema?: AnySchema
  headers?: Record<string, unknown>
}

interface Operation {
  operationId: string
  parameters?: Parameter[]
  responses: Record<string, Answer>
}

interface Swagger {
  paths: Record<string, Record<string, Operation> & { parameters?: Parameter[] }>
  parameters: Record<string, Parameter>
  responses: Record<string, Answer>
  definitions: Record<string, AnySchema>
}

const follow = <T extends { $ref?: string }>(value: T, from: Record<string, T>): T =>
  value.$ref ? from[value.$ref.split('/').pop()!]! : value

function operationFacts(
  document: Swagger,
  method: string,
  path: string,
  operation: Operation,
  shared: Parameter[],
  schemas: Facts['schemas'],
): OperationFacts {
  const facts: OperationFacts = { method: method.toUpperCase(), path, parameters: {}, responses: {} }
  for (const given of [...shared, ...(operation.parameters ?? [])]) {
    const parameter = follow(given, document.parameters)
    if (parameter.in === 'body') {
      const type = typeOf(parameter.schema!, `${operation.operationId}.body`, schemas)
      facts.body = { type, required: parameter.required === true }
    } else {
      facts.parameters[`${parameter.in} ${parameter.name}`] = parameterFacts({ ...parameter, required: undefined }, parameter.required)
    }
  }
  for (const [status, given] of Object.entries(operation.responses)) {
    const answer = follow(given, document.responses)
    const type = answer.schema && typeOf(answer.schema, `${operation.operationId}.${status}`, schemas)
    facts.responses[status] = { ...(type && { type }), headers: Object.keys(answer.headers ?? {}) }
  }
  return facts
}

export function extract(document: Swagger): Facts {
  const facts: Facts = { operations: {}, schemas: {} }
  for (const [path, { parameters = [], ...methods }] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods as Record<string, Operation>)) {
      const id = operation.operationId
      facts.operations[id] = operationFacts(document, method, path, operation, parameters, facts.schemas)
    }
  }
  for (const [name, schema] of Object.entries(document.definitions)) {
    facts.schemas[name] = schemaFacts(schema, name, facts.schemas)
  }
  return facts
}

/** One line per operation and schema, in the order of their names, so that a new version shows as a short diff. */
function print(facts: Facts): string {
  const section = (entries: Record<string, unknown>) =>
    Object.keys(entries)
      .sort()
      .map((name) => `  ${JSON.stringify(name)}: ${JSON.stringify(entries[name])}`)
      .join(',\n')
  return `{\n"operations": {\n${section(facts.operations)}\n},\n"schemas": {\n${section(facts.schemas)}\n}\n}\n`
}

if (import.meta.main) {
  const source = process.argv[2]
  if (!source) throw new Error('usage: extract.ts path/to/swagger.yaml')
  const facts = extract(parse(readFileSync(source, 'utf8')) as Swagger)
  writeFileSync(join(import.meta.dirname, 'harbor-2.16.json'), print(facts))
}
