import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openapiDocument } from '@berth/contract/server'
import { createCore } from '@berth/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApi, forEverybody } from './api.ts'
import type { Failure } from './errors.ts'
import { toFetchHandler } from './fetch-handler.ts'
import { MAX_BODY_BYTES } from './http.ts'
import { toNodeHandler } from './node-handler.ts'

// Its database refuses connections: what answers here needs none, and what needs one shows how failures look.
const core = createCore({
  databaseUrl: 'postgresql://nobody:hunter2@127.0.0.1:1/none',
  secretKey: 'a secret key of thirty-two characters',
  externalUrl: 'http://localhost',
  registryUrl: 'http://127.0.0.1:1',
})
const failures: Failure[] = []
const api = createApi(core, { log: (failure) => failures.push(failure) })
const handle = toFetchHandler(api)
const ask = (path: string, init?: RequestInit) => handle(new Request(`http://localhost${path}`, init))
const codeOf = async (response: Response) => (await response.json()).errors[0].code
const json = { 'content-type': 'application/json' }

describe('every answer', () => {
  it('carries what keeps browsers from guessing, framing and keeping it', async () => {
    const { headers } = await ask('/api/v2.0/ping')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8')
  })

  it('echoes X-Request-Id, or makes one up when there is none or it is not fit for logs', async () => {
    const idFor = async (headers: Record<string, string>) =>
      (await ask('/api/v2.0/ping', { headers })).headers.get('x-request-id')
    const made = /^[0-9a-f]{8}-[0-9a-f-]{27}$/
    expect(await idFor({ 'X-Request-Id': 'my-id-7' })).toBe('my-id-7')
    expect(await idFor({})).toMatch(made)
    expect(await idFor({ 'X-Request-Id': 'two words' })).toMatch(made)
    expect(await idFor({ 'X-Request-Id': 'x'.repeat(129) })).toMatch(made)
  })
})

describe('statuses before any handler', () => {
  it('404 for paths that are none', async () => {
    for (const path of [
      '/api/v2.0/nothing',
      '/api/v2.0',
      '/api/v2.0/',
      '/api/v1/users',
      '/api/v2.0/users/1/x',
      '/',
    ])
      expect([path, (await ask(path)).status]).toEqual([path, 404])
  })
  it('405 with Allow for methods a path does not have', async () => {
    const response = await ask('/api/v2.0/projects', { method: 'PATCH' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'POST'])
    expect(await codeOf(response)).toBe('METHOD_NOT_ALLOWED')
  })
  it('400 for a path or query that is not encoded correctly', async () => {
    expect((await ask('/api/v2.0/projects/%ff')).status).toBe(400)
    expect((await ask('/api/v2.0/projects?name=%ff')).status).toBe(400)
  })
  it('415 for a body that is not JSON by type: no form of another site gets through', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/json; charset=utf-16',
    ])
      expect(
        (await ask('/api/v2.0/users', { method: 'POST', headers: { 'content-type': type }, body: '{}' }))
          .status,
      ).toBe(415)
  })
  it('415 for a body in another coding, even where it is plain JSON in truth', async () => {
    for (const [coding, status] of [
      ['gzip', 415],
      ['br', 415],
      ['identity, gzip', 415],
      ['identity', 401],
      ['', 401],
    ] as const) {
      const headers = { 'content-type': 'application/json', 'content-encoding': coding }
      const response = await ask('/api/v2.0/projects', {
        method: 'POST',
        headers,
        body: '{"project_name":"a"}',
      })
      expect([coding, response.status]).toEqual([coding, status])
      expect(response.headers.get('accept-encoding')).toBe(status === 415 ? 'identity' : null)
    }
  })
  it('400 for a body that is not JSON or not UTF-8', async () => {
    for (const body of ['{', Buffer.from([0x22, 0xff, 0x22])])
      expect((await ask('/api/v2.0/users', { method: 'POST', headers: json, body })).status).toBe(400)
  })
  it('413 for a body beyond a mebibyte', async () => {
    const body = 'x'.repeat(MAX_BODY_BYTES + 1)
    const response = await ask('/api/v2.0/users', { method: 'POST', headers: json, body })
    expect(response.status).toBe(413)
    expect(await codeOf(response)).toBe('REQUEST_ENTITY_TOO_LARGE')
  })
  it('422 for parameters outside their limits', async () => {
    expect((await ask('/api/v2.0/projects?page_size=101')).status).toBe(422)
    expect((await ask('/api/v2.0/projects?page=x')).status).toBe(422)
  })
  it('401 for an authorization that is not basic', async () => {
    expect((await ask('/api/v2.0/systeminfo', { headers: { authorization: 'Bearer x' } })).status).toBe(401)
  })
})

it('tells the client of an inner failure nothing but the request id, and the log the rest', async () => {
  failures.length = 0
  const response = await ask('/api/v2.0/projects', { headers: { 'X-Request-Id': 'find-me' } })
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('1')
  const text = await response.text()
  expect(text).toBe(
    '{"errors":[{"code":"UNAVAILABLE","message":"internal server error; request id find-me"}]}\n',
  )
  expect(failures).toMatchObject([{ requestId: 'find-me', method: 'GET', path: '/api/v2.0/projects' }])
})

it('answers probes whatever credentials they carry and whether or not the database is there', async () => {
  const headers = { cookie: `sid=${'A'.repeat(43)}`, authorization: `Basic ${btoa('jane:Passw0rd')}` }
  expect((await ask('/api/v2.0/ping', { headers })).status).toBe(200)
  const health = await (await ask('/api/v2.0/health', { headers })).json()
  expect(health.status).toBe('unhealthy')
  expect(health.components).toContainEqual(expect.objectContaining({ name: 'database', status: 'unhealthy' }))
  expect(JSON.stringify(health)).not.toMatch(/127\.0\.0\.1|hunter2|ECONNREFUSED/)
})

it('skips sign-in exactly where the contract says that there is none', () => {
  const open = Object.values(openapiDocument().paths)
    .flatMap((path) => Object.values(path as Record<string, { operationId?: string; security?: unknown }>))
    .filter(({ security }) => JSON.stringify(security) === '[{}]')
    .map(({ operationId }) => operationId)
  expect([...forEverybody].sort()).toEqual(open.sort())
})

it('says which API it speaks, and serves the contract', async () => {
  expect(await (await ask('/api/version')).json()).toEqual({ version: 'v2.0' })
  const document = await (await ask('/api/v2.0/openapi.json')).json()
  expect(document.openapi).toMatch(/^3\.1/)
  expect(document.paths['/projects']).toBeDefined()
})

describe('behind node:http', () => {
  const listener = toNodeHandler(api)
  let handled: Promise<void> = Promise.resolve()
  const server = createServer((request, response) => {
    handled = listener(request, response)
  })
  let port: number
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })

  const send = (method: string, path: string, headers: Record<string, string>, chunks: Buffer[] = []) =>
    new Promise<IncomingMessage & { text: string }>((resolve, reject) => {
      let answered = false
      const request = httpRequest({ port, method, path, headers }, async (response) => {
        answered = true
        let text = ''
        for await (const chunk of response) text += chunk
        resolve(Object.assign(response, { text }))
      })
      // The server may close while the rest of a refused body is still on its way.
      request.on('error', (error) => (answered ? undefined : reject(error)))
      for (const chunk of chunks) request.write(chunk)
      request.end()
    })

  it('answers with the length of the body', async () => {
    const response = await send('GET', '/api/v2.0/ping', {})
    expect([response.statusCode, response.text, response.headers['content-length']]).toEqual([
      200,
      'Pong',
      '4',
    ])
  })
  it('refuses a body by its announced length without reading it', async () => {
    const response = await send('POST', '/api/v2.0/users', { ...json, 'content-length': '99999999999' })
    expect(response.statusCode).toBe(413)
    expect(response.headers.connection).toBe('close')
  })
  it('refuses a body that announces nothing and does not end', async () => {
    const chunks = Array.from({ length: 40 }, () => Buffer.alloc(64 * 1024, 0x20))
    const response = await send(
      'POST',
      '/api/v2.0/users',
      { ...json, 'transfer-encoding': 'chunked' },
      chunks,
    )
    expect(response.statusCode).toBe(413)
  })
  it('takes a client that leaves in the middle of its body for no failure', async () => {
    failures.length = 0
    const arrived = new Promise<ServerResponse>((resolve) => {
      server.once('request', (_, response) => resolve(response))
    })
    const headers = { ...json, 'content-length': 99 }
    const request = httpRequest({ port, method: 'POST', path: '/api/v2.0/users', headers })
    request.on('error', () => {})
    request.write('{')
    const response = await arrived
    request.destroy()
    await handled
    expect(response.statusCode).toBe(400)
    expect(failures).toEqual([])
  })
  it('sends no body to HEAD', async () => {
    const response = await send('HEAD', '/api/v2.0/users', {})
    expect([response.statusCode, response.text]).toEqual([405, ''])
  })
})
