import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApi, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('root', { sysadmin: true })
  await api.addUser('person')
})
afterAll(async () => {
  await api.close()
  await database.drop()
})

it('the registry 0 is this Berth, for those who may see registries', async () => {
  const get = (who: string | undefined) => api.call(who, 'getRegistry', { path: { id: 0 } })
  const { status, data } = await get('root')
  expect([status, data]).toMatchObject([200, { id: 0, name: 'Local', type: 'berth', status: 'healthy' }])
  expect((await get('person')).status).toBe(403)
  expect((await get(undefined)).status).toBe(401)
  expect((await api.call('root', 'getRegistry', { path: { id: -1 } })).status).toBe(404)
})

it('it answers a ping; one without an id or with an address asks another', async () => {
  const ping = (who: string, body: object) => api.call(who, 'pingRegistry', { body: body as never })
  expect((await ping('root', { id: 0 })).status).toBe(200)
  expect((await ping('person', { id: 0 })).status).toBe(403)
  expect((await ping('root', {})).status).toBe(400)
  expect((await ping('root', { id: 0, url: 'http://169.254.169.254', type: 'harbor' })).status).toBe(400)
})
