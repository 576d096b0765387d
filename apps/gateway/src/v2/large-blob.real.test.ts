import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBerth, type TestBerth } from '../../test/berth.ts'
import { TestClient } from '../../test/client.ts'
import { type GatewayProcess, startGatewayProcess } from '../../test/gateway-process.ts'

const MIB = 1024 * 1024
// The journey of a whole Berth (e2e/survival.spec.ts) does the same with 1 GiB.
const SIZE_MIB = 256
const chunk = Buffer.alloc(MIB, 'berth')

let berth: TestBerth
let gateway: GatewayProcess
beforeAll(async () => {
  berth = await startBerth()
  gateway = await startGatewayProcess(berth)
  await berth.addUser('dev')
  await berth.addProject('team', { members: { dev: 'developer' } })
})
afterAll(async () => {
  await gateway.stop()
  await berth.close()
})

test('a layer of 256 MiB goes up and comes down while the gateway grows by less than 64 MiB', async () => {
  const authorization = `Bearer ${await new TestClient(berth, 'dev').token('repository:team/big:pull,push')}`
  const send = (method: string, path: string) =>
    request(new URL(path, gateway.url), { method, headers: { authorization } })
  const answerTo = async (out: ReturnType<typeof send>) => (await once(out, 'response'))[0] as IncomingMessage
  // What every first request costs (code, connections, pools) is not the blob's.
  const start = await answerTo(send('POST', '/v2/team/big/blobs/uploads/').end())
  start.resume()
  const before = await gateway.memory()

  const upload = send('PATCH', start.headers.location!)
  const hash = createHash('sha256')
  const uploaded = answerTo(upload)
  for (let sent = 0; sent < SIZE_MIB; sent++) {
    hash.update(chunk)
    if (!upload.write(chunk)) await once(upload, 'drain')
  }
  upload.end()
  const accepted = await uploaded
  accepted.resume()
  expect(accepted.statusCode).toBe(202)
  const digest = `sha256:${hash.digest('hex')}`
  const end = await answerTo(send('PUT', `${accepted.headers.location}&digest=${digest}`).end())
  end.resume()
  expect(end.statusCode).toBe(201)
  const afterPush = await gateway.memory()

  const got = await answerTo(send('GET', `/v2/team/big/blobs/${digest}`).end())
  const seen = createHash('sha256')
  for await (const part of got) seen.update(part as Buffer)
  expect(`sha256:${seen.digest('hex')}`).toBe(digest)
  const afterPull = await gateway.memory()
  const grownMib = [afterPush, afterPull].map(({ peakBytes }) =>
    Math.round((peakBytes - before.residentBytes) / MIB),
  )
  expect(Math.max(...grownMib), `grew by ${grownMib} MiB`).toBeLessThan(64)
}, 60_000)

test('SIGTERM lets what is under way end, counts what was pulled, and exits cleanly', async () => {
  const dev = new TestClient(berth, 'dev')
  await dev.pushImage('team/last', '1', 'last')
  const second = await startGatewayProcess(berth)
  const authorization = `Bearer ${await dev.token('repository:team/last:pull,push')}`
  const pulled = await fetch(`${second.url}/v2/team/last/manifests/1`, { headers: { authorization } })
  await pulled.text()
  const start = await fetch(`${second.url}/v2/team/last/blobs/uploads/`, {
    method: 'POST',
    headers: { authorization },
  })
  const location = new URL(start.headers.get('location')!, second.url)
  const upload = request(location, { method: 'PATCH', headers: { authorization } })
  const answer = once(upload, 'response')
  await new Promise<void>((resolve) => upload.write('begun', () => resolve()))
  // The gateway has the head of the request before it is told to stop.
  await fetch(`${second.url}/v2/`, { headers: { authorization } })
  process.kill(second.pid, 'SIGTERM')
  upload.end(' and ended')
  const [accepted] = (await answer) as [IncomingMessage]
  accepted.resume()
  expect([accepted.statusCode, accepted.headers.range]).toEqual([202, '0-14'])
  expect(await second.exited).toMatchObject({ code: 0 })
  const tag = await berth.database.db.prisma.tag.findFirstOrThrow({ include: { artifact: true } })
  expect(tag.artifact.pullCount).toBe(1)
})
