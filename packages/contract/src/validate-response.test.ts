import { expect, test } from 'vitest'
import { listOperations } from './openapi.ts'
import type { OperationId } from './operation.ts'
import { openapiDocument, validateResponse } from './server.ts'

const tag = {
  id: 1,
  repository_id: 2,
  artifact_id: 3,
  name: 'v1',
  push_time: '2026-01-02T03:04:05.678Z',
  immutable: false,
}

test('an answer that keeps the contract has no problems', () => {
  expect(validateResponse('listTags', 200, [tag])).toEqual([])
  expect(validateResponse('listTags', 404, { errors: [{ code: 'NOT_FOUND', message: 'no' }] })).toEqual([])
  expect(validateResponse('deleteTag', 200, undefined)).toEqual([])
  expect(validateResponse('getPing', 200, 'Pong')).toEqual([])
})

test('a field the contract does not name is a problem: nothing leaves by accident', () => {
  const user = {
    user_id: 1,
    username: 'a',
    sysadmin_flag: false,
    admin_role_in_auth: false,
    password_hash: 'x',
  }
  expect(validateResponse('getUser', 200, user)).toEqual([
    'getUser 200 body must NOT have additional properties: password_hash',
  ])
})

test.each<[string, number, unknown, string]>([
  [
    'a missing field',
    200,
    [{ ...tag, name: undefined }],
    "listTags 200 /0 must have required property 'name'",
  ],
  ['another type', 200, [{ ...tag, id: '1' }], 'listTags 200 /0/id must be integer'],
  [
    'a time without a zone',
    200,
    [{ ...tag, push_time: '2026-01-02 03:04:05' }],
    'listTags 200 /0/push_time must match format "date-time"',
  ],
  ['a status nobody announced', 418, {}, 'listTags does not declare status 418'],
  ['an error without items', 404, { error: 'x' }, "listTags 404 body must have required property 'errors'"],
])('%s is a problem', (_, status, body, problem) => {
  // JSON has no undefined: the body is checked as a client would receive it.
  expect(validateResponse('listTags', status, JSON.parse(JSON.stringify(body)))).toContain(problem)
})

test('a body where none belongs is a problem', () => {
  expect(validateResponse('deleteTag', 200, {})).toEqual(['deleteTag 200 must not have a body'])
})

test('additions may come in several media types, but only in those declared', () => {
  expect(validateResponse('getAddition', 200, [{ created: 'x' }], 'application/json; charset=utf-8')).toEqual(
    [],
  )
  expect(validateResponse('getAddition', 200, '# Read me', 'text/markdown; charset=utf-8')).toEqual([])
  expect(validateResponse('getAddition', 200, '<b>', 'text/html')).toHaveLength(1)
})

test('every answer of every operation can be checked', () => {
  for (const { id, spec } of listOperations(openapiDocument())) {
    for (const status of Object.keys(spec.responses)) {
      expect(
        () => validateResponse(id as OperationId, Number(status), undefined),
        `${id} ${status}`,
      ).not.toThrow()
    }
  }
})
