import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { type Core, createCore } from '../../context/index.ts'
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
    const answer = answers[req.url!]
    res
      .writeHead(answer ? 200 : 404, { 'content-type': 'application/json' })
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

it('what a registry lists by namespace is looked at where the filters let it pass', async () => {
  const at = new Date()
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const data = { name: 'quay', type: 'quay', url, createdAt: at, updatedAt: at }
  const { id: srcRegistryId } = await database.db.prisma.registry.create({ data })
  const filters = [{ type: 'name', value: 'team/a*' }]
  const preview = await previewPolicy(core, SYSTEM, { name: 'from quay', srcRegistryId, filters })
  expect(preview).toMatchObject({ problems: [], complete: true, repositories: 1 })
  expect(asked).toEqual(Object.keys(answers))
})
