import { flushRepeated } from '@berth/core/audit'
import { digestOf } from '@berth/registry-client'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { TestBerth } from '../../test/berth.ts'
import { startCast } from '../../test/cast.ts'
import type { TestClient } from '../../test/client.ts'

let berth: TestBerth
let dev: TestClient
let guest: TestClient
let outsider: TestClient
let nobody: TestClient

beforeAll(async () => {
  ;({ berth, dev, guest, outsider, nobody } = await startCast())
})
afterAll(() => berth.close())

const linesFrom = async (userAgent: string) =>
  (
    await berth.database.db.prisma.auditLine.findMany({ where: { userAgent }, orderBy: { id: 'asc' } })
  ).filter(({ action }) => action !== 'login')
const from = (
  userAgent: string,
  client: TestClient,
  method: string,
  path: string,
  actions: string,
  body?: string,
) =>
  client.send(method, path, [`repository:${path.split('/').slice(2, 4).join('/')}:${actions}`], {
    headers: { 'user-agent': userAgent, 'content-type': 'application/vnd.oci.image.manifest.v1+json' },
    ...(body !== undefined && { body }),
  })

test('a push and a deletion say who, with what, from where and in which request', async () => {
  const { bytes } = await dev.pushImage('team/app', 'seed', 'seed')
  const answer = await from('pusher/1', dev, 'PUT', '/v2/team/app/manifests/v1', 'pull,push', bytes)
  expect(answer.status).toBe(201)
  expect(await linesFrom('pusher/1')).toMatchObject([
    {
      action: 'create',
      resourceType: 'artifact',
      resource: 'team/app:v1',
      actorKind: 'user',
      actorName: dev.username,
      credential: 'token',
      address: '127.0.0.1',
      requestId: answer.headers.get('x-request-id'),
      result: 'ok',
    },
  ])
  const event = await berth.database.db.prisma.event.findMany({
    where: { requestId: answer.headers.get('x-request-id')! },
  })
  expect(event).toMatchObject([{ type: 'artifact.pushed', actorName: dev.username }])
})

test('pulls are lines by who, where from and what, within two seconds, and HEAD is none', async () => {
  await dev.pushImage('team/pulled', 'v1', 'pulled')
  for (let n = 0; n < 3; n++)
    expect((await from('puller/1', dev, 'GET', '/v2/team/pulled/manifests/v1', 'pull')).status).toBe(200)
  expect((await from('puller/1', guest, 'GET', '/v2/team/pulled/manifests/v1', 'pull')).status).toBe(200)
  await from('puller/1', guest, 'HEAD', '/v2/team/pulled/manifests/v1', 'pull')
  const pulled = await vi.waitFor(
    async () => {
      const found = await linesFrom('puller/1')
      expect(found.reduce((sum, { times }) => sum + times, 0)).toBe(4)
      return found
    },
    { timeout: 15_000 },
  )
  // A flush in between would only make more lines of it.
  expect(
    new Set(pulled.map(({ actorName, action, resource }) => `${actorName} ${action} ${resource}`)),
  ).toEqual(new Set([`${dev.username} pull team/pulled:v1`, `${guest.username} pull team/pulled:v1`]))
})

test('who may not push leaves a refused line; strangers, narrow tokens and what is missing leave none', async () => {
  const { bytes } = await dev.pushImage('team/guarded', 'v1', 'guarded')
  const path = '/v2/team/guarded/manifests/v1'
  for (let n = 0; n < 3; n++)
    expect((await from('refused/1', guest, 'PUT', path, 'pull,push', bytes)).status).toBe(401)
  // The right is there, the token is narrower: the client comes back with another.
  expect((await from('refused/1', dev, 'PUT', path, 'pull', bytes)).status).toBe(401)
  await from('refused/1', nobody, 'PUT', path, 'pull,push', bytes)
  await from('refused/1', dev, 'DELETE', `/v2/team/guarded/manifests/${digestOf('x')}`, 'delete')
  const { id } = await berth.database.db.prisma.project.findUniqueOrThrow({ where: { name: 'team' } })
  expect(await linesFrom('refused/1')).toMatchObject([
    {
      action: 'create',
      resourceType: 'artifact',
      resource: 'team/guarded:v1',
      actorName: guest.username,
      result: 'refused',
      projectId: id,
      times: 1,
    },
    // A developer may not delete at all.
    { action: 'delete', actorName: dev.username, result: 'refused' },
  ])
  await flushRepeated(berth.core)
  const counted = (await linesFrom('refused/1')).filter(({ actorName }) => actorName === guest.username)
  expect(counted.reduce((sum, { times }) => sum + times, 0)).toBe(3)
})

test('a refused pull is one line, by the door of tokens or that of /v2; a stranger leaves none', async () => {
  await dev.pushImage('team/closed', 'v1', 'closed')
  const path = '/v2/team/closed/manifests/v1'
  for (const method of ['HEAD', 'GET', 'GET'])
    expect((await from('peeker/1', outsider, method, path, 'pull')).status).toBe(401)
  expect((await from('peeker/1', nobody, 'GET', path, 'pull')).status).toBe(401)
  const refused = () =>
    berth.database.db.prisma.auditLine.findMany({ where: { resource: 'team/closed', action: 'pull' } })
  await vi.waitFor(async () =>
    expect(await refused()).toMatchObject([
      { actorName: outsider.username, result: 'refused', resourceType: 'artifact', times: 1 },
    ]),
  )
  await flushRepeated(berth.core)
  // Each time a token was asked for and used.
  expect((await refused()).reduce((sum, { times }) => sum + times, 0)).toBe(6)
})

test('what a project’s admin may not know of is on no line of their project', async () => {
  await from('prober/1', outsider, 'PUT', '/v2/nowhere/app/manifests/v1', 'pull,push', '{}')
  expect(await linesFrom('prober/1')).toMatchObject([{ result: 'refused', projectId: null }])
})
