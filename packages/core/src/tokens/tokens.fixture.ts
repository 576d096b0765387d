import { afterAll, beforeAll } from 'vitest'
import { ANONYMOUS, type UserActor } from '../authorization/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { issueToken, parseScopes } from './index.ts'

/** For tests of registry tokens: people with a role each in a private project, and a public one. */

export const MINUTE_MS = 60_000

interface Database {
  url: string
  db: Core['db']
  drop(): Promise<void>
}

export let database: Database
export let core: Core
export let clockMs = Date.now()
export const people: Record<string, UserActor> = {}
export const projects: Record<string, { id: number; name: string }> = {}

/** Time goes on. */
export const pass = (ms: number): void => {
  clockMs += ms
}

export async function addProject(name: string, isPublic = false): Promise<void> {
  const row = await database.db.prisma.project.create({
    data: { name, public: isPublic, createdAt: new Date(clockMs), updatedAt: new Date(clockMs) },
  })
  projects[name] = { id: row.id, name }
}

async function addPerson(name: string): Promise<void> {
  const sysadmin = name === 'admin'
  const { id } = await database.db.prisma.user.create({
    data: { username: name, usernameKey: name, sysadmin, createdAt: new Date(), updatedAt: new Date() },
  })
  people[name] = { kind: 'user', id, username: name, sysadmin, via: 'password', credentialEpoch: 0 }
}

/** One world for the tests of a file. */
export function prepareTokens(testDatabase: () => Promise<Database>): void {
  beforeAll(async () => {
    database = await testDatabase()
    core = createCore({
      databaseUrl: database.url,
      secretKey: 'a secret key for the tests of tokens',
      externalUrl: 'http://berth.test',
      registryUrl: 'http://registry.test',
      poolSize: 3,
      now: () => clockMs,
    })
    for (const name of ['admin', 'dev', 'guest', 'outsider', 'keeper']) await addPerson(name)
    await addProject('team')
    await addProject('open', true)
    const roles = { dev: 2, guest: 3, keeper: 4 }
    for (const [name, roleId] of Object.entries(roles))
      await database.db.prisma.member.create({
        data: { projectId: projects.team!.id, userId: people[name]!.id, roleId, updatedAt: new Date() },
      })
  })
  afterAll(async () => {
    await core.close()
    await database.drop()
  })
}

/** Header (0) or claims (1). */
export const part = (token: string, index: number) =>
  JSON.parse(Buffer.from(token.split('.')[index]!, 'base64url').toString())

export async function ask(who: string, ...scopes: string[]): Promise<string> {
  const actor = who === 'anonymous' ? ANONYMOUS : people[who]!
  return (await issueToken(core, actor, { service: 'berth-registry', scopes: parseScopes(scopes) })).token
}
