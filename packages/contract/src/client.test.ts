import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { ApiError, type Client, type ClientOptions, createClient } from './index.ts'

interface Seen {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: string
}

const closers: (() => void)[] = []

afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** A server on a free port that answers as told, and a client for it. */
async function start(
  answer: (seen: Seen, response: ServerResponse) => void,
  options: Partial<ClientOptions> = {},
): Promise<{ client: Client; requests: Seen[] }> {
  const requests: Seen[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const seen = { method: request.method!, url: request.url!, headers: request.headers, body }
    requests.push(seen)
    answer(seen, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2.0`
  return { client: createClient({ baseUrl, ...options }), requests }
}

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(JSON.stringify(body))
}

const ok = (_: Seen, response: ServerResponse) => json(response, 200, [])

describe('requests', () => {
  test('encode a repository name twice and other segments once', async () => {
    const { client, requests } = await start(ok)
    await client.call('getArtifact', {
      path: { project_name: 'p', repository_name: 'team/app', reference: 'sha256:ab' },
    })
    expect(requests[0]).toMatchObject({
      method: 'GET',
      url: '/api/v2.0/projects/p/repositories/team%252Fapp/artifacts/sha256%3Aab',
    })
  })

  test('carry only the query that was given', async () => {
    const { client, requests } = await start(ok)
    await client.call('listProjects', { query: { q: 'name=~a b', page: 2, public: false, owner: undefined } })
    expect(requests[0]!.url).toBe('/api/v2.0/projects?q=name%3D%7Ea+b&page=2&public=false')
  })

  test('carry headers of the client, of the call, and a JSON body', async () => {
    const { client, requests } = await start((_, response) => response.writeHead(201).end(), {
      headers: { authorization: 'Basic eA==' },
    })
    await client.call('createProject', {
      headers: { 'X-Resource-Name-In-Location': true, 'X-Request-Id': undefined },
      body: { project_name: 'p' },
    })
    expect(requests[0]).toMatchObject({
      method: 'POST',
      headers: {
        authorization: 'Basic eA==',
        'x-resource-name-in-location': 'true',
        'content-type': 'application/json',
      },
      body: '{"project_name":"p"}',
    })
    expect(requests[0]!.headers).not.toHaveProperty('x-request-id')
  })

  test('are not sent when a path segment is empty: the address would be another one', async () => {
    const { client, requests } = await start(ok)
    await expect(client.call('deleteProject', { path: { project_name_or_id: '' } })).rejects.toThrow(
      TypeError,
    )
    expect(requests).toEqual([])
  })

  test('end when they are aborted', async () => {
    const controller = new AbortController()
    const { client } = await start(() => controller.abort())
    await expect(client.call('getPing', { signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    })
  })
})

describe('replies', () => {
  test('tell the total, the next page and the request id', async () => {
    const { client } = await start((_, response) =>
      json(response, 200, [{ name: 'p' }], {
        'X-Total-Count': '25',
        Link: '</api/v2.0/projects?page=1&page_size=10>; rel="prev" , </api/v2.0/projects?page=3&page_size=10>; rel="next"',
        'X-Request-Id': 'r1',
      }),
    )
    const reply = await client.call('listProjects', { query: { page: 2 } })
    expect(reply).toMatchObject({
      status: 200,
      data: [{ name: 'p' }],
      total: 25,
      next: '/api/v2.0/projects?page=3&page_size=10',
      requestId: 'r1',
    })
  })

  test('on the last page have no next one, and without the headers no total', async () => {
    const { client } = await start((_, response) =>
      json(response, 200, [], { Link: '</x?page=1>; rel="prev"' }),
    )
    expect(await client.call('listProjects')).toMatchObject({ next: undefined, total: undefined })
  })

  test('may be empty, plain text, or text on demand', async () => {
    const document = '{ "size": 12345678901234567890 }'
    const { client } = await start((seen, response) => {
      if (seen.method === 'HEAD') return response.writeHead(200).end()
      if (seen.url.endsWith('/ping'))
        return response.writeHead(200, { 'content-type': 'text/plain' }).end('Pong')
      return response
        .writeHead(200, { 'content-type': 'application/vnd.oci.image.index.v1+json' })
        .end(document)
    })
    expect((await client.call('headProject', { query: { project_name: 'p' } })).data).toBeUndefined()
    expect((await client.call('getPing')).data).toBe('Pong')
    const path = { project_name: 'p', repository_name: 'r', reference: 'v', addition: 'manifest' } as const
    expect((await client.call('getAddition', { path })).data).toEqual(JSON.parse(document))
    expect((await client.call('getAddition', { path, as: 'text' })).data).toBe(document)
  })
})

describe('errors', () => {
  test('carry status, codes, messages and the request id', async () => {
    const errors = [{ code: 'NOT_FOUND', message: 'project p not found' }]
    const { client } = await start((_, response) => json(response, 404, { errors }, { 'X-Request-Id': 'r2' }))
    const error = await client
      .call('getProject', { path: { project_name_or_id: 'p' } })
      .catch((caught) => caught)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: 404, errors, requestId: 'r2', message: 'project p not found' })
  })

  test.each([
    ['text/html', '<h1>502</h1>'],
    ['application/json', '{"half'],
    ['application/json', '{"errors":[]}'],
    ['application/json', 'null'],
  ])('of a proxy in between (%s %s) are errors too', async (type, body) => {
    const { client } = await start((_, response) =>
      response.writeHead(502, { 'content-type': type }).end(body),
    )
    await expect(client.call('getHealth')).rejects.toMatchObject({
      status: 502,
      errors: [{ code: 'UNKNOWN', message: 'HTTP 502' }],
    })
  })
})

describe('the CSRF token', () => {
  const tag = { path: { project_name: 'p', repository_name: 'r', reference: 'v' }, body: { name: 't' } }

  test('is the latest that came, and goes only with calls that change something', async () => {
    let count = 0
    const { client, requests } = await start((_, response) =>
      json(response, 200, [], { 'X-Harbor-CSRF-Token': `t${++count}` }),
    )
    await client.call('listProjects')
    await client.call('listProjects')
    await client.call('createTag', tag)
    expect(requests.map(({ headers }) => headers['x-harbor-csrf-token'])).toEqual([
      undefined,
      undefined,
      't2',
    ])
  })

  test('outlives an answer that carries none', async () => {
    const { client, requests } = await start((seen, response) =>
      json(response, 200, [], seen.url.endsWith('/users') ? { 'X-Harbor-CSRF-Token': 'kept' } : {}),
    )
    await client.call('listUsers')
    await client.call('getHealth')
    await client.call('createTag', tag)
    expect(requests[2]!.headers['x-harbor-csrf-token']).toBe('kept')
  })

  test('that came with a refusal is tried once, with the same body', async () => {
    const { client, requests } = await start((seen, response) => {
      const accepted = seen.headers['x-harbor-csrf-token'] === 'good'
      const errors = [{ code: 'FORBIDDEN', message: 'CSRF' }]
      json(response, accepted ? 201 : 403, accepted ? undefined : { errors }, {
        'X-Harbor-CSRF-Token': 'good',
      })
    })
    expect(await client.call('createTag', tag)).toMatchObject({ status: 201 })
    expect(requests.map(({ body }) => body)).toEqual(['{"name":"t"}', '{"name":"t"}'])
  })

  test('does not lead to a second try when it was right and the right is missing', async () => {
    const { client, requests } = await start((seen, response) =>
      json(response, seen.method === 'GET' ? 200 : 403, {}, { 'X-Harbor-CSRF-Token': 'same' }),
    )
    await client.call('listProjects')
    await expect(client.call('createTag', tag)).rejects.toMatchObject({ status: 403 })
    expect(requests).toHaveLength(2)
  })
})
