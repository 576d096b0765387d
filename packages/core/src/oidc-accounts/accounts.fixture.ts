import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { SYSTEM } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { signInPerson } from './index.ts'
import type { Person } from './model.ts'
import { CLIENT, type ScriptedProvider, startScriptedProvider } from './provider.fixture.ts'

/** For tests of the people of a provider. */

interface Database {
  url: string
  drop(): Promise<void>
}

export const browser = { address: '192.0.2.1', userAgent: 'test' }
export const MINUTE_MS = 60_000
let database: Database
export let provider: ScriptedProvider
export let clockMs = Date.now()
/** Two nodes over one database. */
export let here: Core
export let there: Core
let count = 0

const openCore = () =>
  createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 4,
    now: () => clockMs,
    wait: async () => {},
  })

export async function configure(settings: Record<string, unknown> = {}): Promise<void> {
  await updateConfigurations(here, SYSTEM, {
    auth_mode: 'oidc_auth',
    oidc_endpoint: provider.issuer,
    oidc_client_id: CLIENT.id,
    oidc_client_secret: CLIENT.secret,
    oidc_auto_onboard: true,
    oidc_groups_claim: 'groups',
    oidc_logout: false,
    ...settings,
  })
  // Settings are at most three seconds old.
  clockMs += 3_001
}
export const person = (changes: Partial<Person> = {}): Person => {
  const name = `person-${++count}`
  return {
    issuer: provider.issuer,
    subject: name,
    suggestedName: name,
    email: '',
    realname: '',
    groups: [],
    admin: false,
    refreshToken: undefined,
    idToken: undefined,
    ...changes,
  }
}
export async function enter(someone: Person, core = here) {
  const outcome = await signInPerson(core, someone, browser)
  if (outcome.kind !== 'signed-in') throw new Error('has to choose a name')
  return outcome.session
}
export const reason = (name: string) => expect.objectContaining({ reason: name })
export const code = (name: string) => expect.objectContaining({ code: name })
export const user = (id: number) => here.db.prisma.user.findUniqueOrThrow({ where: { id } })
export const groupsOf = async (userId: number) => {
  const rows = await here.db.query<{ name: string }>(
    'SELECT g.name FROM user_group_members m JOIN user_groups g ON g.id = m.group_id WHERE m.user_id = ? ORDER BY g.name',
    [userId],
  )
  return rows.map(({ name }) => name)
}

/** A name that nobody has yet. */
export const newName = (start: string): string => `${start}-${++count}`
/** Time goes on, on both nodes and at the provider. */
export const pass = (ms: number): void => {
  clockMs += ms
}

/** A database, a provider and two nodes for the file; the settings anew for each test. */
export function prepareAccounts(testDatabase: () => Promise<Database>): void {
  beforeAll(async () => {
    database = await testDatabase()
    provider = await startScriptedProvider(() => clockMs)
    here = openCore()
    there = openCore()
  })
  afterAll(async () => {
    await Promise.all([here.close(), there.close(), provider.stop()])
    await database.drop()
  })
  beforeEach(async () => {
    provider.answer = undefined
    provider.userinfo = undefined
    provider.token = () => ({ status: 400, body: { error: 'invalid_grant' } })
    await configure()
  })
}
