import { testDatabase } from '@berth/testing'
import { describe, expect, it } from 'vitest'
import { withOrigin } from '../audit/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { endSession, resolveSession } from '../sessions/index.ts'
import { changePassword, createUser, setDisabled } from '../users/index.ts'
import {
  browser,
  code,
  configure,
  enter,
  groupsOf,
  here,
  MINUTE_MS,
  newName,
  pass,
  person,
  prepareAccounts,
  provider,
  reason,
  there,
  user,
} from './accounts.fixture.ts'
import {
  personFrom,
  pingProvider,
  purgeNewcomers,
  refreshAccounts,
  signInNewcomer,
  signInPerson,
  signOutAtProvider,
} from './index.ts'
import type { Person } from './model.ts'
import { oidcSettings } from './provider/index.ts'
import { CLIENT } from './provider.fixture.ts'

prepareAccounts(testDatabase)

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
    const other = await enter({ ...someone, suggestedName: newName('other'), ...changed(someone) })
    expect(other.user.id).not.toBe(first.id)
  })

  it('never becomes an account that is here by having its name or its address', async () => {
    const name = newName('local')
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
    pass(15 * MINUTE_MS)
    await expect(signInNewcomer(here, { secret, username: 'n', browser })).rejects.toEqual(reason('too-late'))
    expect(await purgeNewcomers(here)).toBeGreaterThan(0)
  })

  it('is one account also when they come in by many windows at once', async () => {
    const someone = person({ email: `${newName('crowd')}@example.com`, groups: ['crowd'] })
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
    pass(3_001)
    expect(await resolveSession(there, first.secret)).toBeNull()
    expect(await resolveSession(there, second.secret)).not.toBeNull()
  })
})

describe('the log', () => {
  const lines = (resource: string) =>
    here.db.prisma.auditLine.findMany({ where: { resource }, orderBy: { id: 'asc' } })
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
    pass(16 * MINUTE_MS)
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
    const written = await here.db.prisma.auditLine.findMany({
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
  pass(3_001)
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
    // The answer was lost, and the session has ended.
    await endSession(here, session.secret)
    expect(await signOutAtProvider(here, session.secret)).toBe(url.href)
    pass(61_000)
    expect(await signOutAtProvider(here, session.secret)).toBeUndefined()
  })

  it('works while the provider does not answer', async () => {
    const session = await enter(person({ idToken: 'the.id.token' }))
    await configure({ oidc_logout: true })
    pass(6 * MINUTE_MS)
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
  const { prisma } = here.db
  const everything = JSON.stringify([
    await prisma.oidcAccount.findMany(),
    await prisma.oidcNewcomer.findMany(),
    await prisma.oidcSession.findMany(),
    await prisma.systemProperty.findMany(),
  ])
  for (const secret of ['plain-id-token', 'plain-refresh-token', CLIENT.secret])
    expect(everything).not.toContain(secret)
})
