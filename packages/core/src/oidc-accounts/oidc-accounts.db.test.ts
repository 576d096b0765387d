import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAccessToken } from '../access-tokens/index.ts'
import { withOrigin } from '../audit/index.ts'
import { authenticate, authenticateBasic, authenticateBearer, currentUser } from '../authentication/index.ts'
import { SYSTEM, type UserActor } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { resolveSession } from '../sessions/index.ts'
import { issueRefreshToken, issueToken, redeemRefreshToken, verifyToken } from '../tokens/index.ts'
import { changePassword, createUser, setDisabled } from '../users/index.ts'
import {
  createCliSecret,
  personFrom,
  pingProvider,
  purgeNewcomers,
  refreshAccounts,
  setCliSecret,
  signInNewcomer,
  signInPerson,
  signOutAtProvider,
} from './index.ts'
import type { Person } from './model.ts'
import { oidcSettings } from './provider/index.ts'
import { CLIENT, type ScriptedProvider, startScriptedProvider } from './provider.fixture.ts'

const browser = { address: '192.0.2.1', userAgent: 'test' }
const MINUTE_MS = 60_000
let database: TestDatabase
let provider: ScriptedProvider
let clockMs = Date.now()
/** Two nodes over one database. */
let here: Core
let there: Core
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

async function configure(settings: Record<string, unknown> = {}): Promise<void> {
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
beforeEach(async () => {
  provider.answer = undefined
  provider.userinfo = undefined
  provider.token = () => ({ status: 400, body: { error: 'invalid_grant' } })
  await configure()
})

const person = (changes: Partial<Person> = {}): Person => {
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
async function enter(someone: Person, core = here) {
  const outcome = await signInPerson(core, someone, browser)
  if (outcome.kind !== 'signed-in') throw new Error('has to choose a name')
  return outcome.session
}
const reason = (name: string) => expect.objectContaining({ reason: name })
const code = (name: string) => expect.objectContaining({ code: name })
const user = (id: number) => database.db.prisma.user.findUniqueOrThrow({ where: { id } })
const groupsOf = async (userId: number) => {
  const rows = await database.db.query<{ name: string }>(
    'SELECT g.name FROM user_group_members m JOIN user_groups g ON g.id = m.group_id WHERE m.user_id = ? ORDER BY g.name',
    [userId],
  )
  return rows.map(({ name }) => name)
}

describe('who comes from the provider', () => {
  it('is the same account by issuer and subject, whatever name and address are', async () => {
    const someone = person({ email: 'one@example.com', realname: 'One' })
    const first = await enter(someone)
    const again = await enter({ ...someone, suggestedName: 'x', email: 'two@example.com', realname: 'Two' })
    expect(again.user.id).toBe(first.user.id)
    expect(await user(first.user.id)).toMatchObject({
      username: someone.suggestedName,
      email: 'two@example.com',
      realname: 'Two',
      authSource: 'oidc',
      passwordHash: null,
      sysadmin: false,
    })
  })

  it.each<[string, (someone: Person) => Partial<Person>]>([
    ['the same subject of another issuer', () => ({ issuer: 'https://other.example' })],
    ['a subject that differs in case', ({ subject }) => ({ subject: subject.toUpperCase() })],
    ['a subject with a space at its end', ({ subject }) => ({ subject: `${subject} ` })],
  ])('is not %s', async (_name, changed) => {
    const someone = person()
    const { user: first } = await enter(someone)
    const other = await enter({ ...someone, suggestedName: `other-${++count}`, ...changed(someone) })
    expect(other.user.id).not.toBe(first.id)
  })

  it('never becomes an account that is here by having its name or its address', async () => {
    const name = `local-${++count}`
    const email = `${name}@example.com`
    const id = await createUser(here, SYSTEM, { username: name, password: 'Passw0rd', email })
    const outcome = await signInPerson(here, person({ suggestedName: name.toUpperCase(), email }), browser)
    expect(outcome.kind).toBe('name-wanted')
    const { secret } = outcome as { secret: string }
    const choose = (username: string) => signInNewcomer(here, { secret, username, browser })
    await expect(choose(name)).rejects.toEqual(reason('name-taken'))
    for (const username of ['', 'robot$x', 'a:b', ' a', 'a\u200bb', 'x'.repeat(256)])
      await expect(choose(username)).rejects.toEqual(reason('name-invalid'))
    const { session } = await choose(`${name}-2`)
    expect(session.user.id).not.toBe(id)
    expect(await user(session.user.id)).toMatchObject({ email: null })
    await expect(choose(`${name}-3`)).rejects.toEqual(reason('too-late'))
  })

  it('has fifteen minutes for a name, and needs the cookie', async () => {
    await configure({ oidc_auto_onboard: false })
    const outcome = await signInPerson(here, person(), browser)
    const { secret } = outcome as { secret: string }
    for (const wrong of ['', 'x', secret.toLowerCase(), secret.slice(1)])
      await expect(signInNewcomer(here, { secret: wrong, username: 'n', browser })).rejects.toEqual(
        reason('too-late'),
      )
    clockMs += 15 * MINUTE_MS
    await expect(signInNewcomer(here, { secret, username: 'n', browser })).rejects.toEqual(reason('too-late'))
    expect(await purgeNewcomers(here)).toBeGreaterThan(0)
  })

  it('is one account also when they come in by many windows at once', async () => {
    const someone = person({ email: `crowd-${count}@example.com`, groups: ['crowd'] })
    const sessions = await Promise.all(
      Array.from({ length: 6 }, (_, n) => enter(someone, n % 2 === 0 ? here : there)),
    )
    expect(new Set(sessions.map((session) => session.user.id)).size).toBe(1)
  })

  it('stays out while disabled, and when new people come from elsewhere', async () => {
    const someone = person()
    const { user: actor } = await enter(someone)
    await setDisabled(here, SYSTEM, actor.id, true)
    await expect(enter(someone)).rejects.toEqual(reason('disabled'))
    await setDisabled(here, SYSTEM, actor.id, false)
    await configure({ auth_mode: 'db_auth' })
    await expect(enter(someone)).resolves.toMatchObject({ user: { id: actor.id } })
    await expect(enter(person())).rejects.toEqual(reason('no-new-people'))
    await configure({ oidc_endpoint: '' })
    await expect(enter(person())).rejects.toEqual(reason('not-offered'))
  })

  it('has the groups of the last sign-in, and is administrator as long as the group says so', async () => {
    const someone = person({ groups: ['a', 'b'], admin: true })
    const first = await enter(someone)
    expect(first.user.sysadmin).toBe(true)
    expect(await groupsOf(first.user.id)).toEqual(['a', 'b'])
    expect(await user(first.user.id)).toMatchObject({ sysadmin: false, adminByGroup: true })
    const second = await enter({ ...someone, groups: ['b'], admin: false })
    expect(second.user.sysadmin).toBe(false)
    expect(await groupsOf(first.user.id)).toEqual(['b'])
    // What began with more rights is over, on the other node too.
    clockMs += 3_001
    expect(await resolveSession(there, first.secret)).toBeNull()
    expect(await resolveSession(there, second.secret)).not.toBeNull()
  })
})

describe('the refresh', () => {
  const due = () => {
    clockMs += 16 * MINUTE_MS
  }
  const answering = (someone: Person, claims: Record<string, unknown>, refreshToken?: string) => {
    provider.token = (form) =>
      form.get('grant_type') === 'refresh_token' && form.get('refresh_token') === someone.refreshToken
        ? {
            status: 200,
            body: {
              access_token: 'a',
              id_token: provider.idToken({ sub: someone.subject, nonce: undefined, ...claims }),
              refresh_token: refreshToken,
            },
          }
        : { status: 400, body: { error: 'invalid_grant' } }
  }
  beforeEach(async () => {
    await database.db.prisma.oidcAccount.updateMany({ data: { refreshToken: null } })
  })

  it('takes over groups without a sign-in, and keeps a token that was changed', async () => {
    const someone = person({ groups: ['a'], refreshToken: 'r1' })
    const session = await enter(someone)
    expect(await refreshAccounts(here)).toEqual({ renewed: 0, ended: 0, failed: 0 })
    due()
    answering(someone, { groups: ['b'] }, 'r2')
    expect(await refreshAccounts(here)).toEqual({ renewed: 1, ended: 0, failed: 0 })
    expect(await groupsOf(session.user.id)).toEqual(['b'])
    due()
    answering({ ...someone, refreshToken: 'r2' }, {})
    expect(await refreshAccounts(there)).toEqual({ renewed: 1, ended: 0, failed: 0 })
    expect(await groupsOf(session.user.id)).toEqual([])
    expect(await resolveSession(here, session.secret)).not.toBeNull()
  })

  it('takes away what an earlier claim brought when none is set any more', async () => {
    const someone = person({ groups: ['a'], admin: true, refreshToken: 'r' })
    const { user: actor } = await enter(someone)
    await configure({ oidc_groups_claim: '' })
    due()
    answering(someone, { groups: ['a'] })
    expect(await refreshAccounts(here)).toMatchObject({ renewed: 1 })
    expect(await groupsOf(actor.id)).toEqual([])
    expect(await user(actor.id)).toMatchObject({ adminByGroup: false })
  })

  it('that the provider refuses ends sessions, tokens, groups and CLI secret', async () => {
    const someone = person({ groups: ['a'], admin: true, refreshToken: 'gone' })
    const session = await enter(someone)
    const { id, username } = session.user
    const secret = await createCliSecret(here, session.user)
    const credentials = { username, password: secret, address: '192.0.2.9' }
    await expect(authenticateBasic(there, credentials)).resolves.toMatchObject({ id })
    const token = await createAccessToken(here, session.user, {
      name: 'laptop',
      scopes: ['pull'],
    })
    await expect(authenticateBearer(there, token.secret, '192.0.2.9')).resolves.toMatchObject({ id })
    due()
    expect(await refreshAccounts(here)).toEqual({ renewed: 0, ended: 1, failed: 0 })
    clockMs += 3_001
    expect(await resolveSession(there, session.secret)).toBeNull()
    await expect(authenticateBasic(there, credentials)).rejects.toEqual(code('UNAUTHORIZED'))
    await expect(authenticateBearer(there, token.secret, '192.0.2.9')).rejects.toEqual(code('UNAUTHORIZED'))
    expect(await currentUser(there, id)).toBeUndefined()
    expect(await groupsOf(id)).toEqual([])
    // Nobody is disabled: whoever the provider lets in again is back, with their secrets and without the rights of before.
    const back = await enter({ ...someone, groups: [], admin: false, refreshToken: undefined })
    expect(await resolveSession(there, back.secret)).toMatchObject({ user: { id, sysadmin: false } })
    expect(await resolveSession(there, session.secret)).toBeNull()
    await expect(authenticateBasic(there, credentials)).resolves.toMatchObject({ id })
    await expect(authenticateBearer(there, token.secret, '192.0.2.9')).resolves.toMatchObject({ id })
  })

  it('changes nothing while the provider is down, answers strangely or does not know Berth', async () => {
    const someone = person({ groups: ['a'], refreshToken: 'r' })
    const session = await enter(someone)
    const bad: (() => void)[] = [
      () => {
        provider.answer = (_req, res) => res.destroy()
      },
      () => {
        provider.token = () => ({ status: 503, body: {} })
      },
      () => {
        provider.token = () => ({ status: 401, body: { error: 'invalid_client' } })
      },
      () => answering(someone, { sub: 'somebody-else' }),
      () => answering(someone, { iss: 'https://evil.example' }),
      () => {
        provider.token = () => ({ status: 200, body: 'nonsense' })
      },
    ]
    for (const make of bad) {
      provider.answer = undefined
      make()
      due()
      expect(await refreshAccounts(here)).toMatchObject({ renewed: 0, ended: 0, failed: 1 })
    }
    expect(await groupsOf(session.user.id)).toEqual(['a'])
    provider.answer = undefined
    answering(someone, { groups: ['a'] })
    due()
    expect(await refreshAccounts(here)).toMatchObject({ renewed: 1 })
  })

  it('keeps a token that was changed, also when what follows fails', async () => {
    const someone = person({ groups: ['a'], refreshToken: 'rotating-0' })
    const session = await enter(someone)
    let current = 0
    provider.token = (form) =>
      form.get('refresh_token') === `rotating-${current}`
        ? {
            status: 200,
            body: {
              access_token: 'a',
              // Signed by a key that the provider's list does not have: the check after the answer fails.
              id_token: provider.idToken({ sub: someone.subject }, { header: { kid: 'unknown' } }),
              refresh_token: `rotating-${++current}`,
            },
          }
        : { status: 400, body: { error: 'invalid_grant' } }
    for (const core of [here, there]) {
      due()
      expect(await refreshAccounts(core)).toMatchObject({ renewed: 0, ended: 0, failed: 1 })
    }
    expect(current).toBe(2)
    answering({ ...someone, refreshToken: 'rotating-2' }, { groups: ['b'] })
    due()
    expect(await refreshAccounts(here)).toMatchObject({ renewed: 1, ended: 0 })
    expect(await groupsOf(session.user.id)).toEqual(['b'])
  })

  it('asks no other provider than the one that the person came from', async () => {
    const session = await enter(person({ refreshToken: 'mine' }))
    const other = await startScriptedProvider(() => clockMs)
    other.token = () => ({ status: 400, body: { error: 'invalid_grant' } })
    try {
      await configure({ oidc_endpoint: other.issuer })
      due()
      expect(await refreshAccounts(here)).toEqual({ renewed: 0, ended: 0, failed: 0 })
      expect(other.asked).not.toContain('/token')
      expect(await resolveSession(there, session.secret)).not.toBeNull()
    } finally {
      await other.stop()
    }
  })

  it('does not ask a provider that is down about everybody', async () => {
    for (let n = 0; n < 6; n++) await enter(person({ refreshToken: `r${n}` }))
    due()
    provider.token = () => ({ status: 503, body: {} })
    expect(await refreshAccounts(here)).toMatchObject({ failed: 3 })
  })

  it('uses each token once, however many nodes begin at the same moment', async () => {
    const someone = person({ refreshToken: 'once-0' })
    await enter(someone)
    due()
    let current = 0
    provider.token = (form) =>
      form.get('refresh_token') === `once-${current}`
        ? { status: 200, body: { access_token: 'a', refresh_token: `once-${++current}` } }
        : { status: 400, body: { error: 'invalid_grant' } }
    const runs = await Promise.all([here, there, here, there].map((core) => refreshAccounts(core)))
    expect(runs.reduce((sum, run) => sum + run.renewed, 0)).toBe(1)
    expect(runs.every((run) => run.ended === 0)).toBe(true)
  })

  it('does not undo a sign-in that happened meanwhile', async () => {
    const someone = person({ refreshToken: 'old' })
    const session = await enter(someone)
    due()
    const asked = Promise.withResolvers<void>()
    const signedIn = Promise.withResolvers<void>()
    provider.answer = (req, res) => {
      if (req.url !== '/token') return res.writeHead(500).end()
      asked.resolve()
      void signedIn.promise.then(() =>
        res.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}'),
      )
    }
    const running = refreshAccounts(here)
    await Promise.race([asked.promise, running])
    const fresh = await enter({ ...someone, refreshToken: 'new' }, there)
    signedIn.resolve()
    expect(await running).toMatchObject({ ended: 0 })
    expect(await resolveSession(there, fresh.secret)).not.toBeNull()
    expect(await resolveSession(there, session.secret)).not.toBeNull()
  })
})

it('personal tokens and being administrator last thirty days beyond the provider’s last word', async () => {
  const someone = person({ admin: true })
  const { user: actor } = await enter(someone)
  const { secret } = await createAccessToken(here, actor, {
    name: 'for ever',
    scopes: ['pull'],
    durationDays: -1,
  })
  const works = () => authenticateBearer(there, secret, '192.0.2.8')
  clockMs += 29 * 24 * 60 * MINUTE_MS
  await expect(works()).resolves.toMatchObject({ id: actor.id })
  expect(await currentUser(there, actor.id)).toMatchObject({ sysadmin: true })
  clockMs += 2 * 24 * 60 * MINUTE_MS
  await expect(works()).rejects.toEqual(code('UNAUTHORIZED'))
  expect(await currentUser(there, actor.id)).toMatchObject({ sysadmin: false })
  await enter(someone)
  clockMs += 3_001
  await expect(works()).resolves.toMatchObject({ id: actor.id })
  expect(await currentUser(there, actor.id)).toMatchObject({ sysadmin: true })
})

describe('the log', () => {
  const lines = (resource: string) =>
    database.db.prisma.auditLine.findMany({ where: { resource }, orderBy: { id: 'asc' } })
  const updates = async (name: string) =>
    (await lines(name)).filter(({ action }) => action === 'update').map(({ detail }) => detail)

  it('tells of each check of a provider (pingOIDC), whether or not it went well', async () => {
    const check = (url: string) => pingProvider(here, SYSTEM, { url, verifyCert: true })
    await check(provider.issuer)
    await expect(check('http://127.0.0.1:9')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    const tests = (await lines('oidc')).filter(({ action }) => action === 'test')
    expect(tests.map(({ detail }) => (detail as { success: boolean }).success)).toEqual([true, false])
  })

  it('tells who became administrator by a group, who is none any more, and what else changed', async () => {
    const someone = person({ admin: true, realname: 'One', refreshToken: 'log' })
    const name = someone.suggestedName
    await enter(someone)
    expect((await lines(name))[0]).toMatchObject({ action: 'create', detail: { administrator: true } })
    await enter(someone)
    expect(await updates(name)).toEqual([])
    await enter({ ...someone, admin: false, realname: 'Two' })
    await enter({ ...someone, realname: 'Two' })
    clockMs += 16 * MINUTE_MS
    await refreshAccounts(here)
    expect(await updates(name)).toEqual([
      { adminByGroup: false, realname: 'Two' },
      { adminByGroup: true },
      { adminByGroup: false },
      { access: 'ended', reason: 'the provider refuses' },
    ])
  })

  it('has a line for sign-ins that were refused or failed, and why', async () => {
    const someone = person()
    const { user: actor } = await enter(someone)
    await setDisabled(here, SYSTEM, actor.id, true)
    const origin = { address: '192.0.2.44', userAgent: 'test', requestId: 'r' }
    const from = (run: () => Promise<unknown>) => withOrigin(origin, () => run().catch(() => {}))
    const newcomer = person()
    const began = { state: 'state', nonce: 'nonce', codeVerifier: 'verifier' }
    const back = { code: 'code', issuer: undefined, began }
    await from(() => enter(someone))
    await from(() => personFrom(here, { ...back, state: 'state' }))
    await from(() => personFrom(here, { ...back, state: 'another' }))
    provider.token = () => ({ status: 503, body: {} })
    await from(() => personFrom(here, { ...back, state: 'state' }))
    await configure({ auth_mode: 'db_auth' })
    await from(() => enter(newcomer))
    const written = await database.db.prisma.auditLine.findMany({
      where: { address: origin.address },
      orderBy: { id: 'asc' },
      select: { action: true, credential: true, resource: true, result: true, detail: true },
    })
    const line = (resource: string, result: string, reason: string) => ({
      action: 'login',
      credential: 'oidc',
      resource,
      result,
      detail: expect.objectContaining({ reason: expect.stringContaining(reason) }),
    })
    expect(written).toEqual([
      line(actor.username, 'refused', 'disabled'),
      line('oidc', 'refused', 'invalid_grant'),
      line('oidc', 'refused', 'not-begun-here'),
      line('oidc', 'failed', '503'),
      line(newcomer.suggestedName, 'refused', 'no-new-people'),
    ])
  })
})

describe('a CLI secret', () => {
  const right = 'Chosen-Secret-1'
  const tool = (username: string, password: string, core = here) =>
    authenticateBasic(core, { username, password, address: '192.0.2.7' })

  it('signs tools in, not the console, and the one before ends on every node', async () => {
    const { user: actor } = await enter(person())
    const first = await createCliSecret(here, actor)
    expect(await tool(actor.username, first)).toMatchObject({ id: actor.id, via: 'cli-secret' })
    expect(await tool(actor.username, first, there)).toMatchObject({ id: actor.id })
    await expect(
      authenticate(here, { username: actor.username, password: first, address: '192.0.2.7' }),
    ).rejects.toEqual(code('UNAUTHORIZED'))
    await setCliSecret(here, actor, actor.id, right)
    await expect(tool(actor.username, first)).rejects.toEqual(code('UNAUTHORIZED'))
    const refreshed = { resourceType: 'cli_secret', action: 'refresh', resource: actor.username }
    expect(await database.db.prisma.auditLine.count({ where: refreshed })).toBe(2)
    clockMs += 3_001
    await expect(tool(actor.username, first, there)).rejects.toEqual(code('UNAUTHORIZED'))
    expect(await tool(actor.username, right, there)).toMatchObject({ id: actor.id })
    const { cliSecretHash } = await database.db.prisma.oidcAccount.findUniqueOrThrow({
      where: { userId: actor.id },
    })
    expect(cliSecretHash).toMatch(/^\$argon2id\$/)
  })

  it('ends what the one before opened, but for the session that made the new one', async () => {
    const someone = person()
    const session = await enter(someone)
    const other = await enter(someone)
    const secret = await createCliSecret(here, session.user)
    const held = await tool(session.user.username, secret)
    if (held.kind !== 'user') throw new Error('a person')
    const { token } = await issueToken(here, held, { service: 'berth-registry', scopes: [] })
    const refresh = (await issueRefreshToken(here, held))!
    await expect(verifyToken(there, token)).resolves.toMatchObject({ actor: { id: held.id } })
    await createCliSecret(here, session.user)
    clockMs += 3_001
    for (const node of [here, there]) {
      await expect(verifyToken(node, token)).rejects.toEqual(code('UNAUTHORIZED'))
      await expect(redeemRefreshToken(node, refresh)).rejects.toEqual(code('UNAUTHORIZED'))
      expect(await resolveSession(node, session.secret)).toMatchObject({ user: { id: held.id } })
      expect(await resolveSession(node, other.secret)).toBeNull()
    }
  })

  it('lasts thirty days beyond the provider’s last word', async () => {
    const someone = person()
    const { user: actor } = await enter(someone)
    await setCliSecret(here, actor, actor.id, right)
    clockMs += 29 * 24 * 60 * MINUTE_MS
    const held = (await tool(actor.username, right)) as UserActor
    const refresh = (await issueRefreshToken(here, held))!
    await configure({ token_expiration: 3 * 24 * 60 })
    const { token } = await issueToken(here, held, { service: 'berth-registry', scopes: [] })
    await configure({ token_expiration: 30 })
    for (const node of [here, there]) {
      expect(await redeemRefreshToken(node, refresh)).toMatchObject({ id: actor.id })
      expect(await verifyToken(node, token)).toMatchObject({ actor: { id: actor.id } })
    }
    clockMs += 2 * 24 * 60 * MINUTE_MS
    await expect(tool(actor.username, right)).rejects.toEqual(code('UNAUTHORIZED'))
    // What was had with it sleeps as it does.
    for (const node of [here, there]) {
      await expect(redeemRefreshToken(node, refresh)).rejects.toEqual(code('UNAUTHORIZED'))
      await expect(verifyToken(node, token)).rejects.toEqual(code('UNAUTHORIZED'))
    }
    await enter(someone)
    expect(await tool(actor.username, right)).toMatchObject({ id: actor.id })
    expect(await redeemRefreshToken(here, refresh)).toMatchObject({ id: actor.id })
  })

  it('is for people of the provider: one’s own, or anybody’s by administrators, and not with what tools hold', async () => {
    const { user: actor } = await enter(person())
    const { user: other } = await enter(person())
    const local = await createUser(here, SYSTEM, { username: `local-${++count}`, password: 'Passw0rd' })
    const chief: UserActor = { kind: 'user', id: local, username: 'chief', sysadmin: true, via: 'password' }
    await expect(setCliSecret(here, other, actor.id, right)).rejects.toEqual(code('FORBIDDEN'))
    await expect(setCliSecret(here, { kind: 'anonymous' }, actor.id, right)).rejects.toEqual(
      code('UNAUTHORIZED'),
    )
    await expect(setCliSecret(here, { ...actor, via: 'cli-secret' }, actor.id, right)).rejects.toEqual(
      code('FORBIDDEN'),
    )
    await expect(setCliSecret(here, actor, actor.id, 'weak')).rejects.toEqual(code('BAD_REQUEST'))
    await expect(setCliSecret(here, chief, local, right)).rejects.toEqual(code('PRECONDITION'))
    await expect(setCliSecret(here, chief, 999_999, right)).rejects.toEqual(code('NOT_FOUND'))
    await setCliSecret(here, chief, actor.id, right)
    await configure({ oidc_endpoint: '' })
    await expect(setCliSecret(here, chief, actor.id, right)).rejects.toEqual(code('PRECONDITION'))
  })
})

it('the client’s secret goes to no other provider than the one that it was set for', async () => {
  const set = (changes: Record<string, unknown>) => updateConfigurations(here, SYSTEM, changes)
  const elsewhere = { oidc_endpoint: 'https://elsewhere.example' }
  await expect(set(elsewhere)).rejects.toEqual(code('BAD_REQUEST'))
  await set({ oidc_endpoint: provider.issuer })
  await set({ oidc_endpoint: '' })
  await expect(set(elsewhere)).rejects.toEqual(code('BAD_REQUEST'))
  await set({ ...elsewhere, oidc_client_secret: 'another' })
})

it('changed settings hold at once on the node that changed them, and on others after three seconds', async () => {
  await configure()
  const takesNewPeople = (core: Core) => oidcSettings(core).then((settings) => settings?.takesNewPeople)
  expect([await takesNewPeople(here), await takesNewPeople(there)]).toEqual([true, true])
  await updateConfigurations(here, SYSTEM, { auth_mode: 'db_auth' })
  expect(await takesNewPeople(here)).toBe(false)
  clockMs += 3_001
  expect(await takesNewPeople(there)).toBe(false)
})

it('nobody sets a password for somebody from the provider', async () => {
  const { user: actor } = await enter(person())
  await expect(changePassword(here, SYSTEM, actor.id, { newPassword: 'Passw0rd' })).rejects.toEqual(
    code('FORBIDDEN'),
  )
})

describe('signing out', () => {
  it('leads to the provider with the session’s own token, where that is set', async () => {
    const session = await enter(person({ idToken: 'the.id.token' }))
    expect(await signOutAtProvider(here, session.secret)).toBeUndefined()
    await configure({ oidc_logout: true })
    const url = new URL((await signOutAtProvider(here, session.secret))!)
    expect(url.origin + url.pathname).toBe(`${provider.issuer}/logout`)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: CLIENT.id,
      id_token_hint: 'the.id.token',
      post_logout_redirect_uri: 'http://berth.test/projects',
    })
    expect(await signOutAtProvider(here, 'x'.repeat(43))).toBeUndefined()
    clockMs += 6 * MINUTE_MS
    provider.answer = (_req, res) => res.destroy()
    expect(await signOutAtProvider(here, session.secret)).toBeUndefined()
  })
})

it('no secret of the provider stands in the database as it is', async () => {
  await enter(person({ idToken: 'plain-id-token', refreshToken: 'plain-refresh-token' }))
  await configure({ oidc_auto_onboard: false })
  await signInPerson(
    here,
    person({ idToken: 'plain-id-token', refreshToken: 'plain-refresh-token' }),
    browser,
  )
  const { prisma } = database.db
  const everything = JSON.stringify([
    await prisma.oidcAccount.findMany(),
    await prisma.oidcNewcomer.findMany(),
    await prisma.oidcSession.findMany(),
    await prisma.systemProperty.findMany(),
  ])
  for (const secret of ['plain-id-token', 'plain-refresh-token', CLIENT.secret])
    expect(everything).not.toContain(secret)
})
