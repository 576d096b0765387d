import { describe, expect, test } from 'vitest'
import { pathOf } from './addresses.ts'
import { operations } from './generated/operations.ts'
import type { OperationId } from './operation.ts'
import { matchOperation } from './router.ts'

describe('matchOperation', () => {
  test.each(Object.keys(operations) as OperationId[])(
    'finds %s at the address the client builds for it',
    (id) => {
      const { method, path } = operations[id]
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)
      const params = Object.fromEntries(
        names.map((name) => [name, name === 'repository_name' ? 'a/b.c/d' : `${name}:+ é%`]),
      )
      expect(matchOperation(method, pathOf(id, { path: params }))).toEqual({
        kind: 'match',
        operationId: id,
        params,
      })
    },
  )

  test.each(['team%252Fapp', 'team%2Fapp', 'team%252fapp'])('reads %s as team/app', (name) => {
    expect(matchOperation('GET', `/projects/p/repositories/${name}/artifacts`)).toEqual({
      kind: 'match',
      operationId: 'listArtifacts',
      params: { project_name: 'p', repository_name: 'team/app' },
    })
  })

  test('decodes only repository names twice', () => {
    expect(matchOperation('GET', '/projects/a%252Fb')).toMatchObject({
      params: { project_name_or_id: 'a%2Fb' },
    })
  })

  test('prefers a fixed segment, and falls back to the parameter for methods it lacks', () => {
    expect(matchOperation('GET', '/users/current')).toMatchObject({ operationId: 'getCurrentUserInfo' })
    expect(matchOperation('GET', '/users/7')).toMatchObject({
      operationId: 'getUser',
      params: { user_id: '7' },
    })
    expect(matchOperation('DELETE', '/users/current')).toMatchObject({ operationId: 'deleteUser' })
    expect(matchOperation('GET', '/users/current/permissions')).toMatchObject({
      operationId: 'getCurrentUserPermissions',
      params: {},
    })
  })

  test('takes a path with and without a slash at the end', () => {
    for (const path of ['/projects/p/metadatas', '/projects/p/metadatas/']) {
      expect(matchOperation('POST', path)).toMatchObject({ operationId: 'addProjectMetadatas' })
    }
    expect(matchOperation('GET', '/projects/')).toMatchObject({ operationId: 'listProjects' })
  })

  test.each([
    '/',
    '',
    'projects',
    '/nope',
    '/projects//members',
    '/projects/p/members/1/x',
    '/projects/p//',
    '//projects',
  ])('finds nothing at %j', (path) => {
    expect(matchOperation('GET', path)).toEqual({ kind: 'notFound' })
  })

  test('an unencoded slash does not become part of a repository name', () => {
    expect(matchOperation('GET', '/projects/p/repositories/a/b')).toEqual({ kind: 'notFound' })
  })

  test('a wrong method is not a missing path, and the right ones are named', () => {
    expect(matchOperation('PATCH', '/projects')).toEqual({
      kind: 'methodNotAllowed',
      allow: ['GET', 'HEAD', 'POST'],
    })
    expect(matchOperation('get', '/projects')).toMatchObject({ kind: 'methodNotAllowed' })
  })

  test.each(['/projects/%', '/projects/%zz', '/projects/%C3', '/projects/p/repositories/%25C3'])(
    '%s is malformed',
    (path) => {
      expect(matchOperation('GET', path)).toEqual({ kind: 'malformed' })
    },
  )

  test('segments named like properties of every object are only segments', () => {
    expect(matchOperation('GET', '/__proto__')).toEqual({ kind: 'notFound' })
    expect(matchOperation('GET', '/projects/constructor')).toMatchObject({
      params: { project_name_or_id: 'constructor' },
    })
  })
})
