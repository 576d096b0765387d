import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { currentUser, forgetUser } from '../authentication/index.ts'
import { ANONYMOUS, forgetProject, forgetRoles, SYSTEM, type UserActor } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { createCertificate } from './certificate.ts'
import {
  certificateBundle,
  issueRefreshToken,
  issueToken,
  mintInternalToken,
  parseScopes,
  redeemRefreshToken,
  tokenAllows,
  verifyToken,
} from './index.ts'

const SECRET = 'a secret key for the tests of tokens'
const MINUTE_MS = 60_000
let database: TestDatabase
let core: Core
let clockMs = Date.now()
const people: Record<string, UserActor> = {}
const projects: Record<string, { id: number; name: string }> = {}

const openCore = (secretKey = SECRET) =>
  createCore({
    databaseUrl: database.url,
    secretKey,
    externalUrl: 'http://berth.test',
    registryUrl: 'http://registry.test',
    poolSize: 3,
    now: () => clockMs,
  })

async function addProject(name: string, isPublic = false) {
  const row = await database.db.prisma.project.create({
    data: { name, public: isPublic, createdAt: new Date(clockMs), updatedAt: new Date(clockMs) },
  })
  projects[name] = { id: row.id, name }
}

beforeAll(async () => {
  database = await testDatabase()
  core = openCore()
  const { prisma } = database.db
  for (const name of ['admin', 'dev', 'guest', 'outsider', 'keeper']) {
    const row = await prisma.user.create({
      data: {
        username: name,
        usernameKey: name,
        sysadmin: name === 'admin',
        createdAt: new Date(),
        updatedAt: new Date(),
      },
    })
    people[name] = {
      kind: 'user',
      id: row.id,
      username: name,
      sysadmin: name === 'admin',
      via: 'password',
      credentialEpoch: 0,
    }
  }
  await addProject('team')
  await addProject('open', true)
  const roles = { dev: 2, guest: 3, keeper: 4 }
  for (const [name, roleId] of Object.entries(roles))
    await prisma.member.create({
      data: { projectId: projects.team!.id, userId: people[name]!.id, roleId, updatedAt: new Date() },
    })
})

afterAll(async () => {
  await core.close()
  await database.drop()
})

const part = (token: string, index: number) =>
  JSON.parse(Buffer.from(token.split('.')[index]!, 'base64url').toString())
async function ask(who: string, ...scopes: string[]): Promise<string> {
  const actor = who === 'anonymous' ? ANONYMOUS : people[who]!
  return (await issueToken(core, actor, { service: 'berth-registry', scopes: parseScopes(scopes) })).token
}
const granted = async (who: string, ...scopes: string[]) =>
  part(await ask(who, ...scopes), 1).access.map(
    (entry: { name: string; actions: string[] }) => `${entry.name}:${entry.actions}`,
  )

describe('what a token permits', () => {
  test.each([
    ['dev', 'repository:team/app:pull,push', ['team/app:pull,push']],
    ['dev', 'repository:team/app:pull', ['team/app:pull']],
    ['dev', 'repository:team/app:*', ['team/app:pull,push']],
    ['keeper', 'repository:team/app:*', ['team/app:pull,push,delete']],
    ['guest', 'repository:team/app:pull,push', ['team/app:pull']],
    ['outsider', 'repository:team/app:pull,push', []],
    ['outsider', 'repository:open/app:*', ['open/app:pull']],
    ['anonymous', 'repository:team/app:pull', []],
    ['anonymous', 'repository:open/app:pull', ['open/app:pull']],
    ['anonymous', 'repository:open/app:push', []],
    ['admin', 'repository:team/app:push', ['team/app:push']],
    ['admin', 'repository:missing/app:push', []],
    ['admin', 'repository:app:push', []],
    ['dev', 'repository:teams/app:pull', []],
    ['dev', 'repository:tea/app:pull', []],
    ['admin', 'registry:catalog:*', ['catalog:*']],
    ['dev', 'registry:catalog:*', ['catalog:list']],
    ['anonymous', 'registry:catalog:*', []],
  ] as const)('%s asks %s', async (who, scope, expected) => {
    expect(await granted(who, scope)).toEqual(expected)
  })

  test('each repository is decided for itself', async () => {
    expect(
      await granted('dev', 'repository:team/a:push repository:team/b:pull', 'repository:open/c:push'),
    ).toEqual(['team/a:push', 'team/b:pull'])
  })

  test('only the two known services get one', async () => {
    await expect(issueToken(core, ANONYMOUS, { service: 'other', scopes: [] })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
    const { token } = await issueToken(core, people.dev!, { service: 'harbor-registry', scopes: [] })
    expect(part(token, 1)).toMatchObject({ aud: 'berth-registry', iss: 'berth-token-issuer', sub: 'dev' })
    expect(part(token, 1).exp - part(token, 1).iat).toBe(30 * 60)
  })
})

describe('rights are those of now', () => {
  const repository = 'team/app' as never

  test('a withdrawn role ends a token that was issued before', async () => {
    const token = await verifyToken(core, await ask('dev', 'repository:team/app:pull,push'))
    expect(await tokenAllows(core, token, repository, 'push')).toBe(true)
    const { prisma } = database.db
    const where = { projectId: projects.team!.id, userId: people.dev!.id }
    await prisma.member.deleteMany({ where })
    clockMs += 3_001
    expect(await tokenAllows(core, token, repository, 'push')).toBe(false)
    await prisma.member.create({ data: { ...where, roleId: 2, updatedAt: new Date() } })
    forgetRoles(core, people.dev!.id, projects.team!.id)
    expect(await tokenAllows(core, token, repository, 'push')).toBe(true)
  })

  test('a disabled person and a changed password end tokens within seconds', async () => {
    const { prisma } = database.db
    const token = await ask('outsider')
    await prisma.user.update({ where: { id: people.outsider!.id }, data: { disabled: true } })
    clockMs += 3_001
    await expect(verifyToken(core, token)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await prisma.user.update({
      where: { id: people.outsider!.id },
      data: { disabled: false, credentialEpoch: { increment: 1 } },
    })
    clockMs += 3_001
    await expect(verifyToken(core, token)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  test('a token does not reach a later project of the same name', async () => {
    await addProject('phoenix')
    const token = await verifyToken(core, await ask('admin', 'repository:phoenix/app:pull'))
    expect(await tokenAllows(core, token, 'phoenix/app' as never, 'pull')).toBe(true)
    await database.db.prisma.project.delete({ where: { name: 'phoenix' } })
    clockMs += 2 * MINUTE_MS
    forgetProject(core, projects.phoenix!)
    await addProject('phoenix')
    expect(await tokenAllows(core, token, 'phoenix/app' as never, 'pull')).toBe(false)
  })

  test('a token lives as long as the settings say when it is signed', async () => {
    for (const minutes of [1, 45, 10_080]) {
      await updateConfigurations(core, SYSTEM, { token_expiration: minutes })
      clockMs += 3_001
      const issued = await issueToken(core, people.admin!, { service: 'berth-registry', scopes: [] })
      expect(issued.expiresInSeconds).toBe(minutes * 60)
      const claims = JSON.parse(Buffer.from(issued.token.split('.')[1]!, 'base64url').toString())
      expect(claims.exp - claims.iat).toBe(minutes * 60)
      clockMs += minutes * MINUTE_MS - 1_000
      await expect(verifyToken(core, issued.token)).resolves.toMatchObject({ actor: { username: 'admin' } })
      // Clocks of nodes may differ by half a minute.
      clockMs += 32_000
      await expect(verifyToken(core, issued.token)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    }
    await updateConfigurations(core, SYSTEM, { token_expiration: 30 })
    clockMs += 3_001
  })

  test('a refresh token ends with the password and with its time', async () => {
    const refresh = (await issueRefreshToken(core, people.guest!))!
    expect(await redeemRefreshToken(core, refresh)).toMatchObject({ username: 'guest' })
    await expect(redeemRefreshToken(core, `${refresh.slice(0, -4)}AAAA`)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    })
    clockMs += 31 * 24 * 60 * MINUTE_MS
    await expect(redeemRefreshToken(core, refresh)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    const second = (await issueRefreshToken(core, people.guest!))!
    await database.db.prisma.user.update({
      where: { id: people.guest!.id },
      data: { credentialEpoch: { increment: 1 } },
    })
    clockMs += 3_001
    await expect(redeemRefreshToken(core, second)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})

describe('what is opened with credentials that change meanwhile ends with them', () => {
  const scopes = parseScopes(['repository:open/app:pull'])
  const raise = (id: number) =>
    database.db.prisma.user.update({ where: { id }, data: { credentialEpoch: { increment: 1 } } })

  test('a token and a refresh token of a person who takes long about asking', async () => {
    const actor = (await currentUser(core, people.keeper!.id))!
    await raise(actor.id)
    forgetUser(core, actor.id)
    const { token } = await issueToken(core, actor, { service: 'berth-registry', scopes })
    await expect(verifyToken(core, token)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    const refresh = (await issueRefreshToken(core, actor))!
    await expect(redeemRefreshToken(core, refresh)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    const fresh = (await currentUser(core, actor.id))!
    const again = await issueToken(core, fresh, { service: 'berth-registry', scopes })
    await expect(verifyToken(core, again.token)).resolves.toMatchObject({ actor: { id: actor.id } })
  })

  test('and nobody gets one whose credentials were not verified', async () => {
    const { credentialEpoch: _, ...unverified } = people.admin!
    const refused = { code: 'UNAUTHORIZED' }
    await expect(issueToken(core, unverified, { service: 'berth-registry', scopes })).rejects.toMatchObject(
      refused,
    )
    await expect(issueRefreshToken(core, unverified)).rejects.toMatchObject(refused)
  })
})

describe('what is no token of ours', () => {
  const refused = (token: string) =>
    expect(verifyToken(core, token)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signed = (header: unknown, claims: unknown, key: KeyObject) => {
    const text = `${encode(header)}.${encode(claims)}`
    const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
    return `${text}.${signature.toString('base64url')}`
  }
  /** Our own signing key, as one who stole the database and the secret would have it. */
  async function ourKey(): Promise<KeyObject> {
    const { createPrivateKey } = await import('node:crypto')
    const row = await database.db.prisma.signingKey.findFirstOrThrow({ where: { retiredAt: null } })
    return createPrivateKey(core.secrets.decrypt('signing-keys', row.privateKeyEncrypted))
  }

  test('a changed payload, header or signature', async () => {
    const token = await ask('dev', 'repository:team/app:pull')
    const [header, , signature] = token.split('.')
    const claims = { ...part(token, 1), uid: people.admin!.id }
    await refused(`${header}.${encode(claims)}.${signature}`)
    await refused(`${token.slice(0, -8)}AAAAAAAA`)
    await refused(`${header}.${token.split('.')[1]}.`)
    await refused(token.replace('.', '..'))
    await refused('')
    await refused('a'.repeat(100_000))
  })

  test('alg none, and a shared secret made of our public certificate', async () => {
    const token = await ask('dev')
    const { alg: _, ...header } = part(token, 0)
    for (const alg of ['none', 'None', 'NONE', ''])
      await refused(`${encode({ ...header, alg })}.${token.split('.')[1]}.`)
    const text = `${encode({ ...header, alg: 'HS256' })}.${token.split('.')[1]}`
    const mac = createHmac('sha256', await certificateBundle(core))
      .update(text)
      .digest('base64url')
    await refused(`${text}.${mac}`)
  })

  test('a key that comes with the token: jwk, x5c, jku, or an unknown kid', async () => {
    const token = await ask('dev')
    const [header, claims] = [part(token, 0), part(token, 1)]
    const x5c = [
      createCertificate({
        publicKey: stranger.publicKey,
        commonName: header.kid,
        notBefore: new Date(clockMs - MINUTE_MS),
        notAfter: new Date(clockMs + MINUTE_MS),
        issuer: { ...stranger, commonName: header.kid },
      }).toString('base64'),
    ]
    const jwk = stranger.publicKey.export({ format: 'jwk' })
    await refused(signed({ ...header, x5c }, claims, stranger.privateKey))
    await refused(signed({ typ: 'JWT', alg: 'ES256', jwk }, claims, stranger.privateKey))
    await refused(signed({ ...header, jwk }, claims, stranger.privateKey))
    await refused(signed({ typ: 'JWT', alg: 'ES256', kid: 'other', x5c }, claims, stranger.privateKey))
    const key = await ourKey()
    await refused(signed({ ...header, jku: 'https://evil.test' }, claims, key))
    await refused(signed({ ...header, x5c }, claims, key))
    await expect(verifyToken(core, signed(header, claims, key))).resolves.toMatchObject({
      actor: { username: 'dev' },
    })
  })

  test('wrong audience, issuer, times or identity, even with our key', async () => {
    const token = await ask('dev')
    const [header, claims, key] = [part(token, 0), part(token, 1), await ourKey()]
    const now = Math.floor(clockMs / 1000)
    const { exp: _, ...endless } = claims
    for (const wrong of [
      { ...claims, aud: 'other' },
      { ...claims, aud: ['berth-registry'] },
      { ...claims, iss: 'harbor-token-issuer' },
      { ...claims, exp: now - 31 },
      { ...claims, nbf: now + 31 },
      endless,
      { ...claims, uid: undefined },
      { ...claims, uid: 999_999 },
      { ...claims, cep: undefined },
      { ...claims, access: 'all' },
    ])
      await refused(signed(header, wrong, key))
    await refused(await mintInternalToken(core, ['repository:team/app:pull']))
  })

  test('it expires, remembered or not', async () => {
    const token = await ask('dev')
    await verifyToken(core, token)
    clockMs += 31 * MINUTE_MS
    await refused(token)
  })
})
