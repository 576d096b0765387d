import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { listOperations, methods, type OpenApi, type Operation, type PathItem } from '../src/openapi.ts'

type Tree = Record<string, unknown>

const root = join(import.meta.dirname, '..')

function read(file: string): Tree {
  return parse(readFileSync(join(root, file), 'utf8')) as Tree
}

/** Merges the files of a folder; a name that two of them define is an error. */
function merge(folder: string): Tree {
  const all: Tree = {}
  for (const file of readdirSync(join(root, folder)).sort()) {
    for (const [name, value] of Object.entries(read(join(folder, file)))) {
      if (name in all) throw new Error(`${folder}/${file} defines ${name} a second time`)
      all[name] = value
    }
  }
  return all
}

/** What is true of every operation is added here, so that no feature file can forget it. */
function addUniversal(operation: Operation, method: string): void {
  operation.parameters = [{ $ref: '#/components/parameters/requestId' }, ...(operation.parameters ?? [])]
  const answer = (status: number, name: string) => {
    operation.responses[status] ??= { $ref: `#/components/responses/${name}` }
  }
  // A call with the session cookie and without its CSRF token is refused, whatever it asks for.
  if (method !== 'get' && method !== 'head') answer(403, 'Forbidden')
  if (operation.requestBody) {
    answer(400, 'BadRequest')
    answer(413, 'ContentTooLarge')
  }
  answer(422, 'UnprocessableEntity')
  answer(429, 'TooManyRequests')
  answer(500, 'InternalError')
  answer(503, 'Unavailable')
  for (const given of Object.values(operation.responses)) {
    if (!('$ref' in given)) {
      given.headers = { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' }, ...given.headers }
    }
  }
}

/** One OpenAPI document from the YAML files of this package. */
export function bundle(): OpenApi {
  const paths = merge('paths') as Record<string, PathItem>
  const document = {
    ...read('openapi.yaml'),
    paths,
    components: {
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic' },
        session: { type: 'apiKey', in: 'cookie', name: 'sid' },
      },
      parameters: read('shared/parameters.yaml'),
      headers: read('shared/headers.yaml'),
      responses: read('shared/responses.yaml'),
      schemas: merge('schemas'),
    },
  } as unknown as OpenApi
  for (const item of Object.values(paths)) {
    for (const method of methods) {
      const operation = item[method]
      if (operation) addUniversal(operation, method)
    }
  }
  check(document)
  // YAML anchors become shared objects; the copy makes the document a plain tree.
  return JSON.parse(JSON.stringify(document)) as OpenApi
}

function check(document: OpenApi): void {
  // In flow style an unquoted comma ends a text, and its rest becomes a key without a value.
  JSON.stringify(document, (key, value) => {
    if (value === null) throw new Error(`a text with a comma needs quotes near "${key}"`)
    return value
  })
  const ids = new Set<string>()
  for (const { id, path, parameters } of listOperations(document)) {
    if (ids.has(id)) throw new Error(`two operations are called ${id}`)
    ids.add(id)
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
    const declared = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
    if (inPath.join() !== declared.join()) throw new Error(`${id}: ${path} but parameters ${declared}`)
  }
  const known = new Set(
    Object.entries(document.components).flatMap(([section, entries]) =>
      Object.keys(entries).map((name) => `#/components/${section}/${name}`),
    ),
  )
  for (const [, ref] of JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)) {
    if (!known.has(ref!)) throw new Error(`nothing at ${ref}`)
  }
}
