import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import { createCompiler } from './ajv.ts'
import { findOperation } from './document.ts'
import type { Parameter, Schema } from './openapi.ts'
import type { Body, OperationId, Operations, Path } from './operation.ts'
import { type Problem, readParameters } from './parameters.ts'

export interface RawRequest {
  /** From `matchOperation`, decoded. */
  path: Record<string, string>
  query: URLSearchParams
  /** Case does not matter. */
  header: (name: string) => string | undefined
  /** Parsed JSON that belongs to the validator from now on; undefined when the request has no body. */
  body?: unknown
}

/** Values in their own types, defaults filled in, fields the contract does not name taken away. */
export interface ParsedRequest<Op extends OperationId> {
  path: Path<Op>
  query: Operations[Op]['parsedQuery']
  headers: Operations[Op]['parsedHeaders']
  body: Body<Op>
}

export type Validation<Op extends OperationId> =
  | { ok: true; value: ParsedRequest<Op> }
  /** 400 when the body has another shape than agreed, 422 when a value is outside its limits: Harbor's distinction. */
  | { ok: false; status: 400 | 422; problems: Problem[] }

interface Prepared {
  path: Parameter[]
  query: Parameter[]
  headers: Parameter[]
  bodyRequired: boolean
  body: ValidateFunction | undefined
}

const compile = createCompiler(true)
const prepared = new Map<OperationId, Prepared>()

function prepare(operationId: OperationId): Prepared {
  const known = prepared.get(operationId)
  if (known) return known
  const { parameters, spec } = findOperation(operationId)
  const schema: Schema | undefined = spec.requestBody?.content['application/json']?.schema
  const fresh: Prepared = {
    path: parameters.filter((parameter) => parameter.in === 'path'),
    query: parameters.filter((parameter) => parameter.in === 'query'),
    headers: parameters.filter((parameter) => parameter.in === 'header'),
    bodyRequired: spec.requestBody?.required === true,
    body: schema && compile(schema),
  }
  prepared.set(operationId, fresh)
  return fresh
}

// No body of the contract is deeper than six levels. The limit keeps the recursion below from exhausting the stack.
const maxDepth = 32

/** Fields of our own, which no client of Harbor sends by itself, and whose null says something: no limit. */
const nullCounts: ReadonlySet<string> = new Set(['repositories'])

/**
 * Removes null fields, which count as absent (Go clients send them for pointers), and finds what no database column
 * can hold.
 */
function clean(value: unknown, depth = 0): string | undefined {
  if (depth > maxDepth) return `must not be deeper than ${maxDepth} levels`
  if (typeof value === 'string') return unstorable(value)
  if (typeof value !== 'object' || value === null) return undefined
  for (const [name, field] of Object.entries(value)) {
    if (field === null && !Array.isArray(value)) {
      if (!nullCounts.has(name)) delete (value as Record<string, unknown>)[name]
      continue
    }
    const complaint = unstorable(name) ?? clean(field, depth + 1)
    if (complaint) return complaint
  }
  return undefined
}

/** Postgres refuses NUL; half a surrogate pair has no UTF-8 form and would become another character on its way. */
function unstorable(text: string): string | undefined {
  if (text.includes('\0')) return 'must not contain a NUL character'
  return text.isWellFormed() ? undefined : 'must not contain half a surrogate pair'
}

function toProblem(error: ErrorObject): Problem {
  const missing = error.keyword === 'required' ? `/${error.params.missingProperty}` : ''
  return { in: 'body', name: error.instancePath + missing, message: missing ? 'is required' : error.message! }
}

function readBody(operation: Prepared, body: unknown, problems: Problem[]): 400 | 422 {
  if (body === undefined || body === null) {
    if (operation.bodyRequired) problems.push({ in: 'body', name: '', message: 'is required' })
    return 422
  }
  const complaint = clean(body)
  if (complaint) {
    problems.push({ in: 'body', name: '', message: complaint })
    return 422
  }
  if (operation.body!(body)) return 422
  const errors = operation.body!.errors!
  problems.push(...errors.map(toProblem))
  return errors.some(({ keyword }) => keyword === 'type' || keyword === 'format') ? 400 : 422
}

/**
 * Checks a request against the contract. Unknown query parameters, headers and body fields are ignored, as Harbor does;
 * a handler still picks the fields a caller may set, this is only the first fence.
 */
export function validateRequest<Op extends OperationId>(
  operationId: Op,
  request: RawRequest,
): Validation<Op> {
  const operation = prepare(operationId)
  const problems: Problem[] = []
  const value = {
    path: readParameters(operation.path, (name) => request.path[name], problems),
    // Of a repeated parameter the last one counts.
    query: readParameters(operation.query, (name) => request.query.getAll(name).at(-1), problems),
    headers: readParameters(operation.headers, request.header, problems),
    body: undefined as unknown,
  }
  let status: 400 | 422 = 422
  if (operation.body) {
    status = readBody(operation, request.body, problems)
    value.body = request.body ?? undefined
  }
  if (problems.length > 0) return { ok: false, status, problems }
  return { ok: true, value: value as ParsedRequest<Op> }
}
