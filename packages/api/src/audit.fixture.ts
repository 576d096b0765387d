import type { Schemas } from '@berth/contract'
import { afterAll, beforeAll, expect } from 'vitest'
import { openTestApi, type TestApi } from './api.fixture.ts'

/** For tests of the log: an administrator, somebody without a role, and a project with two members. */

interface Database {
  url: string
  db: TestApi['core']['db']
  drop(): Promise<void>
}

export let database: Database
export let api: TestApi
export let clockMs = Date.now()
export let teamId: number

/** Time goes on. */
export const pass = (ms: number): void => {
  clockMs += ms
}

/** One world for the tests of a file. */
export function prepareAudit(testDatabase: () => Promise<Database>): void {
  beforeAll(async () => {
    database = await testDatabase()
    api = await openTestApi(database.url, { now: () => clockMs, wait: async () => {} })
    await api.addUser('root', { sysadmin: true })
    await api.addUser('dora')
    teamId = await api.addProject('team', { members: ['projectAdmin', 'maintainer'] })
    await api.addProject('other', { members: ['guest'] })
  })
  afterAll(async () => {
    await api.close()
    await database.drop()
  })
}

export async function lines(q: string, as = 'root', sort = ''): Promise<Schemas['AuditLogExt'][]> {
  const answer = await api.call(as, 'listAuditLogExts', { query: { q, page_size: 100, sort } })
  expect(answer.status, answer.text).toBe(200)
  return answer.data
}
