import { testDatabase } from '@berth/testing'
import { describe, expect, it } from 'vitest'
import { authenticate, authenticateBasic } from '../authentication/index.ts'
import { SYSTEM, type UserActor } from '../authorization/index.ts'
import { resolveSession } from '../sessions/index.ts'
import { issueRefreshToken, issueToken, redeemRefreshToken, verifyToken } from '../tokens/index.ts'
import { createUser } from '../users/index.ts'
import {
  code,
  configure,
  enter,
  here,
  MINUTE_MS,
  newName,
  pass,
  person,
  prepareAccounts,
  there,
} from './accounts.fixture.ts'
import { createCliSecret, setCliSecret } from './index.ts'

prepareAccounts(testDatabase)

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
    expect(await here.db.prisma.auditLine.count({ where: refreshed })).toBe(2)
    pass(3_001)
    await expect(tool(actor.username, first, there)).rejects.toEqual(code('UNAUTHORIZED'))
    expect(await tool(actor.username, right, there)).toMatchObject({ id: actor.id })
    const { cliSecretHash } = await here.db.prisma.oidcAccount.findUniqueOrThrow({
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
    pass(3_001)
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
    pass(29 * 24 * 60 * MINUTE_MS)
    const held = (await tool(actor.username, right)) as UserActor
    const refresh = (await issueRefreshToken(here, held))!
    await configure({ token_expiration: 3 * 24 * 60 })
    const { token } = await issueToken(here, held, { service: 'berth-registry', scopes: [] })
    await configure({ token_expiration: 30 })
    for (const node of [here, there]) {
      expect(await redeemRefreshToken(node, refresh)).toMatchObject({ id: actor.id })
      expect(await verifyToken(node, token)).toMatchObject({ actor: { id: actor.id } })
    }
    pass(2 * 24 * 60 * MINUTE_MS)
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
    const local = await createUser(here, SYSTEM, { username: newName('local'), password: 'Passw0rd' })
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
