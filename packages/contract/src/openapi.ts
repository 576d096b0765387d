/** The part of OpenAPI 3.1 the contract uses. The generator fails on anything else instead of ignoring it. */
export interface Ref {
  $ref: string
}

export type JsonType = 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object' | 'null'

export interface Schema {
  $ref?: string
  type?: JsonType | JsonType[]
  description?: string
  format?: string
  enum?: string[]
  default?: string | number | boolean
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  items?: Schema
  required?: string[]
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  /** A field that Harbor does not have. */
  'x-berth-extension'?: boolean
}

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  description?: string
  schema: Schema
}

export interface Content {
  [mediaType: string]: { schema: Schema }
}

export interface Answer {
  /** It has no body when there is nothing to tell, as Harbor answers. */
  'x-berth-may-be-empty'?: boolean
  description: string
  headers?: Record<string, unknown>
  content?: Content
}

export interface Operation {
  operationId: string
  tags: string[]
  summary: string
  description?: string
  'x-berth-extension'?: boolean
  parameters?: (Parameter | Ref)[]
  requestBody?: { required?: boolean; content: Content }
  responses: Record<string, Answer | Ref>
}

export type Method = 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete'

export type PathItem = { [M in Method]?: Operation } & { parameters?: (Parameter | Ref)[] }

export interface OpenApi {
  openapi: string
  info: { title: string; version: string }
  servers: { url: string }[]
  paths: Record<string, PathItem>
  components: {
    parameters: Record<string, Parameter>
    responses: Record<string, Answer>
    headers: Record<string, unknown>
    schemas: Record<string, Schema>
    securitySchemes: Record<string, unknown>
  }
}

export const methods: Method[] = ['get', 'head', 'post', 'put', 'patch', 'delete']

/** Follows one `#/components/…` reference. */
export function resolve<T extends object>(document: OpenApi, value: T | Ref): T {
  if (!('$ref' in value) || typeof value.$ref !== 'string') return value as T
  const [, , section, name] = value.$ref.split('/')
  const found = (document.components as Record<string, Record<string, unknown>>)[section!]?.[name!]
  if (!found) throw new Error(`nothing at ${value.$ref}`)
  return found as T
}

export interface FlatOperation {
  id: string
  method: Method
  path: string
  spec: Operation
  parameters: Parameter[]
}

/** Every operation with its path's and its own parameters resolved, in the order of the files. */
export function listOperations(document: OpenApi): FlatOperation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const spec = item[method]
      if (!spec) return []
      const parameters = [...(item.parameters ?? []), ...(spec.parameters ?? [])]
      return [
        {
          id: spec.operationId,
          method,
          path,
          spec,
          parameters: parameters.map((parameter) => resolve<Parameter>(document, parameter)),
        },
      ]
    }),
  )
}
