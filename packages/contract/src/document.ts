import json from './generated/openapi.json' with { type: 'json' }
import { type FlatOperation, listOperations, type OpenApi } from './openapi.ts'
import type { OperationId } from './operation.ts'

const document = json as unknown as OpenApi

/** The whole contract as one OpenAPI 3.1 document. Shared, not copied: do not change it. */
export function openapiDocument(): OpenApi {
  return document
}

const byId = new Map(listOperations(document).map((operation) => [operation.id, operation]))

export function findOperation(operationId: OperationId): FlatOperation {
  const found = byId.get(operationId)
  if (!found) throw new TypeError(`there is no operation ${operationId}`)
  return found
}
