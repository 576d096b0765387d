import { testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAccessToken } from '../access-tokens/index.ts'
import { authenticateBasic, currentUser } from '../authentication/index.ts'
import type { UserActor } from '../authorization/index.ts'
import { resolveSession, signIn } from '../sessions/index.ts'
import { issueRefreshToken, issueToken, redeemRefreshToken, verifyToken } from '../tokens/index.ts'
import { type Company, groupDn, openCompany } from './company.fixture.ts'
import { refreshDirectoryAccounts } from './index.ts'

const DAY_MS = 24 * 60 * 60_000
let company: Company

beforeAll(async () => {
  company = await openCompany(await testDatabase(), { wait: async () => {} })
  // Longer than the proof lasts, so that nothing ends for another reason.
  await company.configure({ session_timeout: 43_200, token_expiration: 10_080 })
})
afterAll(() => company.close())

const refresh = () => refreshDirectoryAccounts(company.core, new AbortController().signal)

async function hold(name: string) {
  const session = { username: name, password: `${name}-secret`, address: '192.0.2.1', userAgent: '' }
  const { secret, user } = await signIn(company.core, session)
  // What is opened is younger than the directory's word, which would otherwise end with it.
  const provenAt = new Date(company.core.now() - 50_000)
  await company.database.db.prisma.directoryAccount.update({ where: { userId: user.id }, data: { provenAt } })
  const actor = { ...user, via: 'password' } as const
  const token = await createAccessToken(company.core, user, { name, scopes: ['pull'], durationDays: -1 })
  return {
    actor,
    session: secret,
    token: token.secret,
    refresh: await issueRefreshToken(company.core, actor),
  }
}
const opens = (what: Promise<unknown>) =>
  what.then(
    (value) => value !== null && value !== undefined,
    () => false,
  )
/** Session, refresh token, personal token, a registry token of now. */
async function held(of: Awaited<ReturnType<typeof hold>>, registryToken: string): Promise<boolean[]> {
  const { core } = company
  return Promise.all([
    opens(resolveSession(core, of.session)),
    opens(redeemRefreshToken(core, of.refresh!)),
    opens(authenticateBasic(core, { username: of.actor.username, password: of.token, address: '192.0.2.1' })),
    opens(verifyToken(core, registryToken)),
  ])
}
const registryToken = async (actor: UserActor) =>
  (await issueToken(company.core, actor, { service: 'berth-registry', scopes: [] })).token

it.each([
  ['is switched off', 'ann', () => company.configure({ auth_mode: 'db_auth' })],
  ['does not answer', 'bob', async () => void company.fake.faults.push(...Array<number>(500).fill(52))],
])(
  'thirty days after the last word of a directory that %s nothing opens, until it speaks again',
  async (_, name, away) => {
    company.addPerson(name, { pwdLastSet: '133700000000000000' })
    company.setGroup('admins', name)
    await company.configure({ ldap_group_admin_dn: groupDn('admins') })
    const before = await hold(name)
    expect(before.actor.sysadmin).toBe(true)
    await away()
    company.pass(29.9 * DAY_MS - 50_000)
    const late = await registryToken((await currentUser(company.core, before.actor.id))!)
    await refresh()
    expect(await held(before, late)).toEqual([true, true, true, true])
    company.pass(0.1 * DAY_MS + 10_000)
    await refresh()
    expect(await held(before, late)).toEqual([false, false, false, false])
    expect(await currentUser(company.core, before.actor.id)).toBeUndefined()

    company.fake.faults.length = 0
    await company.configure({ auth_mode: 'ldap_auth' })
    await refresh()
    company.pass(3_001)
    expect(await held(before, late)).toEqual([true, true, true, true])
    expect(await currentUser(company.core, before.actor.id)).toMatchObject({ sysadmin: true })
  },
)
