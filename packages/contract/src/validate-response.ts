import type { ValidateFunction } from 'ajv/dist/2020.js'
import { createCompiler } from './ajv.ts'
import { findOperation, openapiDocument } from './document.ts'
import { type Answer, resolve, type Schema } from './openapi.ts'
import type { OperationId } from './operation.ts'

const compile = createCompiler(false)
const compiled = new Map<string, ValidateFunction>()

/** Equal schemas are compiled once: nearly all operations answer errors alike. */
function validatorFor(schema: Schema): ValidateFunction {
  const key = JSON.stringify(schema)
  const known = compiled.get(key)
  if (known) return known
  const fresh = compile(schema)
  compiled.set(key, fresh)
  return fresh
}

/**
 * Checks an answer against the contract, for tests. Strict: a status or a field the contract does not name is a
 * problem, so nothing leaves by accident.
 *
 * @param body parsed JSON, or the text for other media types, or undefined
 * @param mediaType only needed for operations that answer in several
 * @returns the problems; none when the answer keeps the contract
 */
export function validateResponse(
  operationId: OperationId,
  status: number,
  body: unknown,
  mediaType?: string,
): string[] {
  const document = openapiDocument()
  const declared = findOperation(operationId).spec.responses[status]
  if (!declared) return [`${operationId} does not declare status ${status}`]
  const answer = resolve<Answer>(document, declared)
  const { content } = answer
  const empty = body === undefined || body === ''
  if (empty && answer['x-berth-may-be-empty']) return []
  if (!content) {
    return empty ? [] : [`${operationId} ${status} must not have a body`]
  }
  const type = mediaType ? mediaType.split(';')[0]!.trim() : Object.keys(content)[0]!
  const schema = content[type]?.schema
  if (!schema) return [`${operationId} ${status} does not declare ${type}`]
  const validate = validatorFor(schema)
  if (validate(body)) return []
  return validate.errors!.map((error) => {
    const detail = error.keyword === 'additionalProperties' ? `: ${error.params.additionalProperty}` : ''
    return `${operationId} ${status} ${error.instancePath || 'body'} ${error.message}${detail}`
  })
}
