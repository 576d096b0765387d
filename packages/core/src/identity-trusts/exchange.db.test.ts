import { createHmac, sign } from 'node:crypto'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { authenticateBasic } from '../authentication/index.ts'
import { type RobotActor, SYSTEM } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { createProject } from '../projects/index.ts'
import { createRobot, deleteRobot, refreshSecret, updateRobot } from '../robots/index.ts'
import { issueToken, parseScopes, verifyToken } from '../tokens/index.ts'
import {
  createIdentityTrust,
  deleteIdentityTrust,
  exchangeToken,
  getIdentityTrust,
  purgeSpentTokens,
  RefusedTokenError,
  updateIdentityTrust,
} from './index.ts'
import { AUDIENCE, newKey, type SigningKey, signAs, startIssuer, type TestIssuer } from './issuer.fixture.ts'

let database: TestDatabase
let clockMs = Date.now()
/** Two nodes over one database. */
let here: Core
let there: Core
let issuer: TestIssuer
let count = 0
let project: { id: number; name: string }
let robot: { id: number; name: string }
let trustId: number
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
async function addRobot(durationDays = -1) {
  const access = ['push', 'pull'].map((action) => ({ resource: 'repository', action }))
  const { robot } = await createRobot(here, SYSTEM, {
    level: 'project',
    name: `ci-${++count}`,
    durationDays,
    permissions: [{ kind: 'project', namespace: project.name, access }],
  })
  return { id: robot.id, name: robot.name }
}
const addTrust = (input: Parameters<typeof createIdentityTrust>[3] = {}) =>
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
const address = () => `10.0.${network >> 8}.${network & 255}`
const exchange = (token: string, { core = here, name }: { core?: Core; name?: string } = {}) =>
  exchangeToken(core, { token, robot: name, address: address() })
const refused = (why: RegExp) =>
  expect.objectContaining({ name: 'RefusedTokenError', message: expect.stringMatching(why) })
const inSeconds = (seconds: number) => Math.floor(clockMs / 1_000) + seconds

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

describe('a token that fits', () => {
  it('makes its job the robot, for a quarter of an hour: a token of the registry, a name and a password', async () => {
    const { actor, username, password } = await exchange(issuer.token())
    expect(username).toBe(robot.name)
    expect(actor).toMatchObject({ kind: 'robot', id: robot.id, expiresAt: new Date(clockMs + 900_000) })
    const scopes = parseScopes([
      `repository:${project.name}/app:pull,push,delete`,
      'repository:other/app:pull',
    ])
    const issued = await issueToken(here, actor, { service: 'berth-registry', scopes })
    expect(issued.scopes).toEqual([`repository:${project.name}/app:pull,push`])
    expect(issued.expiresInSeconds).toBe(900)
    for (const core of [here, there]) {
      await expect(verifyToken(core, issued.token)).resolves.toMatchObject({ actor: { id: robot.id } })
      const basic = await authenticateBasic(core, { username, password, address: address() })
      expect(basic).toMatchObject({ kind: 'robot', id: robot.id, expiresAt: new Date(clockMs + 900_000) })
    }
  })

  it('may be signed by each of the algorithms allowed', async () => {
    const rsa = newKey('RSA')
    const pairs: [string, SigningKey][] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map(
      (alg) => [alg, rsa],
    )
    pairs.push(['ES256', newKey('P-256')], ['ES384', newKey('P-384')], ['ES512', newKey('P-521')])
    pairs.push(['EdDSA', newKey('Ed25519')])
    issuer.keys = pairs.map(([, key]) => key)
    for (const [alg, key] of pairs)
      expect((await exchange(issuer.token({}, { alg, key }))).username, alg).toBe(robot.name)
  })

  it('leaves a line in the log, which says whose job it was; a refused one leaves the reason', async () => {
    await exchange(issuer.token())
    await exchange(issuer.token({ sub: 'repo:evil/app' }), robot).catch(() => undefined)
    const trust = await getIdentityTrust(there, SYSTEM, { id: project.id }, trustId)
    expect(trust.lastUsedAt).toEqual(new Date(clockMs))
    const lines = await here.db.prisma.auditLine.findMany({
      where: { actorName: robot.name, action: 'login' },
    })
    expect(lines.map(({ result, credential, detail }) => ({ result, credential, detail }))).toEqual([
      {
        result: 'ok',
        credential: 'identity-token',
        detail: { issuer: issuer.url, sub: 'repo:acme/app', trust: trust.name },
      },
      { result: 'refused', credential: 'identity-token', detail: { reason: 'its claims fit no trust' } },
    ])
  })

  it('is for the one robot that its claims fit, or for the one that is named among several', async () => {
    const first = robot
    robot = await addRobot()
    await addTrust({ claims: { sub: 'repo:acme/app' } })
    await expect(exchange(issuer.token())).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    for (const { name } of [first, robot])
      await expect(exchange(issuer.token(), { name })).resolves.toMatchObject({ username: name })
    await expect(exchange(issuer.token({ sub: 'repo:acme/other' }))).resolves.toMatchObject({
      username: first.name,
    })
    await expect(exchange(issuer.token({ sub: 'repo:acme/other' }), robot)).rejects.toEqual(
      refused(/fit no trust/),
    )
    await expect(exchange(issuer.token(), { name: 'robot$nobody' })).rejects.toEqual(refused(/no trust/))
    await expect(exchange(issuer.token(), { name: 'somebody' })).rejects.toEqual(refused(/no such robot/))
  })

  it('has every claim that a trust names: nested, of a list, a number; names with dots are escaped', async () => {
    const claims = {
      'kubernetes\\.io.namespace': 'build',
      groups: 'ci-*',
      run: '4?',
      protected: 'true',
    }
    await updateIdentityTrust(here, SYSTEM, { id: project.id }, trustId, { claims })
    const right = {
      'kubernetes.io': { namespace: 'build' },
      groups: ['dev', 'ci-main'],
      run: 42,
      protected: true,
    }
    await expect(exchange(issuer.token(right))).resolves.toBeDefined()
    for (const wrong of [
      { 'kubernetes.io': { namespace: 'build2' } },
      { 'kubernetes.io': 'build' },
      { 'kubernetes.io': undefined, kubernetes: { io: { namespace: 'build' } } },
      { groups: ['dev', 'xci-main'] },
      { groups: { 'ci-main': true } },
      { run: 142 },
      { run: undefined },
      { protected: 'TRUE' },
      { protected: null },
    ])
      await expect(exchange(issuer.token({ ...right, ...wrong })), JSON.stringify(wrong)).rejects.toEqual(
        refused(/fit no trust/),
      )
  })
})

describe('a token is refused', () => {
  const foreign = newKey()
  const rsa = newKey('RSA')
  const cases: [what: string, why: RegExp, make: () => string][] = [
    ['of another audience', /no trust/, () => issuer.token({ aud: 'http://other.test' })],
    ['of an audience that only looks alike', /no trust/, () => issuer.token({ aud: `${AUDIENCE}/` })],
    ['of no audience', /no audience/, () => issuer.token({ aud: undefined })],
    ['of another issuer', /no trust/, () => issuer.token({ iss: 'http://127.0.0.1:1' })],
    ['of an issuer that only looks alike', /no trust/, () => issuer.token({ iss: `${issuer.url}/` })],
    ['of an issuer with a space behind it', /no issuer/, () => issuer.token({ iss: `${issuer.url} ` })],
    ['of no issuer', /no issuer/, () => issuer.token({ iss: undefined })],
    ['with another subject', /fit no trust/, () => issuer.token({ sub: 'repo:evil/app' })],
    ['whose subject goes on past a slash', /fit no trust/, () => issuer.token({ sub: 'repo:acme/app/x' })],
    ['that expired', /expired/, () => issuer.token({ exp: inSeconds(-61) })],
    ['that is not valid yet', /not valid yet/, () => issuer.token({ nbf: inSeconds(62) })],
    ['from the future', /not valid yet/, () => issuer.token({ iat: inSeconds(62), exp: inSeconds(100) })],
    ['for more than a day', /too long/, () => issuer.token({ exp: inSeconds(86_401) })],
    ['without an end', /from when to when/, () => issuer.token({ exp: undefined })],
    ['without a beginning', /from when to when/, () => issuer.token({ iat: undefined })],
    ['whose end is a text', /from when to when/, () => issuer.token({ exp: `${inSeconds(60)}` })],
    ['of alg none', /algorithm/, () => issuer.token({}, { alg: 'ES256', header: { alg: 'none' } })],
    [
      'of alg none without a signature',
      /no signed token/,
      () => issuer.token({}, { header: { alg: 'none' }, signature: () => Buffer.alloc(0) }),
    ],
    [
      'signed by HMAC with the public key',
      /algorithm/,
      () => {
        const pem = rsa.privateKey.export({ type: 'pkcs1', format: 'pem' })
        const mac = (text: string) => createHmac('sha256', pem).update(text).digest()
        return issuer.token({}, { header: { alg: 'HS256' }, signature: mac })
      },
    ],
    [
      'that brings its key with it',
      /signature/,
      () =>
        issuer.token(
          {},
          {
            header: { jwk: foreign.jwk, jku: `${issuer.url}/other`, x5u: `${issuer.url}/other`, x5c: ['x'] },
            signature: (text) => signAs('ES256', foreign.privateKey, text),
          },
        ),
    ],
    ['of a key that the issuer has not', /no such key/, () => issuer.token({}, { key: foreign })],
    ['without a key id', /no key/, () => issuer.token({}, { header: { kid: undefined } })],
    [
      'with a part that must be understood',
      /crit/,
      () => issuer.token({}, { header: { crit: ['b64'], b64: false } }),
    ],
    ['of another type', /another type/, () => issuer.token({}, { header: { typ: 'at+jwt' } })],
    [
      'whose claims were changed',
      /signature/,
      () => {
        const [head, , tail] = issuer.token({ sub: 'repo:evil/app' }).split('.')
        return `${head}.${issuer.token().split('.')[1]}.${tail}`
      },
    ],
    [
      'whose signature is in DER',
      /signature/,
      () =>
        issuer.token(
          {},
          { signature: (text) => sign('sha256', Buffer.from(text), issuer.keys[0]!.privateKey) },
        ),
    ],
    [
      'whose signature is all zeros',
      /signature/,
      () => issuer.token({}, { signature: () => Buffer.alloc(64) }),
    ],
    ['that is too long', /no signed token/, () => issuer.token({ filler: 'x'.repeat(20_000) })],
    ['that is none', /no signed token/, () => 'a.b'],
    ['that is no JSON', /cannot be read/, () => 'e30x.e30x.e30x'],
    ['whose id is no text', /id cannot be read/, () => issuer.token({ jti: 7 })],
  ]
  it('with whatever is wrong with it, whether or not the robot is named', async () => {
    const verdicts: Record<string, string> = {}
    for (const [what, why, make] of cases) {
      network++
      for (const how of [{}, robot]) {
        const verdict = await exchange(make(), how).catch((error) => error)
        if (!(verdict instanceof RefusedTokenError) || !why.test(verdict.message))
          verdicts[what] = String(verdict)
      }
    }
    expect(verdicts).toEqual({})
  })

  it('when the key is for something else: encryption, another algorithm, a short one', async () => {
    const unfit: [SigningKey, string][] = [
      [{ ...rsa, jwk: { ...rsa.jwk, use: 'enc' } }, 'RS256'],
      [{ ...rsa, jwk: { ...rsa.jwk, alg: 'PS256' } }, 'RS256'],
      [{ ...rsa, jwk: { ...rsa.jwk, key_ops: ['encrypt'] } }, 'RS256'],
      [newKey('RSA', 1_024), 'RS256'],
      [newKey('P-384'), 'ES256'],
    ]
    for (const [key, alg] of unfit) {
      issuer.keys = [key]
      clockMs += 30_001
      await expect(exchange(issuer.token({}, { alg, key }))).rejects.toEqual(refused(/no such key|signature/))
    }
    // A symmetric key that the issuer publishes by mistake counts for nothing.
    issuer.answers.keys = { keys: [{ kty: 'oct', kid: 'x', k: 'c2VjcmV0' }, null, 7, {}] }
    clockMs += 30_001
    await expect(exchange(issuer.token({}, { header: { kid: 'x' } }))).rejects.toEqual(refused(/no such key/))
  })

  it('the second time, on whichever node, at once or later, however its signature is written', async () => {
    const token = issuer.token()
    await exchange(issuer.token())
    await exchange(issuer.token(), { core: there })
    const results = await Promise.allSettled(
      [here, there, here, there].map((core) => exchange(token, { core })),
    )
    expect(results.map(({ status }) => status).sort()).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ])
    await expect(exchange(token)).rejects.toEqual(refused(/exchanged before/))
    // Without an id: the last letter of base64url has bits that nobody reads, and (r, n - s) signs what (r, s) signs.
    const plain = issuer.token({ jti: undefined })
    const last = plain.at(-1)!
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const other = plain.slice(0, -1) + alphabet[alphabet.indexOf(last) ^ 1]
    await exchange(plain)
    await expect(exchange(other)).rejects.toEqual(refused(/exchanged before/))
    await expect(exchange(mirrored(plain), { core: there })).rejects.toEqual(refused(/exchanged before/))
    // One with the same id, signed anew.
    const id = 'the same'
    await exchange(issuer.token({ jti: id }))
    await expect(exchange(issuer.token({ jti: id, again: true }))).rejects.toEqual(
      refused(/exchanged before/),
    )
  })

  it('and known to have been exchanged for as long as it could be valid, not for longer', async () => {
    clockMs += 600_000
    await purgeSpentTokens(here)
    const token = issuer.token()
    await exchange(token)
    clockMs += 299_000
    expect(await purgeSpentTokens(here)).toBe(0)
    await expect(exchange(token, { core: there })).rejects.toEqual(refused(/exchanged before/))
    clockMs += 200_000
    await expect(exchange(token)).rejects.toEqual(refused(/expired/))
    expect(await purgeSpentTokens(here)).toBe(1)
  })

  it('when its robot is disabled, has expired or is gone, and when its trust is', async () => {
    await updateRobot(there, SYSTEM, robot.id, { disabled: true })
    await expect(exchange(issuer.token())).rejects.toEqual(refused(/disabled/))
    robot = await addRobot(1)
    await addTrust({ claims: { sub: 'repo:short/*' } })
    const token = () => issuer.token({ sub: 'repo:short/app' })
    clockMs += 86_400_000 - 60_000
    const { expiresAt } = await exchange(token())
    expect(expiresAt.getTime() - clockMs).toBeLessThanOrEqual(60_000)
    clockMs += 60_001
    await expect(exchange(token())).rejects.toEqual(refused(/expired/))
    robot = await addRobot()
    const id = await addTrust({ claims: { sub: 'repo:third/*' } })
    const third = () => exchange(issuer.token({ sub: 'repo:third/app' }))
    await third()
    await updateIdentityTrust(there, SYSTEM, { id: project.id }, id, { disabled: true })
    await expect(third()).rejects.toEqual(refused(/fit no trust/))
    await updateIdentityTrust(there, SYSTEM, { id: project.id }, id, { disabled: false })
    await third()
    await deleteRobot(there, SYSTEM, robot.id)
    await expect(third()).rejects.toEqual(refused(/fit no trust/))
  })
})

/** The other signature of the same text by the same key. */
function mirrored(token: string): string {
  const [head, body, tail] = token.split('.')
  const bytes = Buffer.from(tail!, 'base64url')
  const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')
  const s = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  bytes.write(s.toString(16).padStart(64, '0'), 32, 'hex')
  return `${head}.${body}.${bytes.toString('base64url')}`
}

describe('while its issuer is asked for keys', () => {
  const changes: [string, () => Promise<unknown>][] = [
    ['deleted', () => deleteIdentityTrust(there, SYSTEM, { id: project.id }, trustId)],
    ['disabled', () => change({ disabled: true })],
    ['changed', () => change({ claims: { sub: 'repo:other/*' } })],
  ]
  const change = (input: Parameters<typeof updateIdentityTrust>[4]) =>
    updateIdentityTrust(there, SYSTEM, { id: project.id }, trustId, input)

  it.each(changes)('a trust that is %s gives nothing any more, and spends nothing', async (_, make) => {
    const token = issuer.token()
    issuer.beforeAnswer = async () => {
      issuer.beforeAnswer = async () => undefined
      await make()
    }
    await expect(exchange(token)).rejects.toEqual(refused(/changed meanwhile/))
    await addTrust()
    await expect(exchange(token)).resolves.toMatchObject({ username: robot.name })
  })
})

describe('what a job holds', () => {
  const signIn = (core: Core, username: string, password: string) =>
    authenticateBasic(core, { username, password, address: address() })

  it('ends within three seconds on every node when the trust or the robot does', async () => {
    const ends: (() => Promise<unknown>)[] = [
      () =>
        updateIdentityTrust(there, SYSTEM, { id: project.id }, trustId, { claims: { sub: 'repo:acme/app' } }),
      () => refreshSecret(there, SYSTEM, robot.id),
      () => deleteIdentityTrust(there, SYSTEM, { id: project.id }, trustId),
    ]
    for (const end of ends) {
      const { actor, username, password } = await exchange(issuer.token())
      const { token } = await issueToken(here, actor, { service: 'berth-registry', scopes: [] })
      await signIn(here, username, password)
      await end()
      clockMs += 3_001
      await expect(verifyToken(here, token)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
      await expect(signIn(here, username, password)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    }
  })

  it('leaves a line when it is shown after its end, counted with others like it', async () => {
    const { username, password } = await exchange(issuer.token())
    await signIn(here, username, password)
    clockMs += 900_001
    for (let n = 0; n < 3; n++) await signIn(here, username, password).catch(() => undefined)
    const lines = () =>
      here.db.prisma.auditLine.findMany({
        where: { actorName: username, action: 'login', result: 'refused' },
        select: { credential: true, actorKind: true, address: true },
      })
    expect(await lines()).toEqual([{ credential: 'job-secret', actorKind: 'anonymous', address: '' }])
    const next = await exchange(issuer.token())
    await deleteIdentityTrust(here, SYSTEM, { id: project.id }, trustId)
    network++
    await expect(signIn(here, username, next.password)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    expect(await lines()).toHaveLength(2)
  })

  it('ends after a quarter of an hour, is for the name that it came with, and nobody can make one', async () => {
    const { username, password } = await exchange(issuer.token())
    const other = await addRobot()
    await expect(signIn(here, other.name, password)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(signIn(here, 'admin', password)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    // Not the last sign, some of whose bits may count for nothing.
    const made = `${password.slice(0, 20)}${password[20] === 'A' ? 'B' : 'A'}${password.slice(21)}`
    await expect(signIn(here, username, made)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    })
    await signIn(here, username, password)
    clockMs += 900_001
    await expect(signIn(here, username, password)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  const deeds = (...names: string[]) =>
    new Map([[project.id, new Map(names.map((name) => [name, 'all' as const]))]])

  it('opens nothing to others that its holder does not hold itself', async () => {
    const { actor } = await exchange(issuer.token())
    const trusting = (projects: RobotActor['grants']['projects'], expiresAt: Date | null = null) => {
      const claims = { sub: 'repo:acme/later' }
      const holder: RobotActor = { ...actor, expiresAt, grants: { ...actor.grants, projects } }
      const input = { name: `trust ${++count}`, robotId: robot.id, issuer: issuer.url, claims }
      return createIdentityTrust(here, holder, { id: project.id }, input)
    }
    const all = deeds('identity-trust:create', 'repository:push', 'repository:pull')
    await expect(trusting(all)).resolves.toBeGreaterThan(0)
    await expect(trusting(all, actor.expiresAt)).rejects.toMatchObject({ code: 'DENIED' })
    const less = deeds('identity-trust:create', 'repository:pull')
    await expect(trusting(less)).rejects.toMatchObject({ code: 'DENIED' })
  })

  it('makes nothing that lasts longer: no robot, no secret', async () => {
    const { actor } = await exchange(issuer.token())
    const able: RobotActor = {
      ...actor,
      grants: {
        ...actor.grants,
        projects: deeds('robot:create', 'robot:read', 'robot:update'),
      },
    }
    const permissions = [
      { kind: 'project', namespace: project.name, access: [{ resource: 'robot', action: 'create' }] },
    ]
    const made = createRobot(here, able, { level: 'project', name: 'kept', durationDays: 1, permissions })
    await expect(made).rejects.toMatchObject({ code: 'DENIED' })
    await expect(refreshSecret(here, able, robot.id)).rejects.toMatchObject({ code: 'DENIED' })
  })
})

describe('the keys of an issuer', () => {
  it('are fetched once, again for a key that is new, and not for every key that somebody makes up', async () => {
    await Promise.all([exchange(issuer.token()), exchange(issuer.token()), exchange(issuer.token())])
    await exchange(issuer.token())
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys'])
    for (let n = 0; n < 5; n++)
      await expect(exchange(issuer.token({}, { key: newKey() }))).rejects.toEqual(refused(/no such key/))
    expect(issuer.asked).toHaveLength(2)
    const old = issuer.keys[0]!
    issuer.keys = [newKey()]
    clockMs += 30_001
    await exchange(issuer.token())
    expect(issuer.asked).toHaveLength(4)
    // The one that was withdrawn ended with that.
    await expect(exchange(issuer.token({}, { key: old }))).rejects.toEqual(refused(/no such key/))
  })

  it('that were withdrawn end within ten minutes, and hold for an hour while the issuer is away', async () => {
    await exchange(issuer.token())
    issuer.answers.status = 503
    clockMs += 10 * 60_000
    await exchange(issuer.token())
    clockMs += 51 * 60_000
    await expect(exchange(issuer.token())).rejects.toEqual(refused(/could not be read: it answers 503/))
    delete issuer.answers.status
    clockMs += 30_001
    await exchange(issuer.token())
    const old = issuer.keys[0]!
    issuer.keys = [newKey()]
    clockMs += 10 * 60_000
    await expect(exchange(issuer.token({}, { key: old }))).rejects.toEqual(refused(/no such key/))
  })

  it('are taken from nowhere but the issuer itself', async () => {
    const attempts: [unknown, RegExp][] = [
      [{ issuer: 'http://127.0.0.1:1', jwks_uri: `${issuer.url}/keys` }, /another issuer/],
      [{ issuer: issuer.url }, /no jwks_uri/],
      [{ issuer: issuer.url, jwks_uri: 'http://127.0.0.2:1/keys' }, /not public/],
      [{ issuer: issuer.url, jwks_uri: 'http://[::ffff:127.0.0.1]/keys' }, /not public/],
      [{ issuer: issuer.url, jwks_uri: 'http://169.254.169.254/keys' }, /not public/],
      [{ issuer: issuer.url, jwks_uri: 'file:///etc/passwd' }, /not an http/],
    ]
    for (const [discovery, why] of attempts) {
      issuer.answers.discovery = discovery
      clockMs += 30_001
      await expect(exchange(issuer.token())).rejects.toEqual(refused(why))
    }
    delete issuer.answers.discovery
    issuer.answers.status = 302
    clockMs += 30_001
    await expect(exchange(issuer.token())).rejects.toEqual(refused(/answers 302/))
  })

  it('are not asked for when nobody trusts the issuer, or an administrator allows its host no more', async () => {
    const { name, message } = await exchange(issuer.token({ aud: 'http://other.test' })).catch(
      (error) => error,
    )
    expect([name, message]).toEqual(['RefusedTokenError', 'there is no trust for its issuer and audience'])
    expect(issuer.asked).toEqual([])
    await updateConfigurations(here, SYSTEM, { outbound_allowed_hosts: '' })
    await expect(exchange(issuer.token(), { core: there })).rejects.toEqual(refused(/not public/))
    expect(issuer.asked).toEqual([])
  })
})

it('an issuer that fails is not counted against the network of its jobs', async () => {
  issuer.answers.status = 503
  for (let n = 0; n < 65; n++)
    await expect(exchange(issuer.token())).rejects.toEqual(refused(/could not be read: it answers 503/))
  issuer.answers = {}
  clockMs += 30_000
  await exchange(issuer.token())
})

it('a network that has sent many wrong tokens, and goes on, still gets what right ones are worth', async () => {
  await Promise.all(Array.from({ length: 70 }, () => exchange(issuer.token())))
  for (let n = 0; n < 60; n++) await expect(exchange('a.b')).rejects.toBeInstanceOf(RefusedTokenError)
  const wrong = Array.from({ length: 60 }, () => exchange('a.b').catch((error) => error))
  await expect(exchange(issuer.token())).resolves.toMatchObject({ username: robot.name })
  const verdicts = await Promise.all(wrong)
  expect(verdicts.filter((error) => error.code === 'TOO_MANY_REQUEST').length).toBeGreaterThan(0)
  expect(verdicts.filter((error) => error instanceof RefusedTokenError).length).toBeGreaterThan(0)
})

it('does so behind an address that sends thousands about whom nothing is proved, each about somebody else', async () => {
  await exchange(issuer.token())
  const forged = (sub: string) => {
    const [head, , tail] = issuer.token().split('.')
    return `${head}.${issuer.token({ sub }).split('.')[1]}.${tail}`
  }
  for (let n = 0; n < 60; n++) await expect(exchange('a.b')).rejects.toBeInstanceOf(RefusedTokenError)
  const wrong = Array.from({ length: 300 }, (_, n) => exchange(forged(`job-${n}`)).catch((error) => error))
  await expect(exchange(issuer.token())).resolves.toMatchObject({ username: robot.name })
  const verdicts = await Promise.all(wrong)
  expect(verdicts.filter((error) => error.code === 'TOO_MANY_REQUEST')).toHaveLength(260)
})
