import { type OperationId, type OperationSpec, operations } from '@berth/contract'
import { DomainError } from '@berth/core'
import type { ApiRequest } from './http.ts'

type JsonBody = { kind: 'json'; value: unknown } | { kind: 'unsupported' } | { kind: 'encoded' }

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The parsed body of operations that take one; undefined for none. @throws DomainError BAD_REQUEST */
export async function readJson(operationId: OperationId, request: ApiRequest): Promise<JsonBody> {
  const spec: OperationSpec = operations[operationId]
  if (spec.body === undefined) return { kind: 'json', value: undefined }
  const bytes = await request.body()
  if (bytes.length === 0) return { kind: 'json', value: undefined }
  // Taken as it stands, a body in another coding would be read as something else.
  if (!/^\s*(?:identity\s*)?$/i.test(request.header('content-encoding') ?? '')) return { kind: 'encoded' }
  if (!isJson(request.header('content-type'))) return { kind: 'unsupported' }
  try {
    return { kind: 'json', value: JSON.parse(utf8.decode(bytes)) }
  } catch (cause) {
    throw new DomainError('BAD_REQUEST', 'the body is not valid JSON', { cause })
  }
}

/** A form cannot send this type from another site without asking first: one more fence against CSRF. */
function isJson(contentType: string | undefined): boolean {
  const [type, ...parameters] = (contentType ?? '').toLowerCase().split(';')
  if (!/^application\/(?:json|[a-z0-9.+-]+\+json)$/.test(type!.trim())) return false
  return parameters.every(
    (parameter) => !/^\s*charset\s*=/.test(parameter) || /=\s*"?utf-8"?\s*$/.test(parameter),
  )
}
