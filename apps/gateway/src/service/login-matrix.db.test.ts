import { SYSTEM } from '@berth/core'
import { createAccessToken, revokeAccessToken } from '@berth/core/access-tokens'
import { currentUser, makeJobSecret, robotFacts } from '@berth/core/authentication'
import { updateConfigurations } from '@berth/core/configurations'
import { createCliSecret, signInPerson } from '@berth/core/oidc-accounts'
import { createRobot, refreshSecret, updateRobot } from '@berth/core/robots'
import { beginSetup, codeAt, confirmSetup, stepAt } from '@berth/core/second-factors'
import { setDisabled } from '@berth/core/users'
import { type FakeDirectory, type FakeEntry, startFakeDirectory } from '@berth/ldap-client/fake'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PASSWORD, startBerth, type TestBerth } from '../../test/berth.ts'

// Everything that can stand where docker asks for a password, in every state it can be in: what is right and holds is 200,
// all else is 401, at each of the doors, and never what anybody may have without signing in.

const BASE = 'DC=corp,DC=example,DC=com'
const LONG_AGO = new Date('2020-01-01T00:00:00Z')
let berth: TestBerth
let directory: FakeDirectory
let count = 0

type Credentials = [username: string, password: string]
type State = 'right' | 'wrong' | 'expired' | 'withdrawn' | 'disabled' | 'second factor on'
/** Makes an account in that state; a state that a kind cannot be in has no line. */
type Kind = Partial<Record<State, () => Promise<Credentials>>>

beforeAll(async () => {
  ;[berth, directory] = await Promise.all([
    startBerth(),
    startFakeDirectory({
      kind: 'activeDirectory',
      entries: [{ dn: BASE, attributes: { objectClass: 'domain' } }],
    }),
  ])
  await berth.addProject('open', { public: true })
  await berth.addProject('team')
  // People of the directory sign in, and new ones come from the provider: all kinds at once.
  await configure({
    auth_mode: 'ldap_auth',
    ldap_url: directory.url,
    ldap_base_dn: BASE,
    ldap_uid: 'sAMAccountName',
  })
})
afterAll(async () => {
  await berth?.close()
  await directory?.close()
})

const configure = (changes: Record<string, unknown>) => updateConfigurations(berth.core, SYSTEM, changes)
const person = async (name = `person-${++count}`) => ({ name, id: await berth.addUser(name) })
const inSession = async (id: number) => ({ ...(await currentUser(berth.core, id))!, via: 'session' as const })

async function withSecondFactor() {
  const made = await person()
  const actor = await inSession(made.id)
  const { secret } = await beginSetup(berth.core, actor, PASSWORD)
  await confirmSetup(berth.core, actor, codeAt(secret, stepAt(Date.now())))
  return made
}

async function ofDirectory(changes: Partial<FakeEntry> = {}): Promise<{ name: string; entry: FakeEntry }> {
  const name = `corp-${++count}`
  const entry: FakeEntry = {
    dn: `CN=${name},${BASE}`,
    password: `${name}-secret`,
    attributes: { objectClass: 'user', sAMAccountName: name, cn: name },
    ...changes,
  }
  directory.tree.entries.push(entry)
  return { name, entry }
}

async function ofProvider() {
  await configure({ oidc_endpoint: 'https://id.example', oidc_client_id: 'berth', oidc_auto_onboard: true })
  await configure({ auth_mode: 'oidc_auth' })
  const name = `oidc-${++count}`
  const came = {
    issuer: 'https://id.example',
    subject: name,
    suggestedName: name,
    email: '',
    realname: '',
    groups: [],
    admin: false,
    refreshToken: undefined,
    idToken: undefined,
  }
  const outcome = await signInPerson(berth.core, came, { address: '192.0.2.1', userAgent: 'test' })
  await configure({ auth_mode: 'ldap_auth' })
  if (outcome.kind !== 'signed-in') throw new Error('has to choose a name')
  const { user } = outcome.session
  return { name, id: user.id, secret: await createCliSecret(berth.core, user) }
}

async function accessToken({ name, id }: { name: string; id: number }) {
  const { token, secret } = await createAccessToken(berth.core, await inSession(id), {
    name: `token-${++count}`,
    scopes: ['pull'],
    durationDays: 30,
  })
  return { name, id, tokenId: token.id, secret }
}

async function robot(level: 'project' | 'system') {
  const access = [{ resource: 'repository', action: 'pull' }]
  const { robot, secret } = await createRobot(berth.core, SYSTEM, {
    level,
    name: `ci-${++count}`,
    durationDays: 30,
    permissions: [{ kind: 'project', namespace: level === 'project' ? 'team' : '*', access }],
  })
  return { id: robot.id, name: robot.name, secret }
}
const robots = (level: 'project' | 'system'): Kind => ({
  async right() {
    const { name, secret } = await robot(level)
    return [name, secret]
  },
  async wrong() {
    const { name, secret } = await robot(level)
    return [name, `${secret.slice(0, -1)}_`]
  },
  async expired() {
    const { id, name, secret } = await robot(level)
    await berth.core.db.prisma.robot.update({ where: { id }, data: { expiresAt: LONG_AGO } })
    return [name, secret]
  },
  async withdrawn() {
    const { id, name, secret } = await robot(level)
    await refreshSecret(berth.core, SYSTEM, id)
    return [name, secret]
  },
  async disabled() {
    const { id, name, secret } = await robot(level)
    await updateRobot(berth.core, SYSTEM, id, { disabled: true })
    return [name, secret]
  },
})

/** What a job is given for the token of its CI system. */
async function jobPassword(expiresAt = new Date(Date.now() + 60_000)) {
  const { id, name } = await robot('project')
  const facts = (await robotFacts(berth.core, id))!
  return { id, credentials: [name, makeJobSecret(berth.core, facts, expiresAt)] as Credentials }
}

const kinds: Record<string, Kind> = {
  'local password': {
    right: async () => [(await person()).name, PASSWORD],
    wrong: async () => [(await person()).name, `${PASSWORD}x`],
    async disabled() {
      const { name, id } = await person()
      await setDisabled(berth.core, SYSTEM, id, true)
      return [name, PASSWORD]
    },
    'second factor on': async () => [(await withSecondFactor()).name, PASSWORD],
  },
  'directory password': {
    async right() {
      const { name, entry } = await ofDirectory()
      return [name, entry.password!]
    },
    wrong: async () => [(await ofDirectory()).name, 'another-secret'],
    async expired() {
      const { name, entry } = await ofDirectory({ refusal: '532' })
      return [name, entry.password!]
    },
    async disabled() {
      const { name, entry } = await ofDirectory({ refusal: '533' })
      return [name, entry.password!]
    },
  },
  'CLI secret': {
    async right() {
      const { name, secret } = await ofProvider()
      return [name, secret]
    },
    async wrong() {
      const { name, secret } = await ofProvider()
      return [name, `${secret}x`]
    },
    async expired() {
      const { id, name, secret } = await ofProvider()
      await berth.core.db.prisma.oidcAccount.updateMany({
        where: { userId: id },
        data: { provenAt: LONG_AGO },
      })
      return [name, secret]
    },
    async disabled() {
      const { id, name, secret } = await ofProvider()
      await setDisabled(berth.core, SYSTEM, id, true)
      return [name, secret]
    },
  },
  'personal access token': {
    async right() {
      const { name, secret } = await accessToken(await person())
      return [name, secret]
    },
    async wrong() {
      const { name, secret } = await accessToken(await person())
      return [name, `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`]
    },
    async expired() {
      const { name, tokenId, secret } = await accessToken(await person())
      await berth.core.db.prisma.accessToken.update({ where: { id: tokenId }, data: { expiresAt: LONG_AGO } })
      return [name, secret]
    },
    async withdrawn() {
      const { id, name, tokenId, secret } = await accessToken(await person())
      await revokeAccessToken(berth.core, SYSTEM, id, tokenId)
      return [name, secret]
    },
    async disabled() {
      const { id, name, secret } = await accessToken(await person())
      await setDisabled(berth.core, SYSTEM, id, true)
      return [name, secret]
    },
    async 'second factor on'() {
      const { name, secret } = await accessToken(await withSecondFactor())
      return [name, secret]
    },
  },
  'password of a job': {
    right: async () => (await jobPassword()).credentials,
    async wrong() {
      const [name, password] = (await jobPassword()).credentials
      // Not the last sign, some of whose bits may count for nothing.
      return [name, `${password.slice(0, 20)}${password[20] === 'A' ? 'B' : 'A'}${password.slice(21)}`]
    },
    expired: async () => (await jobPassword(LONG_AGO)).credentials,
    async disabled() {
      const { id, credentials } = await jobPassword()
      await updateRobot(berth.core, SYSTEM, id, { disabled: true })
      return credentials
    },
    async withdrawn() {
      const { id, credentials } = await jobPassword()
      await refreshSecret(berth.core, SYSTEM, id)
      return credentials
    },
  },
  'robot of a project': robots('project'),
  'robot of the system': robots('system'),
}

const passes = (kind: string, state: State) =>
  state === 'right' || (state === 'second factor on' && kind === 'personal access token')

describe.each(Object.keys(kinds))('%s', (kind) => {
  test.each(Object.keys(kinds[kind]!) as State[])('%s', async (state) => {
    const [username, password] = await kinds[kind]![state]!()
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    const ask = (path: string, as = authorization) =>
      fetch(`${berth.url}${path}`, { headers: { authorization: as } })
    const wanted = passes(kind, state) ? 200 : 401
    // As docker login does it, and with what anybody may have.
    const plain = await ask('/service/token?service=berth-registry')
    const open = await ask('/service/token?service=berth-registry&scope=repository:open/app:pull')
    const direct = await ask('/v2/')
    expect([plain.status, open.status, direct.status]).toEqual([wanted, wanted, wanted])
    // The OAuth form of the same, with and without a scope that anybody has.
    const post = (scope: Record<string, string>) =>
      fetch(`${berth.url}/service/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'password',
          service: 'berth-registry',
          client_id: 'docker',
          ...scope,
          username,
          password,
        }),
      })
    const form = await post({})
    const openForm = await post({ scope: 'repository:open/app:pull' })
    expect([form.status, openForm.status]).toEqual([wanted, wanted])
    if (wanted === 401) {
      expect((await ask('/v2/open/app/tags/list')).status).toBe(401)
      expect(await form.text()).not.toContain('token"')
      return
    }
    for (const answer of [plain, form]) {
      const { token } = (await answer.json()) as { token: string }
      expect((await ask('/v2/', `Bearer ${token}`)).status).toBe(200)
      const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())
      expect(claims.sub).toBe(username)
    }
  })
})
