import { testDatabase } from '@berth/testing'
import { describe, expect, test } from 'vitest'
import { currentUser, forgetUser } from '../authentication/index.ts'
import { ANONYMOUS, forgetProject, forgetRoles, SYSTEM } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import {
  issueRefreshToken,
  issueToken,
  parseScopes,
  redeemRefreshToken,
  tokenAllows,
  verifyToken,
} from './index.ts'
import {
  addProject,
  ask,
  core,
  database,
  MINUTE_MS,
  part,
  pass,
  people,
  prepareTokens,
  projects,
} from './tokens.fixture.ts'

prepareTokens(testDatabase)

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
    pass(3_001)
    expect(await tokenAllows(core, token, repository, 'push')).toBe(false)
    await prisma.member.create({ data: { ...where, roleId: 2, updatedAt: new Date() } })
    forgetRoles(core, people.dev!.id, projects.team!.id)
    expect(await tokenAllows(core, token, repository, 'push')).toBe(true)
  })

  test('a disabled person and a changed password end tokens within seconds', async () => {
    const { prisma } = database.db
    const token = await ask('outsider')
    await prisma.user.update({ where: { id: people.outsider!.id }, data: { disabled: true } })
    pass(3_001)
    await expect(verifyToken(core, token)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await prisma.user.update({
      where: { id: people.outsider!.id },
      data: { disabled: false, credentialEpoch: { increment: 1 } },
    })
    pass(3_001)
    await expect(verifyToken(core, token)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  test('a token does not reach a later project of the same name', async () => {
    await addProject('phoenix')
    const token = await verifyToken(core, await ask('admin', 'repository:phoenix/app:pull'))
    expect(await tokenAllows(core, token, 'phoenix/app' as never, 'pull')).toBe(true)
    await database.db.prisma.project.delete({ where: { name: 'phoenix' } })
    pass(2 * MINUTE_MS)
    forgetProject(core, projects.phoenix!)
    await addProject('phoenix')
    expect(await tokenAllows(core, token, 'phoenix/app' as never, 'pull')).toBe(false)
  })

  test('a token lives as long as the settings say when it is signed', async () => {
    for (const minutes of [1, 45, 10_080]) {
      await updateConfigurations(core, SYSTEM, { token_expiration: minutes })
      pass(3_001)
      const issued = await issueToken(core, people.admin!, { service: 'berth-registry', scopes: [] })
      expect(issued.expiresInSeconds).toBe(minutes * 60)
      const claims = JSON.parse(Buffer.from(issued.token.split('.')[1]!, 'base64url').toString())
      expect(claims.exp - claims.iat).toBe(minutes * 60)
      pass(minutes * MINUTE_MS - 1_000)
      await expect(verifyToken(core, issued.token)).resolves.toMatchObject({ actor: { username: 'admin' } })
      // Clocks of nodes may differ by half a minute.
      pass(32_000)
      await expect(verifyToken(core, issued.token)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    }
    await updateConfigurations(core, SYSTEM, { token_expiration: 30 })
    pass(3_001)
  })

  test('a refresh token ends with the password and with its time', async () => {
    const refresh = (await issueRefreshToken(core, people.guest!))!
    expect(await redeemRefreshToken(core, refresh)).toMatchObject({ username: 'guest' })
    await expect(redeemRefreshToken(core, `${refresh.slice(0, -4)}AAAA`)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    })
    pass(31 * 24 * 60 * MINUTE_MS)
    await expect(redeemRefreshToken(core, refresh)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    const second = (await issueRefreshToken(core, people.guest!))!
    await database.db.prisma.user.update({
      where: { id: people.guest!.id },
      data: { credentialEpoch: { increment: 1 } },
    })
    pass(3_001)
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
