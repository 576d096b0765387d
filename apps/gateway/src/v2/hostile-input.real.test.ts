import { generateKeyPairSync, sign } from 'node:crypto'
import { digestOf } from '@berth/registry-client'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PASSWORD, startBerth, type TestBerth } from '../../test/berth.ts'
import { codeOf, ociIndex, ociManifest, TestClient } from '../../test/client.ts'
import { sendRaw } from '../../test/raw.ts'
import { header, method, target, value } from '../../test/strange.ts'

// Over the wire: whatever comes is answered, with no 5xx, no right given away and nothing left behind.
let berth: TestBerth
let dev: TestClient
let bearer: string
let secret: string
beforeAll(async () => {
  berth = await startBerth({ idleTimeoutMs: 1_000 })
  for (const name of ['dev', 'keeper']) await berth.addUser(name)
  await berth.addProject('team', { members: { dev: 'maintainer' } })
  await berth.addProject('secret', { members: { keeper: 'maintainer' } })
  dev = new TestClient(berth, 'dev')
  await dev.pushImage('team/app', '1', 'team')
  secret = (await new TestClient(berth, 'keeper').pushImage('secret/app', '1', 'only for keeper')).bytes
  await dev.pushImage('team/fuzz', '1', 'team')
  const scopes = ['team/app', 'team/fuzz'].map((name) => `repository:${name}:pull,push,delete`)
  bearer = `Bearer ${await dev.token(...scopes)}`
})
afterAll(async () => {
  // Nothing that was sent made the gateway fail in a way that nobody foresaw.
  expect(berth.logged.filter((line) => line.startsWith('error request failed'))).toEqual([])
  for (const hidden of [PASSWORD, bearer.slice(-40)]) expect(berth.logged.join()).not.toContain(hidden)
  await berth.close()
})

const lines = (...parts: string[]) => Buffer.from(`${parts.join('\r\n')}\r\n\r\n`, 'latin1')

describe('requests of any form', () => {
  test('are answered below 500, and show nothing of others', async () => {
    const request = fc.tuple(
      method,
      target,
      fc.array(fc.tuple(header, value), { maxLength: 3 }),
      fc.stringMatching(/^[ -~]{0,30}$/),
    )
    await fc.assert(
      fc.asyncProperty(request, async ([verb, path, headers, body]) => {
        const head = lines(
          `${verb} ${path} HTTP/1.1`,
          'Host: x',
          'Connection: close',
          `Authorization: ${bearer}`,
          `Content-Length: ${body.length}`,
          ...headers.map((pair) => pair.join(': ')),
        )
        const { status, text } = await sendRaw(berth.port, Buffer.concat([head, Buffer.from(body)]))
        expect(status).toBeGreaterThanOrEqual(200)
        expect(status).toBeLessThan(500)
        expect(text).not.toContain('only for keeper')
      }),
      { numRuns: 250 },
    )
  })

  test('for ranges that a blob does not have are answered 416, and told its length', async () => {
    const blob = `/v2/team/fuzz/blobs/${digestOf('layer of team')}`
    for (const range of [
      'bytes=500-600',
      'bytes=5-2',
      'bytes=x',
      '9'.repeat(40),
      'bytes=9223372036854775808-',
    ]) {
      const answer = await dev.send('GET', blob, ['repository:team/fuzz:pull'], { headers: { range } })
      expect([range, answer.status, await codeOf(answer)]).toEqual([range, 416, 'RANGE_INVALID'])
      if (range === 'bytes=500-600') expect(answer.headers.get('content-range')).toBe('bytes */13')
    }
  })

  test('credentials of any form are anonymous at most', async () => {
    const authorization = fc.oneof(
      fc.stringMatching(/^[ -~\x80-\xff]{0,60}$/),
      fc.stringMatching(/^[A-Za-z0-9._-]{0,80}$/).map((token) => `Bearer ${token}`),
      fc
        .nat(bearer.length - 8)
        .map((at) => bearer.slice(0, at + 7) + (bearer[at + 7] === 'A' ? 'B' : 'A') + bearer.slice(at + 8)),
    )
    await fc.assert(
      fc.asyncProperty(authorization, async (given) => {
        const { status } = await sendRaw(
          berth.port,
          lines(
            'GET /v2/team/fuzz/manifests/1 HTTP/1.1',
            'Host: x',
            'Connection: close',
            `Authorization: ${given}`,
          ),
        )
        expect([400, 401]).toContain(status)
      }),
      { numRuns: 60 },
    )
  })
})

describe('forged tokens', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const parts = () => bearer.slice('Bearer '.length).split('.')
  const decode = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString())
  const forge = (header: object) => {
    const [head, body] = parts()
    const signed = `${encode({ ...decode(head!), ...header })}.${body}`
    const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    return `${signed}.${signature.toString('base64url')}`
  }
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' })

  test.each([
    ['alg none', () => `${encode({ typ: 'JWT', alg: 'none' })}.${parts()[1]}.`],
    ['no signature', () => parts().slice(0, 2).join('.')],
    ['its own key inside (CVE-2025-24976)', () => forge({ jwk })],
    ['its own key and a key id of ours', () => forge({ jwk, x5c: undefined })],
    ['an unknown key', () => forge({ kid: 'AAAA:BBBB', x5c: undefined, jwk: undefined })],
    [
      'more access than was signed',
      () =>
        [
          parts()[0],
          encode({
            ...decode(parts()[1]!),
            access: [{ type: 'repository', name: 'secret/app', actions: ['pull'] }],
          }),
          parts()[2],
        ].join('.'),
    ],
    [
      'another time than was signed',
      () => [parts()[0], encode({ ...decode(parts()[1]!), exp: 2 ** 40 }), parts()[2]].join('.'),
    ],
  ])('%s opens nothing', async (_, token) => {
    for (const name of ['team/app', 'secret/app']) {
      const headers = { authorization: `Bearer ${token()}` }
      const answer = await fetch(`${berth.url}/v2/${name}/manifests/1`, { headers })
      expect([answer.status, await codeOf(answer)]).toEqual([401, 'UNAUTHORIZED'])
    }
  })
})

describe('manifests', () => {
  const put = (body: string | Buffer, type = ociManifest, reference = 'x') =>
    dev.pushManifest('team/app', reference, body as string, type)
  const tagged = async () => {
    const answer = await dev.send('GET', '/v2/team/app/tags/list', ['repository:team/app:pull'])
    return ((await answer.json()) as { tags: string[] }).tags
  }

  test('of any shape are refused with 400, and none gets a tag', async () => {
    const layer = {
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest: digestOf('layer of team'),
      size: 13,
    }
    const some = fc.oneof(
      fc.json().map((text) => JSON.parse(text) as unknown),
      fc.constant(layer),
      fc.constant([layer]),
    )
    const body = fc.record(
      {
        schemaVersion: fc.constantFrom(1, 2),
        mediaType: fc.constantFrom(ociManifest, ociIndex),
        config: some,
        layers: some,
        manifests: some,
        subject: some,
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom(ociManifest, ociIndex, 'a/b'), async (given, type) => {
        // A whole manifest would be taken: these lack one thing or have one too many.
        const answer = await put(
          JSON.stringify({ ...given, layers: given.layers ?? null, manifests: given.manifests ?? null }),
          type,
        )
        expect(answer.status).toBe(400)
      }),
      { numRuns: 60 },
    )
    expect(await tagged()).toEqual(['1'])
  })

  const image = JSON.parse as (text: string) => Record<string, unknown>
  const existing = async () =>
    image(await (await dev.send('GET', '/v2/team/app/manifests/1', ['repository:team/app:pull'])).text())

  test('of exactly 4 MiB are taken; one byte more is 413, with a length or without', async () => {
    const base = await existing()
    const limit = 4 * 1024 * 1024
    const filled = (size: number) => {
      const empty = JSON.stringify({ ...base, annotations: { fill: '' } })
      return JSON.stringify({ ...base, annotations: { fill: 'x'.repeat(size - empty.length) } })
    }
    expect((await put(filled(limit), ociManifest, 'large')).status).toBe(201)
    const larger = filled(limit + 1)
    const announced = await put(larger)
    const streamed = await dev.send('PUT', '/v2/team/app/manifests/x', ['repository:team/app:pull,push'], {
      body: new Blob([larger]).stream(),
      duplex: 'half',
      headers: { 'content-type': ociManifest },
    })
    for (const answer of [announced, streamed])
      expect([answer.status, await codeOf(answer)]).toEqual([413, 'SIZE_INVALID'])
    expect(await tagged()).toEqual(['1', 'large'])
  })

  const line = (digest: string) => ({ mediaType: ociManifest, digest, size: 2 })
  const over = (manifests: unknown[]) => JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests })

  test('indexes of thousands that do not exist cost one question', async () => {
    const many = Array.from({ length: 20_000 }, (_, n) => line(digestOf(`nobody ${n}`)))
    const answer = await put(over(many), ociIndex)
    expect([answer.status, await codeOf(answer)]).toEqual([400, 'MANIFEST_BLOB_UNKNOWN'])
  })

  test('indexes may be deep, and may name one child many times', async () => {
    const { bytes } = await dev.pushImage('team/app', 'leaf', 'leaf')
    let inner = over(Array.from({ length: 1_000 }, () => ({ ...line(digestOf(bytes)), size: bytes.length })))
    for (let depth = 0; depth < 12; depth++) {
      expect((await put(inner, ociIndex, `depth${depth}`)).status).toBe(201)
      inner = over([{ mediaType: ociIndex, digest: digestOf(inner), size: inner.length }])
    }
    // An index cannot name itself: its digest would have to be known first. One that names another repository's can not either.
    const foreign = await put(over([{ ...line(digestOf(secret)), size: secret.length }]), ociIndex)
    expect([foreign.status, await codeOf(foreign)]).toEqual([400, 'MANIFEST_BLOB_UNKNOWN'])
  })

  test('that are nested a hundred thousand levels deep are refused like others', async () => {
    const depth = 100_000
    const base = JSON.stringify(await existing()).slice(0, -1)
    const answers = await Promise.all([
      put('['.repeat(depth) + ']'.repeat(depth)),
      put(`${base},"annotations":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`),
    ])
    expect(answers.map(({ status }) => status)).toEqual([400, 400])
  })

  test('whose keys another reader folds into fields are refused', async () => {
    const base = await existing()
    const [layer] = base.layers as Record<string, unknown>[]
    for (const body of [
      { ...base, Layers: [] },
      { ...base, layers: [{ ...layer, Digest: digestOf('other') }] },
      { ...base, layers: [{ ...layer, ſize: 1 }] },
    ])
      expect((await put(JSON.stringify(body))).status).toBe(400)
  })

  test('with a key written twice are read as the registry behind reads them', async () => {
    const base = JSON.stringify(await existing())
    const other = `"layers":[{"mediaType":"a/b","digest":"${digestOf('nobody')}","size":1}]`
    // The last one counts for both: a layer that nobody has is missed in the last place only.
    expect((await put(base.replace('{', `{${other},`), ociManifest, 'first')).status).toBe(201)
    expect((await put(base.replace(/\}$/, `,${other}}`), ociManifest, 'last')).status).toBe(400)
  })
})

describe('bodies of manifests', () => {
  const head = (...headers: string[]) =>
    lines(
      'PUT /v2/team/app/manifests/body HTTP/1.1',
      'Host: x',
      `Authorization: ${bearer}`,
      `Content-Type: ${ociManifest}`,
      ...headers,
    )

  test.each([
    ['that stall', 'Content-Length: 1000', '{"schemaVersion":2'],
    ['that never begin', 'Content-Length: 1000', ''],
    ['that stall between chunks', 'Transfer-Encoding: chunked', '3\r\n{"a\r\n'],
  ])('%s are given up', async (_, header, body) => {
    const answer = await sendRaw(berth.port, Buffer.concat([head(header), Buffer.from(body)]))
    expect(answer.status).toBe(408)
  })

  test('that are shorter or longer than announced are not taken for what they began as', async () => {
    const whole = JSON.stringify({ schemaVersion: 2, mediaType: ociManifest, config: {}, layers: [] })
    const short = await sendRaw(
      berth.port,
      Buffer.concat([head('Content-Length: 5', 'Connection: close'), Buffer.from(whole)]),
    )
    expect(short.status).toBe(400)
    const broken = await sendRaw(
      berth.port,
      Buffer.concat([head('Transfer-Encoding: chunked'), Buffer.from('zz\r\n')]),
    )
    expect(broken.status).toBe(400)
  })
})
