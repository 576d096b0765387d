import { type Core, createCore, SYSTEM } from '@berth/core'
import { listAuditLines } from '@berth/core/audit'
import { authenticateBasic } from '@berth/core/authentication'
import { updateConfigurations } from '@berth/core/configurations'
import { checkDirectory, refreshDirectoryAccounts } from '@berth/core/directories'
import { everything } from '@berth/core/list-query'
import { signIn as openSession, resolveSession } from '@berth/core/sessions'
import { issueRefreshToken, redeemRefreshToken } from '@berth/core/tokens'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { type Openldap, startOpenldap } from '@berth/testing/openldap'
import { Attribute, Change, Client } from 'ldapts'
import { afterAll, beforeAll, expect, it } from 'vitest'

// A real OpenLDAP that watches over passwords with its overlay ppolicy.
const BASE = 'dc=example,dc=com'
const POLICY = `cn=policy,${BASE}`
const dnOf = (uid: string) => `uid=${uid},${BASE}`
const secretOf = (uid: string) => `${uid}-Secret-1`
/** What slapd lets administrators write for "until somebody unlocks it". */
const LOCKED_BY_HAND = '000001010000Z'
let openldap: Openldap
let admin: Client
let database: TestDatabase
let core: Core
let clockMs = Date.now()

const person = (uid: string, passwordSince = '20991231235959Z') => ({
  dn: dnOf(uid),
  attributes: {
    objectClass: 'inetOrgPerson',
    uid,
    cn: uid,
    sn: uid,
    userPassword: secretOf(uid),
    pwdPolicySubentry: POLICY,
    pwdChangedTime: passwordSince,
  },
})
const generalizedTime = (ms: number) => new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')

beforeAll(async () => {
  const changedMs = clockMs - 60_000
  ;[openldap, database] = await Promise.all([
    startOpenldap({
      entries: [
        {
          dn: POLICY,
          attributes: {
            objectClass: ['device', 'pwdPolicy'],
            cn: 'policy',
            pwdAttribute: 'userPassword',
            pwdMaxAge: '864000',
            pwdMustChange: 'TRUE',
            pwdLockout: 'TRUE',
          },
        },
        ...['steady', 'changer', 'reset', 'locked', 'ended'].map((uid) =>
          person(uid, generalizedTime(changedMs)),
        ),
        person('aged', '20200101000000Z'),
      ],
    }),
    testDatabase(),
  ])
  admin = new Client({ url: openldap.url, timeout: 10_000 })
  await admin.bind(openldap.admin.dn, openldap.admin.password)
  core = createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 6,
    now: () => clockMs,
    wait: async () => {},
  })
  await updateConfigurations(core, SYSTEM, {
    auth_mode: 'ldap_auth',
    ldap_url: openldap.url,
    ldap_base_dn: BASE,
    ldap_filter: '(objectClass=inetOrgPerson)',
    ldap_uid: 'uid',
    ldap_search_dn: openldap.admin.dn,
    ldap_search_password: openldap.admin.password,
  })
}, 60_000)
afterAll(async () => {
  await admin?.unbind().catch(() => {})
  await core?.close()
  await database?.drop()
  await openldap?.stop()
})

const replace = (client: Client, uid: string, type: string, value: string) =>
  client.modify(dnOf(uid), [
    new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) }),
  ])
const signIn = (username: string, password = secretOf(username)) =>
  authenticateBasic(core, { username, password, address: '192.0.2.1' })

/** A session, a refresh token and a remembered password. */
async function hold(username: string) {
  const actor = await signIn(username)
  if (actor.kind !== 'user') throw new Error('not a person')
  const credentials = { username, password: secretOf(username), address: '192.0.2.1', userAgent: '' }
  const { secret } = await openSession(core, credentials)
  return { username, secret, refreshToken: await issueRefreshToken(core, actor) }
}
const opens = async ({ username, secret, refreshToken }: Awaited<ReturnType<typeof hold>>) => ({
  session: (await resolveSession(core, secret)) !== null,
  refreshToken: await redeemRefreshToken(core, refreshToken!).then(Boolean, () => false),
  password: await signIn(username).then(Boolean, () => false),
})

it('a password that is changed or reset, or of an account that is locked or over, ends session, refresh token and what is remembered', async () => {
  const names = ['steady', 'changer', 'reset', 'locked', 'ended']
  const held = await Promise.all(names.map(hold))
  const changer = new Client({ url: openldap.url, timeout: 10_000 })
  await changer.bind(dnOf('changer'), secretOf('changer'))
  await replace(changer, 'changer', 'userPassword', 'changer-Secret-2')
  await changer.unbind()
  await replace(admin, 'reset', 'userPassword', secretOf('reset'))
  await replace(admin, 'locked', 'pwdAccountLockedTime', LOCKED_BY_HAND)
  await replace(admin, 'ended', 'pwdEndTime', generalizedTime(clockMs - 1_000))
  // Less than the minute that a password is remembered.
  await database.db.prisma.directoryAccount.updateMany({ data: { nextLookAt: new Date(0) } })
  await expect(refreshDirectoryAccounts(core, new AbortController().signal)).resolves.toMatchObject({
    looked: 5,
    ended: 2,
  })
  const [steady, ...others] = await Promise.all(held.map(opens))
  expect(steady).toEqual({ session: true, refreshToken: true, password: true })
  for (const other of others) expect(other).toEqual({ session: false, refreshToken: false, password: false })
  await expect(signIn('changer', 'changer-Secret-2')).resolves.toMatchObject({ username: 'changer' })
})

it('the log and the test of the settings say what the directory means by its refusal, strangers hear nothing of it', async () => {
  const refusals = [
    ['aged', 'PASSWORD_EXPIRED', 49, 'invalidCredentials', /has expired/],
    ['ended', 'ACCOUNT_LOCKED', 49, 'invalidCredentials', /its time is over/],
    ['reset', 'PASSWORD_EXPIRED', 0, 'success', /was reset and must be changed/],
  ] as const
  for (const [login, code, resultCode, resultName, hint] of refusals) {
    clockMs += 60_001
    await expect(signIn(login)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: 'wrong username or password',
    })
    const filter = { field: 'resource', match: 'any' as const, values: [login as string] }
    const lines = await listAuditLines(core, SYSTEM, { ...everything, filters: [filter] })
    const line = lines.items.find(({ action, detail }) => action === 'login' && detail?.in_directory)
    expect(line).toMatchObject({
      result: 'refused',
      detail: { in_directory: code, result_code: resultCode, hint: expect.stringMatching(hint) },
    })
    const { success, steps } = await checkDirectory(core, SYSTEM, { login, password: secretOf(login) })
    expect(success).toBe(false)
    expect(steps.find(({ step }) => step === 'password')).toMatchObject({
      outcome: 'failed',
      code,
      resultCode,
      resultName,
      hint: expect.stringMatching(hint),
    })
  }
})
