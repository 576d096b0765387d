import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { type Core, createCore } from '../../context/index.ts'
import { addRegistry, named } from '../harbour.fixture.ts'
import { previewPolicy } from './index.ts'

let database: TestDatabase
let core: Core
let server: Server
const asked: string[] = []

/** As Quay: a list by namespace beside /v2. */
const answers: Record<string, unknown> = {
  '/api/v1/repository?namespace=team&public=true': {
    repositories: ['app', 'tools', 'Not a name'].map((name) => ({ namespace: 'team', name })),
  },
  '/v2/team/app/tags/list?n=1000': { name: 'team/app', tags: [] },
}
const pages = 'page=1&page_size=100'
const listOf = (project: string) => `/api/v2.0/projects/${project}/repositories?sort=name&${pages}`
/** As Harbor: a list of all repositories, and one of each project. */
const harborAnswers: Record<string, unknown> = {
  [`/api/v2.0/repositories?sort=name&${pages}`]: ['team/app', 'team/b', 'team-2/app', 'other/app'].map(
    (name) => ({ name }),
  ),
  [listOf('team')]: ['team/app', 'team/b'].map((name) => ({ name })),
  [`/api/v2.0/projects/team/repositories/app/artifacts?with_tag=true&with_label=true&with_accessory=true&${pages}`]:
    [],
}

beforeAll(async () => {
  database = await testDatabase()
  core = createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 4,
  })
  server = createServer((req, res) => {
    asked.push(req.url!)
    const answer = { ...answers, ...harborAnswers }[req.url!]
    const refused = req.url!.includes('/projects/secret/') ? 403 : 404
    res
      .writeHead(answer ? 200 : refused, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
})
afterAll(async () => {
  await core.close()
  server.closeAllConnections()
  server.close()
  await database.drop()
})

async function preview(type: 'quay' | 'harbor', name: string) {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const srcRegistryId = await addRegistry(core, { type, url })
  asked.length = 0
  const { problems, complete, repositories } = await previewPolicy(core, SYSTEM, {
    ...{ srcRegistryId, filters: named(name) },
  })
  return { problems, complete, repositories, asked: asked.filter((path) => !path.includes('artifacts')) }
}

it('what a registry lists by namespace is looked at where the filters let it pass', async () => {
  expect(await preview('quay', 'team/a*')).toEqual({
    ...{ problems: [], complete: true, repositories: 1 },
    asked: Object.keys(answers),
  })
})

it('a Harbor is asked for the projects that a filter names, and for all where it names too many or none', async () => {
  const one = { problems: [], complete: true, repositories: 1 }
  expect(await preview('harbor', 'team/a*')).toEqual({ ...one, asked: [listOf('team')] })
  // One is not there, one is not for these credentials.
  expect(await preview('harbor', '{team,gone,secret}/a*')).toEqual({
    ...one,
    asked: ['team', 'gone', 'secret'].map(listOf),
  })
  const whole = Object.keys(harborAnswers).slice(0, 1)
  expect(await preview('harbor', 'team*/app')).toMatchObject({ repositories: 2, asked: whole })
  const many = Array.from({ length: 100 }, (_, n) => `p${n}`).join(',')
  expect(await preview('harbor', `{team,${many}}/a*`)).toEqual({ ...one, asked: whole })
})
