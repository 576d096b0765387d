/** The part of the OpenAPI document the page shows. The document is our own API's answer, read without trust in its shape. */
type Ref = { $ref?: string }
export type Schema = Ref & {
  type?: string | string[]
  description?: string
  format?: string
  enum?: string[]
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: Schema | boolean
}
export type Parameter = Ref & {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  description?: string
  schema?: Schema
}
type Content = Record<string, { schema?: Schema }>
type Answer = Ref & { description?: string; content?: Content }
type RawOperation = {
  operationId?: string
  tags?: string[]
  summary?: string
  description?: string
  parameters?: Parameter[]
  requestBody?: Ref & { content?: Content }
  responses?: Record<string, Answer>
}
export type Document = {
  servers?: { url: string }[]
  paths?: Record<string, Record<string, RawOperation> & { parameters?: Parameter[] }>
  components?: Record<string, Record<string, unknown>>
}

export type Operation = {
  id: string
  tag: string
  method: string
  path: string
  summary: string
  description: string
  parameters: Parameter[]
  body: Schema | undefined
  answers: { status: string; description: string; schema: Schema | undefined }[]
}

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete']

/** Follows `#/components/…`; a reference that leads nowhere gives the node itself. */
export function resolve<T extends Ref>(document: Document, node: T): T {
  const [, , section = '', name = ''] = node.$ref?.split('/') ?? []
  return (document.components?.[section]?.[name] as T | undefined) ?? node
}

/** Every operation, by path and method, with shared parameters in place. */
export function readOperations(document: Document): Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const raw = item[method]
      if (!raw) return []
      const body = raw.requestBody && resolve(document, raw.requestBody)
      return {
        id: raw.operationId ?? `${method} ${path}`,
        tag: raw.tags?.[0] ?? '',
        method: method.toUpperCase(),
        path,
        summary: raw.summary ?? '',
        description: raw.description ?? '',
        parameters: [...(item.parameters ?? []), ...(raw.parameters ?? [])].map((parameter) =>
          resolve(document, parameter),
        ),
        body: firstSchema(body?.content),
        answers: Object.entries(raw.responses ?? {}).map(([status, given]) => {
          const answer = resolve(document, given)
          return { status, description: answer.description ?? '', schema: firstSchema(answer.content) }
        }),
      }
    }),
  )
}

function firstSchema(content: Content | undefined): Schema | undefined {
  return content && Object.values(content)[0]?.schema
}

/** Operations in which every word of the filter occurs somewhere. */
export function filterOperations(operations: Operation[], filter: string): Operation[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  return operations.filter(({ id, tag, method, path, summary }) => {
    const text = `${id} ${tag} ${method} ${path} ${summary}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** A type in one line: `string`, `Project[]`, `integer (int64)`. */
export function typeName(schema: Schema | undefined): string {
  if (!schema) return ''
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? ''
  if (schema.items) return `${typeName(schema.items)}[]`
  const type = Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'object')
  return schema.format ? `${type} (${schema.format})` : type
}
