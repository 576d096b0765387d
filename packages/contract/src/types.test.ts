import { expectTypeOf, test } from 'vitest'
import type { Body, CallArguments, Client, Query, Response, Schemas } from './index.ts'
import type { ParsedRequest } from './server.ts'

// These hold when the type checker accepts the file; at run time nothing is called.

test('a call needs exactly what its operation needs', () => {
  expectTypeOf<[]>().toExtend<CallArguments<'listProjects'>>()
  expectTypeOf<[]>().not.toExtend<CallArguments<'getProject'>>()
  expectTypeOf<[{ path: { project_name_or_id: string } }]>().toExtend<CallArguments<'getProject'>>()
  expectTypeOf<[{ path: { project_name: string } }]>().not.toExtend<CallArguments<'getProject'>>()
  expectTypeOf<[{ signal: AbortSignal }]>().not.toExtend<CallArguments<'createUser'>>()
  expectTypeOf<[{ query: { page_size: string } }]>().not.toExtend<CallArguments<'listUsers'>>()
  expectTypeOf<[]>().not.toExtend<CallArguments<'search'>>()
})

test('a reply has the type of its operation', () => {
  expectTypeOf<Client['call']>().toBeFunction()
  expectTypeOf<Response<'listTags'>>().toEqualTypeOf<Schemas['Tag'][]>()
  expectTypeOf<Response<'deleteTag'>>().toEqualTypeOf<undefined>()
  expectTypeOf<Response<'getAddition'>>().toEqualTypeOf<unknown>()
  expectTypeOf<Response<'getPing'>>().toEqualTypeOf<string>()
})

test('bodies and queries have the names and types of the wire', () => {
  expectTypeOf<Body<'createTag'>>().toEqualTypeOf<{ name: string }>()
  expectTypeOf<Body<'listTags'>>().toEqualTypeOf<undefined>()
  expectTypeOf<Query<'listUsers'>['page_size']>().toEqualTypeOf<number | undefined>()
})

test('a handler gets defaults where the contract has them', () => {
  expectTypeOf<ParsedRequest<'listProjects'>['query']['page_size']>().toEqualTypeOf<number>()
  expectTypeOf<ParsedRequest<'listProjects'>['query']['public']>().toEqualTypeOf<boolean | undefined>()
  expectTypeOf<ParsedRequest<'getUser'>['path']>().toEqualTypeOf<{ user_id: number }>()
  expectTypeOf<ParsedRequest<'getProject'>['headers']['X-Is-Resource-Name']>().toEqualTypeOf<boolean>()
})
