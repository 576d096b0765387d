import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { createCore } from '@berth/core'
import { beat, getHealth } from '@berth/core/health'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApi, ROLES, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('root', { sysadmin: true })
  await api.addUser('outsider')
  await api.addProject('team', { members: ROLES })
  await api.addProject('open', { public: true })
})
afterAll(async () => {
  expect(api.failures).toEqual([])
  await api.close()
  await database.drop()
})

const listen = (server: Server | ReturnType<typeof createTcpServer>) =>
  new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

describe('getHealth', () => {
  let clockMs = Date.now()
  const servers: { close(): unknown }[] = []
  afterAll(() => Promise.all(servers.map((server) => server.close())))

  async function healthOf(
    settings: { registryUrl: string; webUrl?: string; redisUrl?: string },
    beats = true,
  ) {
    const base = {
      databaseUrl: database.url,
      secretKey: 'x'.repeat(32),
      externalUrl: 'http://berth.test',
      poolSize: 1,
    }
    const core = createCore({ ...base, ...settings, now: () => clockMs })
    try {
      if (beats) await beat(core, 'jobservice')
      return await getHealth(core)
    } finally {
      await core.close()
    }
  }
  /** `withToken`: what it answers to a request that carries a token. */
  const answering = async (status: number, withToken = status) => {
    const server = createServer(({ headers }, response) =>
      response.writeHead(headers.authorization?.startsWith('Bearer ') ? withToken : status).end(),
    )
    servers.push({ close: () => new Promise((resolve) => server.close(resolve)) })
    return `http://127.0.0.1:${await listen(server)}`
  }

  it('200 without sign-in; names what is wrong and no address', async () => {
    const { status, data, text } = await api.call(undefined, 'getHealth')
    expect(status).toBe(200)
    expect(data.status).toBe('unhealthy')
    expect(data.components).toContainEqual({ name: 'database', status: 'healthy' })
    expect(data.components).toContainEqual(expect.objectContaining({ name: 'registry', status: 'unhealthy' }))
    expect(text).not.toContain('127.0.0.1')
  })

  it('is healthy when every part answers: a registry that asks for a token and takes Berth’s does', async () => {
    const redis = createTcpServer((socket) => {
      socket.on('data', (bytes) =>
        socket.write(bytes.toString().includes('AUTH') ? '+OK\r\n+PONG\r\n' : '+PONG\r\n'),
      )
    })
    servers.push({ close: () => new Promise((resolve) => redis.close(resolve)) })
    const redisUrl = `redis://:pass@127.0.0.1:${await listen(redis)}`
    const health = await healthOf({
      registryUrl: await answering(401, 200),
      webUrl: await answering(307),
      redisUrl,
    })
    expect(health.components.map(({ name }) => name)).toEqual([
      'core',
      'database',
      'registry',
      'jobservice',
      'portal',
      'redis',
    ])
    expect(health.status).toBe('healthy')
  })

  it('is not when the registry fails, the console fails, or no job worker has been heard of for 30 s', async () => {
    const good = await answering(200)
    const unhealthy = (health: Awaited<ReturnType<typeof getHealth>>) =>
      health.components.filter(({ status }) => status === 'unhealthy').map(({ name }) => name)
    expect(unhealthy(await healthOf({ registryUrl: good }))).toEqual([])
    expect(unhealthy(await healthOf({ registryUrl: await answering(500) }))).toEqual(['registry'])
    expect(unhealthy(await healthOf({ registryUrl: good, webUrl: await answering(502) }))).toEqual(['portal'])
    expect(unhealthy(await healthOf({ registryUrl: good, redisUrl: good.replace('http', 'redis') }))).toEqual(
      ['redis'],
    )
    clockMs += 30_001
    expect(unhealthy(await healthOf({ registryUrl: good }, false))).toEqual(['jobservice'])
  })

  it('says when jobs live and what happens is told late all the same', async () => {
    await api.addUser('somebody-new')
    const registryUrl = await answering(200)
    const jobservice = async () =>
      (await healthOf({ registryUrl })).components.find(({ name }) => name === 'jobservice')
    expect(await jobservice()).toEqual({ name: 'jobservice', status: 'healthy' })
    clockMs += 10 * 60_000
    expect((await jobservice())?.error).toContain('told minutes late')
    await database.db.prisma.event.deleteMany()
    expect((await jobservice())?.status).toBe('healthy')
  })

  it('says when the registry is there but does not take Berth’s tokens, or is no registry', async () => {
    const said = async (registryUrl: string) =>
      (await healthOf({ registryUrl })).components.find(({ name }) => name === 'registry')?.error
    expect(await said(await answering(401))).toContain('it refuses Berth’s tokens')
    expect(await said(await answering(404))).toContain('it answers 404')
  })

  it('asks each part once, however many ask for the health', async () => {
    let asked = 0
    const server = createServer((_, response) => {
      asked++
      response.end()
    })
    servers.push({ close: () => new Promise((resolve) => server.close(resolve)) })
    const registryUrl = `http://127.0.0.1:${await listen(server)}`
    const core = createCore({
      databaseUrl: database.url,
      secretKey: 'x'.repeat(32),
      externalUrl: 'http://berth.test',
      registryUrl,
      now: () => clockMs,
    })
    await Promise.all(Array.from({ length: 50 }, () => getHealth(core)))
    await getHealth(core)
    expect(asked).toBe(1)
    clockMs += 1_001
    await getHealth(core)
    expect(asked).toBe(2)
    await core.close()
  })
})

describe('getSystemInfo', () => {
  it('200 for everybody, with versions and addresses only for those who signed in', async () => {
    const { data } = await api.call(undefined, 'getSystemInfo')
    expect(data).toEqual({
      auth_mode: 'db_auth',
      oidc_provider_name: '',
      primary_auth_mode: false,
      self_registration: false,
    })
    const known = await api.call('outsider', 'getSystemInfo')
    expect(known.data).toMatchObject({ registry_url: 'berth.test', external_url: 'http://berth.test' })
    expect(known.data.harbor_version).toMatch(/^v2\.16\.0-/)
    expect(known.data.instance_id).toMatch(/^[0-9a-f-]{36}$/)
    const again = await api.call('root', 'getSystemInfo')
    expect(again.data.instance_id).toBe(known.data.instance_id)
  })
})

describe('getPermissions', () => {
  it('200 with both lists for administrators, with the projects’ for project admins', async () => {
    const all = (await api.call('root', 'getPermissions')).data
    expect([all.system.length, all.project.length]).toEqual([70, 70])
    const some = (await api.call('projectAdmin', 'getPermissions')).data
    expect([some.system.length, some.project.length]).toEqual([0, 70])
  })
  it('401 and 403', async () => {
    expect((await api.call(undefined, 'getPermissions')).status).toBe(401)
    expect((await api.call('maintainer', 'getPermissions')).status).toBe(403)
  })
})

describe('getCurrentUserPermissions', () => {
  const of = async (as: string, query: Record<string, string | boolean>) =>
    (await api.call(as, 'getCurrentUserPermissions', { query })).data.map((p) => `${p.resource} ${p.action}`)
  it('200 with what the matrix gives, relative to the scope or in full', async () => {
    expect(await of('guest', { scope: '/project/1', relative: true })).toHaveLength(20)
    expect(await of('guest', { scope: '/project/1', relative: true })).toContain('repository pull')
    expect(await of('projectAdmin', { scope: '/project/1' })).toContain('/project/1/member create')
    expect(await of('projectAdmin', { scope: '/project/1', relative: true })).toContain('. delete')
    // Harbor's 75, and ours for identity trusts.
    expect(await of('root', { scope: '/project/1', relative: true })).toHaveLength(75 + 5)
    expect(await of('outsider', { scope: '/project/open', relative: true })).toHaveLength(12)
    expect(await of('outsider', {})).toContain('/project create')
    expect(await of('root', {})).toContain('/user delete')
  })
  it('200 with nothing for what is not there or not for the caller’s eyes', async () => {
    for (const scope of [
      '/project/1',
      '/project/999',
      '/project/missing',
      '/project/1/../2',
      'x',
      '/project/99999999999',
    ])
      expect(await of('outsider', { scope })).toEqual([])
  })
  it('401 without sign-in', async () => {
    expect((await api.call(undefined, 'getCurrentUserPermissions')).status).toBe(401)
  })
})
