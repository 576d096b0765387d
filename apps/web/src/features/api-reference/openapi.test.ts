import { describe, expect, it } from 'vitest'
import { type Document, filterOperations, readOperations, typeName } from './openapi.ts'

const document: Document = {
  paths: {
    '/projects/{name}': {
      parameters: [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }],
      get: {
        operationId: 'getProject',
        tags: ['project'],
        summary: 'One project',
        responses: { '200': { description: 'ok' } },
      },
      delete: {
        operationId: 'deleteProject',
        tags: ['project'],
        parameters: [{ $ref: '#/components/parameters/RequestId' } as never],
        responses: { '404': { $ref: '#/components/responses/Missing' } },
      },
    } as never,
    '/users': {
      post: {
        operationId: 'createUser',
        tags: ['user'],
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/User' } } } },
      },
    } as never,
  },
  components: {
    parameters: { RequestId: { name: 'X-Request-Id', in: 'header' } },
    responses: { Missing: { description: 'There is no such thing.' } },
  },
}

describe('readOperations', () => {
  const operations = readOperations(document)
  it('gives every operation once', () => {
    expect(operations.map(({ id }) => id)).toEqual(['getProject', 'deleteProject', 'createUser'])
  })
  it('parameters of the path belong to each of its operations', () => {
    expect(operations[1]?.parameters.map(({ name }) => name)).toEqual(['name', 'X-Request-Id'])
  })
  it('follows references', () => {
    expect(operations[1]?.answers).toEqual([
      { status: '404', description: 'There is no such thing.', schema: undefined },
    ])
  })
  it('an empty document has no operations', () => {
    expect(readOperations({})).toEqual([])
  })
})

it('the filter wants every word, in any order', () => {
  const found = (filter: string) => filterOperations(readOperations(document), filter).map(({ id }) => id)
  expect(found('project delete')).toEqual(['deleteProject'])
  expect(found('')).toHaveLength(3)
  expect(found('nothing like it')).toEqual([])
})

it.each([
  [{ type: 'string' }, 'string'],
  [{ type: 'integer', format: 'int64' }, 'integer (int64)'],
  [{ type: 'array', items: { $ref: '#/components/schemas/User' } }, 'User[]'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [undefined, ''],
])('%j is written %s', (schema, written) => {
  expect(typeName(schema)).toBe(written)
})
