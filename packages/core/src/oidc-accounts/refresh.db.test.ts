import { testDatabase } from '@berth/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { createAccessToken } from '../access-tokens/index.ts'
import { authenticateBasic, authenticateBearer, currentUser } from '../authentication/index.ts'
import { resolveSession } from '../sessions/index.ts'
import {
  clockMs,
  code,
  configure,
  enter,
  groupsOf,
  here,
  MINUTE_MS,
  pass,
  person,
  prepareAccounts,
  provider,
  there,
  user,
} from './accounts.fixture.ts'
import { createCliSecret, refreshAccounts } from './index.ts'
import type { Person } from './model.ts'
import { startScriptedProvider } from './provider.fixture.ts'

prepareAccounts(testDatabase)

describe('the refresh', () => {
  const due = () => {
    pass(16 * MINUTE_MS)
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
    await here.db.prisma.oidcAccount.updateMany({ data: { refreshToken: null } })
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
    pass(3_001)
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

  it('passes over an account whose token cannot be read', async () => {
    const broken = await enter(person({ refreshToken: 'x' }))
    const someone = person({ groups: ['a'], refreshToken: 'r' })
    const session = await enter(someone)
    await here.db.prisma.oidcAccount.update({
      where: { userId: broken.user.id },
      data: { refreshToken: 'v1.unreadable' },
    })
    due()
    answering(someone, { groups: ['b'] })
    expect(await refreshAccounts(here)).toMatchObject({ renewed: 1, failed: 1, problem: expect.any(String) })
    expect(await groupsOf(session.user.id)).toEqual(['b'])
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
  pass(29 * 24 * 60 * MINUTE_MS)
  await expect(works()).resolves.toMatchObject({ id: actor.id })
  expect(await currentUser(there, actor.id)).toMatchObject({ sysadmin: true })
  pass(2 * 24 * 60 * MINUTE_MS)
  await expect(works()).rejects.toEqual(code('UNAUTHORIZED'))
  expect(await currentUser(there, actor.id)).toBeUndefined()
  await enter(someone)
  pass(3_001)
  await expect(works()).resolves.toMatchObject({ id: actor.id })
  expect(await currentUser(there, actor.id)).toMatchObject({ sysadmin: true })
})
