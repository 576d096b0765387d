import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { openapiDocument } from './document.ts'
import type { Schema } from './openapi.ts'

/** Rewrites references for compilation and closes every object that lists its fields. */
function close(schema: Schema): Schema {
  const copy: Schema = { ...schema }
  if (copy.$ref) copy.$ref = copy.$ref.replace('#/components/schemas/', '#/$defs/')
  if (copy.items) copy.items = close(copy.items)
  if (typeof copy.additionalProperties === 'object')
    copy.additionalProperties = close(copy.additionalProperties)
  if (copy.properties) {
    copy.properties = closeAll(copy.properties)
    copy.additionalProperties ??= false
  }
  return copy
}

function closeAll(schemas: Record<string, Schema>): Record<string, Schema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, close(schema)]))
}

let definitions: Record<string, Schema> | undefined

/**
 * A function that compiles schemas of the contract. Fields the contract does not name are taken away from what is
 * validated when `strip` is set, and are an error otherwise.
 */
export function createCompiler(strip: boolean): (schema: Schema) => ValidateFunction {
  // Schemas come from our own generator, which has checked them; checking again costs start-up time.
  const ajv = new Ajv2020({
    removeAdditional: strip,
    allErrors: !strip,
    validateSchema: false,
    allowUnionTypes: true,
  })
  ajv.addKeyword('x-berth-extension')
  addFormats.default(ajv)
  return (schema) => {
    definitions ??= closeAll(openapiDocument().components.schemas)
    return ajv.compile({ ...close(schema), $defs: definitions })
  }
}
