import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { authenticateBasic } from '../authentication/index.ts'
import { type RobotActor, SYSTEM } from '../authorization/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { createProject, deleteProject } from '../projects/index.ts'
import { issueToken, parseScopes, tokenAllows, verifyToken } from '../tokens/index.ts'
import { createRobot, deleteRobot, type RobotPermissionInput, refreshSecret, updateRobot } from './index.ts'

let database: TestDatabase
let clockMs = Date.now()
let waitedMs: number[] = []
/** Two nodes over one database: what one of them changes, the other one must notice. */
let here: Core
let there: Core
let count = 0
let project: { id: number; name: string }
let robot: { id: number; name: string; secret: string }

const openCore = () =>
  createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 2,
    now: () => clockMs,
    wait: async (ms) => {
      waitedMs.push(ms)
    },
  })
const allow = (namespace: string, ...actions: string[]): RobotPermissionInput => ({
  kind: 'project',
  namespace,
  access: actions.map((action) => ({ resource: 'repository', action })),
})
async function addRobot(level: 'project' | 'system', permissions: RobotPermissionInput[], durationDays = -1) {
  const input = { level, name: `ci-${++count}`, durationDays, permissions }
  const { robot, secret } = await createRobot(here, SYSTEM, input)
  return { id: robot.id, name: robot.name, secret }
}
const signIn = async (core: Core, password = robot.secret, username = robot.name) =>
  (await authenticateBasic(core, { username, password, address: '192.0.2.1' })) as RobotActor
const tokenOf = async (core: Core, actor: RobotActor, actions = 'pull,push') => {
  const scopes = parseScopes([`repository:${project.name}/app:${actions}`])
  return issueToken(core, actor, { service: 'berth-registry', scopes })
}
const repository = () => `${project.name}/app` as never
const pulls = async (core: Core, token: string) =>
  tokenAllows(core, await verifyToken(core, token), repository(), 'pull')
const refused = { code: 'UNAUTHORIZED', message: 'wrong username or password' }
const withdrawn = { code: 'UNAUTHORIZED' }

beforeAll(async () => {
  database = await testDatabase()
})
beforeEach(async () => {
  waitedMs = []
  here = openCore()
  there = openCore()
  const name = `team-${++count}`
  project = { name, id: await createProject(here, SYSTEM, { name }) }
  robot = await addRobot('project', [allow(name, 'push')])
})
afterEach(() => Promise.all([here.close(), there.close()]))
afterAll(() => database.drop())

describe('signing in', () => {
  it('gives the robot, which pushing lets pull; a robot of the system holds what its list says', async () => {
    const actor = await signIn(here)
    expect(actor).toMatchObject({ kind: 'robot', id: robot.id, name: robot.name, projectId: project.id })
    const { scopes } = await tokenOf(here, actor, 'pull,push,delete')
    expect(scopes).toEqual([`repository:${project.name}/app:pull,push`])
    const system = await addRobot('system', [allow('*', 'push')])
    const issued = await tokenOf(here, await signIn(here, system.secret, system.name))
    expect(issued.scopes).toEqual([`repository:${project.name}/app:push`])
  })

  it.each([
    ['a wrong secret', () => ({ password: 'Wrong0ne' })],
    ['an empty one', () => ({ password: '' })],
    ['the hash instead of the secret', () => ({ password: 'mac:x' })],
    ['an unknown robot', () => ({ username: 'robot$nobody' })],
    ['a robot without its project', () => ({ username: robot.name.replace(/\$.*\+/, '$') })],
    ['a space behind the name', () => ({ username: `${robot.name} ` })],
    ['upper case', () => ({ username: robot.name.toUpperCase() })],
    ['a NUL', () => ({ username: `${robot.name}\0` })],
    ['SQL', () => ({ username: `${robot.name}' OR 1=1 --` })],
    ['an endless name', () => ({ username: `robot$${'x'.repeat(100_000)}` })],
  ])('refuses %s in the same words', async (_, part) => {
    const { password, username } = { password: robot.secret, username: robot.name, ...part() }
    await expect(signIn(here, password, username)).rejects.toMatchObject(refused)
  })

  it('slows guessing down as for people, and the right secret still comes through', async () => {
    for (let i = 0; i < 7; i++) await expect(signIn(here, `Wrong${i}aa`)).rejects.toMatchObject(refused)
    expect(waitedMs).toEqual([500, 1_000])
    expect((await signIn(here)).id).toBe(robot.id)
  })

  it('is never remembered beyond its right: the secret of one robot is not that of another', async () => {
    const other = await addRobot('project', [allow(project.name, 'pull')])
    await signIn(here)
    await expect(signIn(here, robot.secret, other.name)).rejects.toMatchObject(refused)
  })

  it('stays a robot in memory: no name and password of a person can be put together to mean the same', async () => {
    // The person with the robot's id, and as untouched as the robot.
    const data = { id: robot.id + 10_000, username: 'victim', usernameKey: 'victim', sysadmin: true }
    await database.db.prisma.robot.update({ where: { id: robot.id }, data: { id: data.id } })
    await database.db.prisma.user.create({ data })
    await signIn(here)
    const name = robot.name.slice('robot$'.length)
    for (const [username, password] of [
      ['robot', `${name}\0${robot.secret}`],
      ['robot$', `${name}\0${robot.secret}`],
      ['', `${name}\0${robot.secret}`],
      [name, robot.secret],
      [`robot\0${name}`, robot.secret],
      [`\0${name}`, robot.secret],
    ] as const)
      await expect(signIn(here, password, username), username).rejects.toMatchObject(refused)
    await database.db.prisma.user.delete({ where: { id: data.id } })
  })
})

describe('a change on another node ends secret and token within three seconds', () => {
  let token: string
  beforeEach(async () => {
    token = (await tokenOf(there, await signIn(there))).token
    expect(await pulls(there, token)).toBe(true)
  })
  const ended = async () => {
    clockMs += 3_001
    await expect(signIn(there)).rejects.toMatchObject(refused)
    await expect(verifyToken(there, token)).rejects.toMatchObject(withdrawn)
  }

  it('when its secret is another one, also what is still being asked for with the one before', async () => {
    const actor = await signIn(there)
    await refreshSecret(here, SYSTEM, robot.id)
    clockMs += 3_001
    const late = await tokenOf(there, actor)
    await expect(verifyToken(there, late.token)).rejects.toMatchObject(withdrawn)
  })

  it('when it is deleted, and for a namesake that comes after', async () => {
    await deleteRobot(here, SYSTEM, robot.id)
    const name = robot.name.split('+')[1]!
    await createRobot(here, SYSTEM, { level: 'project', name, permissions: [allow(project.name, 'push')] })
    await ended()
  })

  it('when it is disabled; enabled again it signs in, and the old token stays ended', async () => {
    await updateRobot(here, SYSTEM, robot.id, { disabled: true })
    await ended()
    await updateRobot(here, SYSTEM, robot.id, { disabled: false })
    clockMs += 3_001
    expect((await signIn(there)).id).toBe(robot.id)
    await expect(verifyToken(there, token)).rejects.toMatchObject(withdrawn)
  })

  it('when its secret changes; the new one works everywhere at once', async () => {
    const secret = await refreshSecret(here, SYSTEM, robot.id)
    const renewed = await tokenOf(there, await signIn(there, secret))
    expect(await pulls(there, renewed.token)).toBe(true)
    await ended()
  })

  it('when its project is deleted', async () => {
    await deleteProject(here, SYSTEM, { id: project.id })
    await ended()
  })

  it('when it may do less: the token stays and permits less', async () => {
    const permissions = [
      { kind: 'project', namespace: project.name, access: [{ resource: 'tag', action: 'list' }] },
    ]
    await updateRobot(here, SYSTEM, robot.id, { permissions })
    clockMs += 3_001
    expect(await pulls(there, token)).toBe(false)
  })
})

it('expires to the second, with its tokens, which do not outlast it', async () => {
  robot = await addRobot('project', [allow(project.name, 'push')], 1)
  const actor = await signIn(here)
  expect((await tokenOf(here, actor)).expiresInSeconds).toBe(1_800)
  clockMs += 86_400_000 - 60_000
  const late = await tokenOf(here, await signIn(here))
  expect(late.expiresInSeconds).toBe(60)
  expect(await pulls(here, late.token)).toBe(true)
  clockMs += 60_000
  await expect(signIn(here)).rejects.toMatchObject(refused)
  await expect(verifyToken(here, late.token)).rejects.toMatchObject(withdrawn)
})

it('keeps one list whole when two people change it at once', async () => {
  const lists = [allow(project.name, 'pull', 'read'), allow(project.name, 'push', 'list')]
  await Promise.all(
    [here, there].map((core, index) => updateRobot(core, SYSTEM, robot.id, { permissions: [lists[index]!] })),
  )
  const rows = await database.db.query<{ action: string }>(
    'SELECT action FROM robot_permissions WHERE robot_id = ? ORDER BY action',
    [robot.id],
  )
  expect([
    ['pull', 'read'],
    ['list', 'push'],
  ]).toContainEqual(rows.map(({ action }) => action))
})

it('a list that only shrinks brings nothing back that somebody else has just taken', async () => {
  await updateRobot(here, SYSTEM, robot.id, { permissions: [allow(project.name, 'pull', 'push', 'list')] })
  await Promise.all(
    [allow(project.name, 'pull', 'list'), allow(project.name, 'pull', 'push')].map((list, index) =>
      updateRobot([here, there][index]!, SYSTEM, robot.id, { permissions: [list] }),
    ),
  )
  const rows = await database.db.query<{ action: string }>(
    'SELECT action FROM robot_permissions WHERE robot_id = ? ORDER BY action',
    [robot.id],
  )
  // Whether or not each had read what the other had written.
  expect([['pull'], ['list', 'pull'], ['pull', 'push']]).toContainEqual(rows.map(({ action }) => action))
})
