import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApi, ROLES, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('root', { sysadmin: true })
  await api.addUser('outsider')
  await api.addProject('box', { members: ROLES })
})
afterAll(async () => {
  expect(api.failures).toEqual([])
  await api.close()
  await database.drop()
})

const at = (name?: string, project = 'box') => ({
  path: { project_name_or_id: project, ...(name && { meta_name: name }) },
})
const add = async (as: string | undefined, body: Record<string, string>, project = 'box') =>
  (await api.call(as, 'addProjectMetadatas', { ...at(undefined, project), body })).status
const set = async (as: string | undefined, name: string, body: Record<string, string>, project = 'box') =>
  (await api.call(as, 'updateProjectMetadata', { ...at(name, project), body })).status
const remove = async (as: string | undefined, name: string, project = 'box') =>
  (await api.call(as, 'deleteProjectMetadata', at(name, project))).status

describe('project settings', () => {
  it('200 through their whole life', async () => {
    expect(await add('projectAdmin', { severity: 'High' })).toBe(200)
    expect((await api.call('projectAdmin', 'listProjectMetadatas', at())).data).toEqual({
      public: 'false',
      severity: 'high',
    })
    expect((await api.call('maintainer', 'getProjectMetadata', at('severity'))).data).toEqual({
      severity: 'high',
    })
    expect(await set('projectAdmin', 'severity', { severity: 'low' })).toBe(200)
    // Setting the same value again is no change, and no error on any database.
    expect(await set('projectAdmin', 'severity', { severity: 'low' })).toBe(200)
    expect((await api.call('projectAdmin', 'getProjectMetadata', at('severity'))).data).toEqual({
      severity: 'low',
    })
    expect(await remove('projectAdmin', 'severity')).toBe(200)
    expect((await api.call('projectAdmin', 'getProjectMetadata', at('severity'))).status).toBe(404)
  })

  it('open and close the project at once', async () => {
    const sees = async () => (await api.call('outsider', 'getProject', at())).status
    expect(await sees()).toBe(403)
    expect(await set('projectAdmin', 'public', { public: 'true' })).toBe(200)
    expect(await sees()).toBe(200)
    expect(await set('projectAdmin', 'public', { public: 'false' })).toBe(200)
    expect(await sees()).toBe(403)
  })

  it('409 for one that is there already', async () => {
    expect(await add('projectAdmin', { auto_scan: 'true' })).toBe(200)
    expect(await add('projectAdmin', { auto_scan: 'false' })).toBe(409)
    expect(await add('projectAdmin', { public: 'true' })).toBe(409)
  })

  it('400 for what is no setting, no value, or not exactly one', async () => {
    expect(await add('projectAdmin', { made_up: 'x' })).toBe(400)
    expect(await add('projectAdmin', { retention_id: '7' })).toBe(400)
    expect(await add('projectAdmin', {})).toBe(400)
    expect(await add('projectAdmin', { prevent_vul: 'true', severity: 'low' })).toBe(400)
    expect(await set('projectAdmin', 'auto_scan', { auto_scan: 'perhaps' })).toBe(400)
    expect(await set('projectAdmin', 'auto_scan', { public: 'true' })).toBe(400)
    expect(await remove('projectAdmin', 'public')).toBe(400)
  })

  it('404 for one that is not there', async () => {
    expect(await set('projectAdmin', 'prevent_vul', { prevent_vul: 'true' })).toBe(404)
    expect(await remove('projectAdmin', 'prevent_vul')).toBe(404)
    expect(await remove('projectAdmin', '__proto__')).toBe(404)
    expect((await api.call('projectAdmin', 'getProjectMetadata', at('__proto__'))).status).toBe(404)
    expect((await api.call('root', 'listProjectMetadatas', at(undefined, 'missing'))).status).toBe(404)
  })

  it('401 and 403: maintainers read, only project admins write', async () => {
    expect((await api.call(undefined, 'listProjectMetadatas', at())).status).toBe(401)
    expect((await api.call('limitedGuest', 'listProjectMetadatas', at())).status).toBe(403)
    expect((await api.call('outsider', 'getProjectMetadata', at('public'))).status).toBe(403)
    expect(await add(undefined, { severity: 'low' })).toBe(401)
    for (const role of ['maintainer', 'developer', 'guest', 'limitedGuest', 'outsider']) {
      expect(await add(role, { severity: 'low' })).toBe(403)
      expect(await set(role, 'public', { public: 'true' })).toBe(403)
      expect(await remove(role, 'auto_scan')).toBe(403)
    }
  })
})
