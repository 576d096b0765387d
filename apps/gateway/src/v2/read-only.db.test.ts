import { SYSTEM } from '@berth/core'
import { updateProject } from '@berth/core/projects'
import { digestOf } from '@berth/registry-client'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TestBerth } from '../../test/berth.ts'
import { startCast } from '../../test/cast.ts'
import { codeOf, ociManifest, type TestClient } from '../../test/client.ts'

let berth: TestBerth
let dev: TestClient
let keeper: TestClient
let digest: string
let bytes: string

beforeAll(async () => {
  ;({ berth, dev, keeper } = await startCast())
  ;({ bytes } = await dev.pushImage('team/app', 'v1', 'kept'))
  digest = digestOf(bytes)
})
afterAll(() => berth.close())

const project = (value: string) =>
  updateProject(berth.core, SYSTEM, { name: 'team' }, { metadata: { read_only: value } })
const system = (value: boolean) =>
  berth.core.db.prisma.systemProperty.upsert({
    where: { name: 'configuration.read_only' },
    create: { name: 'configuration.read_only', value },
    update: { value },
  })

const all = ['repository:team/app:pull,push,delete']
const start = (repository: string) =>
  dev.send('POST', `/v2/${repository}/blobs/uploads/`, [`repository:${repository}:pull,push`])

describe.each([
  ['a project', 'this project', () => project('true'), () => project('false')],
  ['the system', 'this installation', () => system(true), () => system(false)],
])('%s that is read-only', (_, words, on, off) => {
  beforeEach(async () => {
    await on()
    return off
  })

  test.each<[string, () => Promise<Response>]>([
    ['an upload', () => start('team/app')],
    [
      'a mount',
      () => dev.send('POST', `/v2/team/app/blobs/uploads/?mount=${digestOf('x')}&from=open/app`, all),
    ],
    [
      'the bytes of an upload',
      () => dev.send('PATCH', '/v2/team/app/blobs/uploads/session', all, { body: 'x' }),
    ],
    ['a manifest', () => dev.pushManifest('team/app', 'v2', bytes)],
    ['the same manifest again', () => dev.pushManifest('team/app', 'v1', bytes)],
    ['a deletion', () => keeper.send('DELETE', `/v2/team/app/manifests/${digest}`, all)],
    ['a deletion of a tag', () => keeper.send('DELETE', '/v2/team/app/manifests/v1', all)],
    [
      'a deletion of a blob',
      () => keeper.send('DELETE', `/v2/team/app/blobs/${digestOf('layer of kept')}`, all),
    ],
    [
      'a deletion of what the index does not know',
      () => keeper.send('DELETE', `/v2/team/app/manifests/${digestOf('y')}`, all),
    ],
  ])('refuses %s', async (_, ask) => {
    const answer = await ask()
    expect(answer.status).toBe(403)
    const text = await answer.text()
    expect(JSON.parse(text).errors[0]).toMatchObject({ code: 'DENIED' })
    expect(text).toContain(words)
  })

  test('gives no token for changes, so that a registry reached directly follows', async () => {
    const access = (token: string) =>
      JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()).access[0].actions
    expect(access(await keeper.token(...all))).toEqual(['pull'])
    await off()
    expect(access(await keeper.token(...all))).toEqual(['pull', 'push', 'delete'])
  })

  test('is pulled from as before, and takes pushes again when the switch is off', async () => {
    expect((await dev.send('GET', '/v2/team/app/manifests/v1', all)).status).toBe(200)
    expect((await dev.send('GET', '/v2/team/app/tags/list', all)).status).toBe(200)
    await off()
    expect((await dev.pushManifest('team/app', 'v1', bytes)).status).toBe(201)
  })
})

test('the switch of one project does not close another', async () => {
  await project('true')
  expect((await start('open/app')).status).toBe(202)
  await project('false')
})

test('a switch that cannot be read is on: no token for changes, and the push is refused', async () => {
  const authorization = `Bearer ${await dev.token(...all)}`
  const push = (method: string, path: string, body?: string) =>
    fetch(`${berth.url}/v2/team/app/${path}`, {
      method,
      body,
      headers: { authorization, 'content-type': ociManifest },
    })
  const { query } = berth.core.db
  Object.assign(berth.core.db, {
    query: (sql: string, params: never) =>
      sql.includes('read_only')
        ? Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNRESET' }))
        : query(sql, params),
  })
  try {
    expect((await dev.askToken(...all)).status).toBe(503)
    const answer = await push('POST', 'blobs/uploads/')
    expect([answer.status, await codeOf(answer)]).toEqual([503, 'UNAVAILABLE'])
    expect((await push('PUT', 'manifests/v9', bytes)).status).toBe(503)
  } finally {
    Object.assign(berth.core.db, { query })
  }
})
