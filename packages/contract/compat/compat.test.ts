import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listOperations } from '../src/openapi.ts'
import { openapiDocument } from '../src/server.ts'
import { compare } from './compare.ts'
import { deviations } from './deviations.ts'
import { extract } from './extract.ts'
import type { Facts } from './facts.ts'
import { contractFacts } from './from-contract.ts'

const harbor = JSON.parse(readFileSync(join(import.meta.dirname, 'harbor-2.16.json'), 'utf8')) as Facts

function problemsAfter(change: (ours: Facts) => void): string[] {
  const ours = structuredClone(contractFacts(openapiDocument()))
  change(ours)
  return compare(harbor, ours).filter((problem) => !deviations[problem])
}

test('every difference from Harbor is one we chose and explained', () => {
  expect(problemsAfter(() => {})).toEqual([])
})

test('no explanation is left over from a difference that is gone', () => {
  const found = compare(harbor, contractFacts(openapiDocument()))
  expect(Object.keys(deviations).filter((line) => !found.includes(line))).toEqual([])
})

test('an operation is either one of Harbor or marked as our own', () => {
  const wrong = listOperations(openapiDocument()).filter(
    ({ id, spec }) => id in harbor.operations === (spec['x-berth-extension'] === true),
  )
  expect(wrong.map(({ id }) => id)).toEqual([])
})

test('a field of a schema is either one of Harbor or marked as our own', () => {
  const wrong = Object.entries(openapiDocument().components.schemas).flatMap(([name, { properties }]) => {
    const theirs = harbor.schemas[name]?.fields
    if (!theirs || !properties) return []
    return Object.entries(properties)
      .filter(([field, schema]) => field in theirs === (schema['x-berth-extension'] === true))
      .map(([field]) => `${name}.${field}`)
  })
  expect(wrong).toEqual([])
})

test('whole groups of operations are offered, save those named here', () => {
  const later = {
    '/projects': ['getScannerOfProject', 'setScannerOfProject', 'listScannerCandidatesOfProject'],
  }
  const offered = new Set(listOperations(openapiDocument()).map(({ id }) => id))
  const groups =
    /^\/(users|projects\/\{project_name_or_id\}\/(members|metadatas|scanner)|projects$|projects\/\{project_name_or_id\}$)/
  const missing = Object.entries(harbor.operations)
    .filter(([id, { path }]) => groups.test(path) && !offered.has(id))
    .map(([id]) => id)
  expect(missing.sort()).toEqual(Object.values(later).flat().sort())
})

test.each<[string, (ours: Facts) => void, string]>([
  [
    'a missing parameter',
    (ours) => delete ours.operations.listProjects!.parameters['query owner'],
    'listProjects: parameter query owner is missing',
  ],
  [
    'a lower limit',
    (ours) => Object.assign(ours.operations.listUsers!.parameters['query page_size']!, { maximum: 50 }),
    'listUsers: parameter query page_size: {"type":"integer","default":10,"maximum":100} there, {"type":"integer","default":10,"maximum":50} here',
  ],
  [
    'a missing choice',
    (ours) =>
      Object.assign(ours.operations.getAddition!.parameters['path addition']!, { enum: ['manifest'] }),
    'getAddition: parameter path addition: without build_history, values.yaml, readme.md, dependencies, sbom, license, files',
  ],
  [
    'a parameter required only here',
    (ours) =>
      Object.assign(ours.operations.getPing!.parameters, { 'query x': { type: 'string', required: true } }),
    'getPing: parameter query x is required only here',
  ],
  [
    'another method',
    (ours) => Object.assign(ours.operations.createTag!, { method: 'PUT', path: '/t' }),
    'createTag: POST /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/tags there, PUT /t here',
  ],
  [
    'a missing status',
    (ours) => delete ours.operations.deleteProject!.responses['412'],
    'deleteProject: answer 412 is missing',
  ],
  [
    'a missing header',
    (ours) => Object.assign(ours.operations.listTags!.responses['200']!, { headers: ['Link'] }),
    'listTags: answer 200: header X-Total-Count is missing',
  ],
  [
    'a missing answer field, deep down',
    (ours) => delete ours.schemas.Platform!.fields.variant,
    'getArtifact: answer 200: Artifact.references: Reference.platform: Platform.variant is missing',
  ],
  [
    'an answer field of another type',
    (ours) => Object.assign(ours.schemas.Tag!.fields, { id: 'string' }),
    'listTags: answer 200: Tag.id: integer there, string here',
  ],
  [
    'a missing request field',
    (ours) => delete ours.schemas.ProjectReq!.fields.storage_limit,
    'createProject: body: ProjectReq.storage_limit is missing',
  ],
  [
    'a request field required only here',
    (ours) => Object.assign(ours.schemas.UserCreationReq!, { required: ['realname'] }),
    'createUser: body: UserCreationReq.realname is required only here',
  ],
  [
    'a request field shorter only here',
    (ours) => Object.assign(ours.schemas.UserProfile!, { maxLength: { comment: 20 } }),
    'updateUserProfile: body: UserProfile.comment is at most 20 long only here',
  ],
])('the comparison notices %s', (_, change, problem) => {
  expect(problemsAfter(change)).toContain(problem)
})

test('extraction follows references and names objects written in place', () => {
  const facts = extract({
    paths: {
      '/things/{id}': {
        parameters: [{ name: 'id', in: 'path', required: true, type: 'integer' }],
        put: {
          operationId: 'putThing',
          parameters: [
            { $ref: '#/parameters/page', name: '', in: '' },
            {
              name: 'thing',
              in: 'body',
              schema: { type: 'object', properties: { on: { type: 'boolean' } } },
            },
          ],
          responses: {
            200: { schema: { type: 'array', items: { $ref: '#/definitions/Thing' } } },
            404: { $ref: '#/responses/404' },
          },
        },
      } as never,
    },
    parameters: { page: { name: 'page', in: 'query', type: 'integer', default: 1 } },
    responses: { 404: { headers: { 'X-Request-Id': {} } } },
    definitions: {
      Thing: { type: 'object', required: ['a'], properties: { a: { type: 'string', maxLength: 3 } } },
    },
  })
  expect(facts).toEqual({
    operations: {
      putThing: {
        method: 'PUT',
        path: '/things/{id}',
        parameters: {
          'path id': { type: 'integer', required: true },
          'query page': { type: 'integer', default: 1 },
        },
        body: { type: '#putThing.body', required: false },
        responses: { 200: { type: '#Thing[]', headers: [] }, 404: { headers: ['X-Request-Id'] } },
      },
    },
    schemas: {
      'putThing.body': { fields: { on: 'boolean' } },
      Thing: { fields: { a: 'string' }, required: ['a'], maxLength: { a: 3 } },
    },
  })
})
