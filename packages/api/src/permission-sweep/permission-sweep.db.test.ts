import { type OperationId, operations } from '@berth/contract'
import { type SystemResource, systemMatrix } from '@berth/core/authorization'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CallInput, openTestApi, type TestApi } from '../api.fixture.ts'
import {
  allowedInProject,
  allowedInSystem,
  everybody,
  people,
  signedIn,
  type Who,
} from './everybody.fixture.ts'
import { type InProject, inProjects } from './in-projects.fixture.ts'
import { inSystem } from './in-system.fixture.ts'
import { populate, type RobotIds, usernameOf } from './world.fixture.ts'

// Every operation as everybody, against the two tables of core/authorization: in a private and in a public project, and
// outside projects.

let database: TestDatabase
let api: TestApi
let robotIds: RobotIds

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  robotIds = await populate(api)
})
afterAll(async () => {
  await api.close()
  await database.drop()
})

/** How the answer must look: a refusal is 401 for nobody and 403 for somebody; anything else means allowed. */
async function verdict(
  who: Who,
  op: OperationId,
  input: CallInput<OperationId>,
  project = 'closed',
  hidden = false,
): Promise<string> {
  const { status } = await api.call(usernameOf(who, project), op, input)
  if (status === 401 || status === 403 || (hidden && status === 404)) return `${status}`
  expect(status, `${op} as ${who}`).toBeLessThan(500)
  return 'allowed'
}
const refusal = (who: Who) => (who === 'anonymous' ? '401' : '403')

it('has one line for each operation of the contract', () => {
  expect([...Object.keys(inProjects), ...Object.keys(inSystem)].sort()).toEqual(
    Object.keys(operations).sort(),
  )
})

it('has a line for each resource outside projects', () => {
  const reached = Object.values(inSystem).flatMap((line) => ('resource' in line ? [line.resource] : []))
  // `catalog` is the list of /v2; the others open a part of what an operation for everybody tells.
  const elsewhere: SystemResource[] = ['catalog', 'permissions', 'system-info']
  expect(new Set([...reached, ...elsewhere])).toEqual(new Set(Object.keys(systemMatrix)))
})

describe.each(['closed', 'open'])('in the project %s', (project) => {
  it.each(Object.keys(inProjects) as (keyof typeof inProjects)[])('%s follows the table', async (op) => {
    const { resource, action, input }: InProject = inProjects[op]
    const verdicts: Record<string, string> = {}
    const expected: Record<string, string> = {}
    for (const who of everybody) {
      const allowed = allowedInProject(who, { public: project === 'open' }, resource, action)
      expected[who] = allowed ? 'allowed' : refusal(who)
      const { path, ...rest } = input?.(allowed) ?? {}
      const where = { project_name_or_id: project, project_name: project, ...path }
      verdicts[who] = await verdict(who, op, { ...rest, path: where }, project)
    }
    expect(verdicts).toEqual(expected)
  })
})

it.each(['anonymous', 'outsider', 'bareRobot'] as const)(
  'to %s a project that is hidden and one that is not there look alike, whatever is asked of it (CVE-2019-19030, CVE-2020-13794)',
  async (who) => {
    for (const op of Object.keys(inProjects) as (keyof typeof inProjects)[]) {
      const { input }: InProject = inProjects[op]
      const { path, ...rest } = input?.(false) ?? {}
      const ask = async (name: string) => {
        const where = { project_name_or_id: name, project_name: name, ...path }
        const { status, text } = await api.call(usernameOf(who, name), op, { ...rest, path: where })
        return { op, status: `${status}`, text }
      }
      const hidden = await ask('closed')
      expect(hidden).toEqual(await ask('no-such'))
      expect(hidden).toMatchObject({ op, status: refusal(who) })
    }
  },
)

const groups: Record<string, readonly Who[]> = { everybody, signedIn, people }
const robots: readonly Who[] = signedIn.filter((who) => !people.includes(who))

describe('outside projects', () => {
  it.each(Object.keys(inSystem) as (keyof typeof inSystem)[])('%s follows the table', async (op) => {
    const line = inSystem[op]
    const hiddenFrom = 'resource' in line ? (line.hiddenFrom ?? []) : []
    const mayDo = (who: Who): boolean => {
      if ('open' in line)
        return (typeof line.open === 'string' ? groups[line.open]! : line.open).includes(who)
      return !(line.inPerson && robots.includes(who)) && allowedInSystem(who, line.resource, line.action)
    }
    const verdicts: Record<string, string> = {}
    const expected: Record<string, string> = {}
    for (const who of everybody) {
      const allowed = mayDo(who)
      const hidden = hiddenFrom.includes(who)
      expected[who] = allowed ? 'allowed' : hidden ? '404' : refusal(who)
      const { input = {} } = line
      const sent = typeof input === 'function' ? input(allowed, robotIds) : input
      verdicts[who] = await verdict(who, op, sent, 'closed', hidden)
    }
    expect(verdicts).toEqual(expected)
  })
})

it('has changed nothing on the way', async () => {
  const [members] = await database.db.query('SELECT count(*) AS n FROM members', [])
  const [others] = await database.db.query('SELECT count(*) AS n FROM users WHERE sysadmin = TRUE', [])
  const [labels] = await database.db.query('SELECT count(*) AS n FROM labels', [])
  const images = await database.db.query('SELECT id FROM tags', [])
  expect([members, others, images.length, labels]).toEqual([{ n: 12 }, { n: 1 }, 2, { n: 1 }])
})
