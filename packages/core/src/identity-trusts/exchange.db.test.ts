import { testDatabase } from '@berth/testing'
import { describe, expect, it } from 'vitest'
import { authenticateBasic } from '../authentication/index.ts'
import { type RobotActor, SYSTEM } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { createRobot, refreshSecret } from '../robots/index.ts'
import { issueToken, parseScopes, verifyToken } from '../tokens/index.ts'
import {
  addRobot,
  address,
  addTrust,
  clockMs,
  exchange,
  here,
  issuer,
  moveOn,
  newName,
  pass,
  prepareExchanges,
  project,
  refused,
  replaceRobot,
  robot,
  there,
  trustId,
} from './exchange.fixture.ts'
import { createIdentityTrust, deleteIdentityTrust, getIdentityTrust, updateIdentityTrust } from './index.ts'
import { newKey, type SigningKey } from './issuer.fixture.ts'

prepareExchanges(testDatabase)

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
      orderBy: { id: 'asc' },
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
    await replaceRobot()
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
      pass(3_001)
      await expect(verifyToken(here, token)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
      await expect(signIn(here, username, password)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    }
  })

  it('leaves a line when it is shown after its end, counted with others like it', async () => {
    const { username, password } = await exchange(issuer.token())
    await signIn(here, username, password)
    pass(900_001)
    for (let n = 0; n < 3; n++) await signIn(here, username, password).catch(() => undefined)
    const lines = () =>
      here.db.prisma.auditLine.findMany({
        where: { actorName: username, action: 'login', result: 'refused' },
        select: { credential: true, actorKind: true, address: true },
      })
    expect(await lines()).toEqual([{ credential: 'job-secret', actorKind: 'anonymous', address: '' }])
    const next = await exchange(issuer.token())
    await deleteIdentityTrust(here, SYSTEM, { id: project.id }, trustId)
    moveOn()
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
    pass(900_001)
    await expect(signIn(here, username, password)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  const deeds = (...names: string[]) =>
    new Map([[project.id, new Map(names.map((name) => [name, 'all' as const]))]])

  it('opens nothing to others that its holder does not hold itself', async () => {
    const { actor } = await exchange(issuer.token())
    const trusting = (projects: RobotActor['grants']['projects'], expiresAt: Date | null = null) => {
      const claims = { sub: 'repo:acme/later' }
      const holder: RobotActor = { ...actor, expiresAt, grants: { ...actor.grants, projects } }
      const input = { name: newName('trust'), robotId: robot.id, issuer: issuer.url, claims }
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
