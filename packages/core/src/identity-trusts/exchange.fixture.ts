import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { SYSTEM } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { createProject } from '../projects/index.ts'
import { createRobot } from '../robots/index.ts'
import { createIdentityTrust, exchangeToken } from './index.ts'
import { AUDIENCE, startIssuer, type TestIssuer } from './issuer.fixture.ts'

/** For tests of the exchange. */

interface Database {
  url: string
  drop(): Promise<void>
}

let database: Database
export let clockMs = Date.now()
/** Two nodes over one database. */
export let here: Core
export let there: Core
export let issuer: TestIssuer
let count = 0
export let project: { id: number; name: string }
export let robot: { id: number; name: string }
export let trustId: number
let network = 0

const openCore = () =>
  createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: AUDIENCE,
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 3,
    now: () => clockMs,
  })
export async function addRobot(durationDays = -1) {
  const access = ['push', 'pull'].map((action) => ({ resource: 'repository', action }))
  const { robot } = await createRobot(here, SYSTEM, {
    level: 'project',
    name: `ci-${++count}`,
    durationDays,
    permissions: [{ kind: 'project', namespace: project.name, access }],
  })
  return { id: robot.id, name: robot.name }
}
export const addTrust = (input: Parameters<typeof createIdentityTrust>[3] = {}) =>
  createIdentityTrust(
    here,
    SYSTEM,
    { id: project.id },
    {
      name: `trust ${++count}`,
      robotId: robot.id,
      issuer: issuer.url,
      claims: { sub: 'repo:acme/*' },
      ...input,
    },
  )
/** Each test from a network of its own. */
export const address = () => `10.0.${network >> 8}.${network & 255}`
export const exchange = (token: string, { core = here, name }: { core?: Core; name?: string } = {}) =>
  exchangeToken(core, { token, robot: name, address: address() })
export const refused = (why: RegExp) =>
  expect.objectContaining({ name: 'RefusedTokenError', message: expect.stringMatching(why) })
export const inSeconds = (seconds: number) => Math.floor(clockMs / 1_000) + seconds

/** A name that nothing has yet. */
export const newName = (start: string): string => `${start} ${++count}`
/** Time goes on, on both nodes and at the issuer. */
export const pass = (ms: number): void => {
  clockMs += ms
}
/** What follows comes from another network. */
export const moveOn = (): void => {
  network++
}
/** What follows is about another robot. */
export async function replaceRobot(durationDays?: number): Promise<void> {
  robot = await addRobot(durationDays)
}

/** A database for the file; two nodes, an issuer, a project, a robot and a trust for each test. */
export function prepareExchanges(testDatabase: () => Promise<Database>): void {
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(() => database.drop())
  beforeEach(async () => {
    network++
    here = openCore()
    there = openCore()
    issuer = await startIssuer(() => clockMs)
    await updateConfigurations(here, SYSTEM, { outbound_allowed_hosts: '127.0.0.1' })
    const name = `team-${++count}`
    project = { name, id: await createProject(here, SYSTEM, { name }) }
    robot = await addRobot()
    trustId = await addTrust()
  })
  afterEach(async () => {
    await Promise.all([here.close(), there.close(), issuer.close()])
  })
}
