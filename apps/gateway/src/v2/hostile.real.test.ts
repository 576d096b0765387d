import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBerth, type TestBerth } from '../../test/berth.ts'
import { TestClient } from '../../test/client.ts'
import { sendRaw } from '../../test/raw.ts'

let berth: TestBerth
let dev: TestClient
let bearer: string
beforeAll(async () => {
  berth = await startBerth({ idleTimeoutMs: 1_000 })
  for (const name of ['dev', 'keeper']) await berth.addUser(name)
  await berth.addProject('team', { members: { dev: 'developer' } })
  await berth.addProject('secret', { members: { keeper: 'maintainer' } })
  dev = new TestClient(berth, 'dev')
  await dev.pushImage('team/app', '1', 'team')
  await new TestClient(berth, 'keeper').pushImage('secret/app', '1', 'secret')
  bearer = `Bearer ${await dev.token('repository:team/app:pull,push')}`
})
afterAll(() => berth.close())

const lines = (...parts: string[]) => `${parts.join('\r\n')}\r\n\r\n`
const raw = (target: string, ...headers: string[]) =>
  sendRaw(
    berth.port,
    lines(`GET ${target} HTTP/1.1`, 'Host: x', 'Connection: close', `Authorization: ${bearer}`, ...headers),
  )

test.each([
  '/v2/team/app/../../secret/app/manifests/1',
  '/v2/team/app/%2e%2e/%2e%2e/secret/app/manifests/1',
  '/v2/team/app/..%2f..%2fsecret/app/manifests/1',
  '/v2/team/app/manifests/..%2f..%2f..%2fsecret%2fapp%2fmanifests%2f1',
  '/v2/team%2fapp/manifests/1',
  '/v2/team%252fapp/manifests/1',
  '/v2//team/app/manifests/1',
  '/v2/team//app/manifests/1',
  '/v2/team/app/manifests//1',
  '/v2/team/app\\..\\..\\secret/app/manifests/1',
  '/v2/./team/app/manifests/1',
  '/v2/TEAM/app/manifests/1',
  '/v2/team/app/blobs/uploads/../../../../secret/app/manifests/1',
  '/v2/team/app;/manifests/1',
  '/v2/team/app%00/manifests/1',
  'http://127.0.0.1/v2/team/app/manifests/1',
  '*',
])('%s reaches nothing', async (target) => {
  const { status, text } = await raw(target)
  expect([400, 404]).toContain(status)
  expect(text).not.toContain('layer')
})

test('query and fragment change nothing about what a path names', async () => {
  for (const query of [
    '?ns=secret/app',
    '?name=secret/app',
    '?/../../secret/app',
    '?n=1#/v2/secret/app/manifests/1',
  ])
    expect((await raw(`/v2/team/app/manifests/1${query}`)).status).toBe(200)
})

describe('ambiguous requests end the connection before anything behind sees them', () => {
  const body = '0\r\n\r\nGET /v2/secret/app/manifests/1 HTTP/1.1\r\nHost: x\r\n\r\n'
  test.each([
    ['two lengths', ['Content-Length: 0', `Content-Length: ${body.length}`]],
    ['a list of lengths', [`Content-Length: 0, ${body.length}`]],
    ['a length and chunks', [`Content-Length: ${body.length}`, 'Transfer-Encoding: chunked']],
    ['chunks under another name', ['Transfer-Encoding: xchunked']],
    ['chunks that are not last', ['Transfer-Encoding: chunked, identity']],
    ['a space before the colon', ['Transfer-Encoding : chunked']],
    ['a negative length', ['Content-Length: -1']],
    ['a bare line feed', ['X: 1\nTransfer-Encoding: chunked']],
    ['a folded header', ['X: 1', ' Content-Length: 5']],
  ])('%s', async (_, headers) => {
    const head = lines(
      'POST /v2/team/app/blobs/uploads/ HTTP/1.1',
      'Host: x',
      `Authorization: ${bearer}`,
      ...headers,
    )
    const { status, text } = await sendRaw(berth.port, head + body)
    expect(status).toBe(400)
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1)
  })

  test('no Host', async () => {
    expect((await sendRaw(berth.port, lines('GET /v2/ HTTP/1.1'))).status).toBe(400)
  })
})

test('a header cannot be dropped on the way by naming it in Connection', async () => {
  const answer = await raw('/v2/team/app/manifests/1', 'Connection: Authorization, X-Request-Id')
  expect(answer.status).toBe(200)
})

test('a request id is taken over when it is one, and replaced when it is not', async () => {
  expect((await raw('/v2/', 'X-Request-Id: abc-1')).text).toMatch(/x-request-id: abc-1\r/i)
  expect((await raw('/v2/', 'X-Request-Id: a b<script>')).text).toMatch(/x-request-id: [0-9a-f-]{36}\r/i)
})

describe('bodies', () => {
  const scopes = ['repository:team/app:pull,push']
  async function session(): Promise<string> {
    const start = await dev.send('POST', '/v2/team/app/blobs/uploads/', scopes)
    return start.headers.get('location')!
  }
  const patch = (location: string, ...headers: string[]) =>
    lines(`PATCH ${location} HTTP/1.1`, 'Host: x', `Authorization: ${bearer}`, ...headers)

  test('that end before the announced length are no upload', async () => {
    const location = await session()
    const answer = sendRaw(berth.port, `${patch(location, 'Content-Length: 1000')}only this`)
    expect((await answer).status).toBe(408)
    const put = await dev.send('PUT', `${location}&digest=sha256:${'0'.repeat(64)}`, scopes)
    expect(put.status).toBeGreaterThanOrEqual(400)
  })

  test('longer than announced: the rest is no request that anybody answers', async () => {
    const smuggled = `GET /v2/secret/app/manifests/1 HTTP/1.1\r\nHost: x\r\n\r\n`
    const answer = await sendRaw(
      berth.port,
      `${patch(await session(), 'Content-Length: 4')}four${smuggled}`,
      {
        stop: /HTTP\/1\.1 202[\s\S]*HTTP\/1\.1 \d{3}/,
      },
    )
    // The second is a request of its own, on a connection that is still the client's: it needs its own credentials.
    expect(answer.text.match(/HTTP\/1\.1 (\d{3})/g)).toEqual(['HTTP/1.1 202', 'HTTP/1.1 401'])
  })

  test('that come slowly but steadily take as long as they take', async () => {
    const location = await session()
    const status = await new Promise<number>((resolve, reject) => {
      const out = request(new URL(location, berth.url), {
        method: 'PATCH',
        headers: { authorization: bearer },
      })
      out.on('response', (answer) => resolve(answer.resume().statusCode!)).on('error', reject)
      let sent = 0
      const timer = setInterval(() => {
        if (sent++ < 8) return void out.write('x')
        clearInterval(timer)
        out.end()
      }, 300)
    })
    expect(status).toBe(202)
  })

  test('of refused requests are not read: the answer comes without them, and the connection ends', async () => {
    const head = lines(
      'PUT /v2/secret/app/manifests/1 HTTP/1.1',
      'Host: x',
      `Authorization: ${bearer}`,
      'Content-Type: application/json',
      'Content-Length: 100000000',
    )
    const answer = await sendRaw(berth.port, `${head}${'x'.repeat(100_000)}`)
    expect(answer.status).toBe(401)
    expect(answer.text).toMatch(/connection: close/i)
  })

  test('are not asked for (100-continue) from those who may not send them', async () => {
    const ask = (repository: string) =>
      sendRaw(
        berth.port,
        lines(
          `PUT /v2/${repository}/manifests/x HTTP/1.1`,
          'Host: x',
          `Authorization: ${bearer}`,
          'Content-Type: application/json',
          'Content-Length: 2',
          'Expect: 100-continue',
        ),
        { stop: /HTTP\/1\.1 \d{3}/ },
      )
    expect((await ask('secret/app')).status).toBe(401)
    expect((await ask('team/app')).status).toBe(100)
  })
})
