import { SYSTEM } from '@berth/core'
import { createMember, updateMember } from '@berth/core/members'
import { createRobot } from '@berth/core/robots'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PASSWORD, roles, type TestBerth } from '../../test/berth.ts'
import { startCast } from '../../test/cast.ts'
import { codeOf, TestClient } from '../../test/client.ts'

const LIMIT = ['in/**']
let berth: TestBerth
let keeper: TestClient
let limited: TestClient
let mover: TestClient
let robot: TestClient
let moverMember: number

const scope = (path: string, actions = 'pull,push') => `repository:team/${path}:${actions}`

beforeAll(async () => {
  ;({ berth, keeper } = await startCast())
  const userId = await berth.addUser('limited')
  const moverId = await berth.addUser('mover')
  const ref = { name: 'team' }
  const developer = { roleId: roles.developer }
  await createMember(berth.core, SYSTEM, ref, { ...developer, userId, repositories: LIMIT })
  moverMember = await createMember(berth.core, SYSTEM, ref, {
    ...developer,
    userId: moverId,
    repositories: ['in/**', 'to/**'],
  })
  const made = await createRobot(berth.core, SYSTEM, {
    level: 'project',
    name: 'limited',
    secret: PASSWORD,
    durationDays: 1,
    permissions: [
      {
        kind: 'project',
        namespace: 'team',
        access: [{ resource: 'repository', action: 'push' }],
        repositories: LIMIT,
      },
    ],
  })
  limited = new TestClient(berth, 'limited')
  mover = new TestClient(berth, 'mover')
  robot = new TestClient(berth, made.robot.name)
  for (const path of ['in/app', 'out/app', 'in']) await keeper.pushImage(`team/${path}`, '1', path)
})
afterAll(() => berth.close())

const claims = async (client: TestClient, ...scopes: string[]) => {
  const [, payload] = (await client.token(...scopes)).split('.')
  return (JSON.parse(Buffer.from(payload!, 'base64url').toString()) as { access: unknown[] }).access
}

describe.each([
  ['a member', () => limited],
  ['a robot', () => robot],
])('%s limited to some repositories', (_, client) => {
  test('gets tokens for those, and for nothing that only looks like them', async () => {
    const asked = ['in/app', 'in/new/deep', 'in', 'inner/app', 'out/app', 'x/in/app']
    expect(await claims(client(), ...asked.map((path) => scope(path)))).toEqual([
      { type: 'repository', name: 'team/in/app', actions: ['pull', 'push'] },
      { type: 'repository', name: 'team/in/new/deep', actions: ['pull', 'push'] },
    ])
  })

  test('pushes and pulls inside, with a token and with a password', async () => {
    const path = `in/by-${client().username!.replace(/[^a-z]/g, '')}`
    expect((await client().pushImage(`team/${path}`, '1', path)).answer.status).toBe(201)
    const pulled = await client().send('GET', `/v2/team/${path}/manifests/1`, [scope(path, 'pull')])
    expect(pulled.status).toBe(200)
    const headers = { authorization: client().basic() }
    expect((await client().send('GET', `/v2/team/${path}/tags/list`, [], { headers })).status).toBe(200)
  })

  test('is refused outside in every way, the same for what is there and what is not', async () => {
    const headers = { authorization: client().basic() }
    const answers: string[] = []
    for (const path of ['out/app', 'out/none']) {
      const requests: [string, string][] = [
        ['GET', 'manifests/1'],
        ['HEAD', 'manifests/1'],
        ['GET', 'tags/list'],
        ['GET', `blobs/sha256:${'0'.repeat(64)}`],
        ['POST', 'blobs/uploads/'],
        ['PUT', 'manifests/2'],
        ['DELETE', 'manifests/1'],
        ['GET', `referrers/sha256:${'0'.repeat(64)}`],
      ]
      const seen: unknown[] = []
      for (const [method, rest] of requests)
        for (const init of [{ headers }, {}]) {
          const scopes = 'headers' in init ? [] : [scope(path)]
          const answer = await client().send(method, `/v2/team/${path}/${rest}`, scopes, init)
          seen.push([method, rest, answer.status, method === 'HEAD' ? '' : await codeOf(answer)])
        }
      expect(seen.every((entry) => (entry as unknown[])[2] === 401)).toBe(true)
      answers.push(JSON.stringify(seen))
    }
    expect(answers[0]).toBe(answers[1])
  })

  test('mounts from inside only; from outside the mount becomes an upload', async () => {
    const digest = await keeper.pushBlob('team/out/app', `secret of ${client().username}`)
    const headers = { authorization: client().basic() }
    const mount = (from: string, blob: string) =>
      client().send('POST', `/v2/team/in/target/blobs/uploads/?mount=${blob}&from=${from}`, [], { headers })
    expect((await mount('team/out/app', digest)).status).toBe(202)
    const inside = await keeper.pushBlob('team/in/app', `inside of ${client().username}`)
    expect((await mount('team/in/app', inside)).status).toBe(201)
    // A token for the target alone does not reach the source either.
    const withToken = await client().send(
      'POST',
      `/v2/team/in/target/blobs/uploads/?mount=${digest}&from=team/out/app`,
      [scope('in/target'), scope('out/app')],
    )
    expect(withToken.status).toBe(202)
  })
})

test('the catalog shows what is inside', async () => {
  const answer = await limited.send('GET', '/v2/_catalog?n=1000', ['registry:catalog:*'])
  const { repositories } = (await answer.json()) as { repositories: string[] }
  const ofTeam = repositories.filter((name) => name.startsWith('team/'))
  expect(ofTeam).toContain('team/in/app')
  expect(ofTeam.every((name) => name.startsWith('team/in/'))).toBe(true)
})

test('a token from before ends when the limit does', async () => {
  const token = await mover.token(scope('in/app', 'pull'))
  const headers = { authorization: `Bearer ${token}` }
  const pull = () => mover.send('GET', '/v2/team/in/app/manifests/1', [], { headers })
  expect((await pull()).status).toBe(200)
  const change = { roleId: roles.developer, repositories: ['to/**'] }
  await updateMember(berth.core, SYSTEM, { name: 'team' }, moverMember, change)
  expect((await pull()).status).toBe(401)
})
