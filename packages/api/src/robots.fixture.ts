import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { type Answer, openTestApi, PASSWORD, ROLES, type TestApi } from './api.fixture.ts'

/** For tests of robots at the API. */

export type Access = [resource: string, ...actions: string[]][]
export const access = (list: Access) =>
  list.flatMap(([resource, ...actions]) => actions.map((action) => ({ resource, action })))
export const inProject = (namespace: string, list: Access) => ({
  kind: 'project',
  namespace,
  access: access(list),
})
export const inSystem = (list: Access) => ({ kind: 'system', namespace: '/', access: access(list) })
export const PULL: Access = [['repository', 'pull']]

interface Database {
  url: string
  db: TestApi['core']['db']
  drop(): Promise<void>
}

export let database: Database
export let api: TestApi
export let clockMs = Date.now()
/** Of the projects `team`, with a member in each role, and `other`. */
export const ids: Record<string, number> = {}
let count = 0

/** Time goes on. */
export const pass = (ms: number): void => {
  clockMs += ms
}

/** One world for the tests of a file. */
export function prepareRobots(testDatabase: () => Promise<Database>): void {
  beforeAll(async () => {
    database = await testDatabase()
    api = await openTestApi(database.url, { now: () => clockMs })
    await api.addUser('root', { sysadmin: true })
    await api.addUser('outsider')
    ids.team = await api.addProject('team', { members: ROLES })
    ids.other = await api.addProject('other')
  })
  beforeEach(() => {
    api.failures.length = 0
  })
  afterAll(async () => {
    await api.close()
    await database.drop()
  })
}

/** A robot with a secret of ours, so that `api.call` can sign in with it. */
export async function addRobot(
  permissions: Record<string, unknown>[],
  { level = 'project', as = 'root', ...more }: Record<string, unknown> & { as?: string } = {},
): Promise<{ id: number; name: string; secret: string }> {
  const body = { name: `robot-${++count}`, level, duration: -1, secret: PASSWORD, permissions, ...more }
  const answer = await api.call(as, 'CreateRobot', { body } as never)
  expect(answer.status, answer.text).toBe(201)
  return { id: answer.data.id!, name: answer.data.name!, secret: answer.data.secret! }
}
export const create = (
  as: string | undefined,
  body: Record<string, unknown>,
): Promise<Answer<'CreateRobot'>> =>
  api.call(as, 'CreateRobot', { body: { name: `robot-${++count}`, duration: -1, ...body } })
export const at = (id: number) => ({ path: { robot_id: id } })
