import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { digestOf } from '@berth/registry-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBerth, type TestBerth } from '../../test/berth.ts'
import { codeOf, TestClient } from '../../test/client.ts'

let berth: TestBerth
let dev: TestClient
beforeAll(async () => {
  berth = await startBerth()
  await berth.addUser('dev')
  await berth.addProject('team', { members: { dev: 'developer' } })
  dev = new TestClient(berth, 'dev')
})
afterAll(() => berth.close())

const push = ['repository:team/app:pull,push']
const pull = ['repository:team/app:pull']

test('killed in the middle of an upload: a clear error, and the retry leaves nothing lost or doubled', async () => {
  const blob = randomBytes(4 * 1024 * 1024)
  const start = await dev.send('POST', '/v2/team/app/blobs/uploads/', push)
  const location = new URL(start.headers.get('location')!, berth.url)
  const authorization = `Bearer ${await dev.token(...push)}`
  const answer = await new Promise<{ status: number; text: string; retryAfter: string | undefined }>(
    (resolve, reject) => {
      const out = request(location, { method: 'PATCH', headers: { authorization } }, (got) => {
        let text = ''
        got.on('data', (chunk) => (text += chunk))
        got.on('end', () =>
          resolve({ status: got.statusCode!, text, retryAfter: got.headers['retry-after'] }),
        )
      })
      out.on('error', reject)
      out.write(
        blob.subarray(0, 1024 * 1024),
        () => void berth.registry.kill().then(() => out.write(blob.subarray(1024 * 1024))),
      )
    },
  )
  expect([answer.status, answer.retryAfter]).toEqual([503, '5'])
  expect(JSON.parse(answer.text).errors[0].code).toBe('UNAVAILABLE')

  const down = await dev.send('GET', `/v2/team/app/blobs/${digestOf(blob)}`, pull)
  expect([down.status, await codeOf(down)]).toEqual([503, 'UNAVAILABLE'])
  expect((await dev.send('GET', '/v2/', pull)).status).toBe(200)

  await berth.registry.restart()
  await dev.pushBlob('team/app', blob)
  const first = await dev.pushImage('team/app', '1', 'after the outage')
  const second = await dev.pushImage('team/app', '1', 'after the outage')
  expect([first.answer.status, second.answer.status]).toEqual([201, 201])
  const got = await dev.send('GET', `/v2/team/app/blobs/${digestOf(blob)}`, pull)
  expect(digestOf(Buffer.from(await got.arrayBuffer()))).toBe(digestOf(blob))
  const { prisma } = berth.database.db
  expect(await prisma.artifact.count({ where: { digest: digestOf(first.bytes) } })).toBe(1)
  expect(await prisma.tag.count()).toBe(1)
})

test('a manifest that was pulled once is answered while the registry is away', async () => {
  const { bytes } = await dev.pushImage('team/app', 'kept', 'kept')
  await berth.registry.kill()
  const got = await dev.send('GET', '/v2/team/app/manifests/kept', pull)
  expect(await got.text()).toBe(bytes)
  const refused = await dev.pushManifest('team/app', 'kept2', bytes)
  expect([refused.status, await codeOf(refused)]).toEqual([503, 'UNAVAILABLE'])
  await berth.registry.restart()
  expect((await dev.pushManifest('team/app', 'kept2', bytes)).status).toBe(201)
})

test('stopped in the middle of a blob: the client sees a broken answer, not a short one', async () => {
  const blob = randomBytes(64 * 1024 * 1024)
  const digest = await dev.pushBlob('team/app', blob)
  const authorization = `Bearer ${await dev.token(...pull)}`
  const outcome = await new Promise<string>((resolve) => {
    request(new URL(`/v2/team/app/blobs/${digest}`, berth.url), { headers: { authorization } }, (got) => {
      got.once('data', () => {
        got.pause()
        void berth.registry.kill().then(() => got.resume())
      })
      got.on('end', () => resolve('complete'))
      got.on('error', () => resolve('broken'))
    }).end()
  })
  expect(outcome).toBe('broken')
  await berth.registry.restart()
})
