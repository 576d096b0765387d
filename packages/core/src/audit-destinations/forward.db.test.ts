import { createHmac } from 'node:crypto'
import { createAuthority, type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { record, sealLines } from '../audit/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { getHealth } from '../health/index.ts'
import { forwardAuditLines } from './forward.ts'
import {
  createDestination,
  deleteDestination,
  getDestination,
  listDestinations,
  losingDestinations,
  neededFrom,
  testDestination,
  updateDestination,
} from './index.ts'
import { jsonOf, readToEnd, type SyslogReceiver, startHttp, startSyslog } from './receivers.fixture.ts'

let database: TestDatabase
let core: Core
let other: Core
let aheadMs = 0
const open = () =>
  createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 5,
    now: () => Date.now() + aheadMs,
  })

beforeAll(async () => {
  database = await testDatabase()
  core = open()
  other = open()
})
afterAll(async () => {
  await Promise.all([core.close(), other.close()])
  await database.drop()
})
const receivers: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const { id, configured } of await listDestinations(core, SYSTEM))
    if (!configured) await deleteDestination(core, SYSTEM, id)
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()))
})
const syslog = async (options?: Parameters<typeof startSyslog>[0]) => {
  const receiver = await startSyslog(options)
  receivers.push(receiver)
  return receiver
}

let written = 0
/** Lines that tell their own number, sealed. */
async function write(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 200)
    await core.db.transaction(async (tx) => {
      for (let n = 0; n < Math.min(left, 200); n++)
        await record(core, tx, {
          resourceType: 'label',
          action: 'create',
          actor: SYSTEM,
          resource: `line ${++written}`,
        })
    })
  while ((await sealLines(core))?.sealed) {}
}
const never = new AbortController().signal
/** Looks until nothing waits for the destination. */
const drained = (id: number, cores = [core]) =>
  vi.waitFor(
    async () => {
      aheadMs += 1_000
      await Promise.all(cores.map((each) => forwardAuditLines(each, never)))
      expect((await getDestination(core, SYSTEM, id)).backlog.lines).toBe(0)
    },
    { timeout: 30_000, interval: 20 },
  )
const numbers = (messages: string[]) =>
  messages
    .map(jsonOf)
    .flatMap(({ resource }) => /^line (\d+)$/.exec(resource ?? '')?.[1] ?? [])
    .map(Number)
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n)
const firstOfEach = (list: number[]) => [...new Set(list)]

it('lines go on in their order from the moment a destination is made, or from the first that there is', async () => {
  await write(3)
  const before = written
  const [now, all] = [await syslog(), await syslog()]
  const nowId = await createDestination(core, SYSTEM, { name: 'now', kind: 'syslog', address: now.address })
  const allId = await createDestination(core, SYSTEM, {
    name: 'all',
    kind: 'syslog',
    address: all.address,
    fromBeginning: true,
  })
  await write(600)
  await drained(nowId)
  await drained(allId)
  expect(numbers(now.messages)).toEqual(range(before + 1, written))
  expect(numbers(all.messages)).toEqual(range(1, written))
  expect(jsonOf(all.messages[0]!)).toMatchObject({
    position: 1,
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  expect(await getDestination(core, SYSTEM, nowId)).toMatchObject({ state: 'current', lost: 0, failures: 0 })
}, 60_000)

it('a receiver that was dead, that closes in the middle and that comes back gets everything, and each order is kept', async () => {
  let breaks = 3
  const first = await syslog()
  const { port, address } = first
  const id = await createDestination(core, SYSTEM, { name: 'a', kind: 'syslog', address })
  await first.close()
  const begin = written + 1
  await write(700)
  await vi.waitFor(async () => {
    aheadMs += 1_000
    await forwardAuditLines(core, never)
    expect(await getDestination(core, SYSTEM, id)).toMatchObject({ state: 'retrying' })
  })
  const { lastError, failures, dueAt } = await getDestination(core, SYSTEM, id)
  expect(lastError).toContain('ECONNREFUSED')
  expect(failures).toBeGreaterThan(0)
  expect(dueAt.getTime()).toBeGreaterThan(Date.now() + aheadMs - 5_000)
  // It takes a part and breaks off some times; a receiver counts what it has in full, so it gets some lines twice.
  const partly: number[] = []
  const back = await syslog({
    port,
    take(socket, self: SyslogReceiver) {
      if (breaks-- <= 0) return readToEnd(socket, self)
      socket.once('data', (chunk) => {
        partly.push(chunk.length)
        socket.destroy()
      })
    },
  })
  await drained(id)
  expect(partly.length).toBeGreaterThan(0)
  expect(numbers(back.messages)).toEqual(range(begin, written))
}, 60_000)

it('a dead receiver keeps no other waiting', async () => {
  // It takes connections and reads nothing.
  const stuck = await syslog({ take: (socket) => void socket.pause() })
  const good = await syslog()
  const ending = new AbortController()
  await createDestination(core, SYSTEM, { name: 'stuck', kind: 'syslog', address: stuck.address })
  const id = await createDestination(core, SYSTEM, { name: 'good', kind: 'syslog', address: good.address })
  const begin = written + 1
  await write(50)
  await vi.waitFor(
    async () => {
      await forwardAuditLines(core, ending.signal)
      expect((await getDestination(core, SYSTEM, id)).backlog.lines).toBe(0)
    },
    { timeout: 10_000, interval: 20 },
  )
  expect(numbers(good.messages)).toEqual(range(begin, written))
  ending.abort()
}, 30_000)

it('two nodes send nothing at the same time, and one that ends leaves the rest to the other', async () => {
  const receiver = await syslog()
  const id = await createDestination(core, SYSTEM, { name: 'a', kind: 'syslog', address: receiver.address })
  const begin = written + 1
  const ending = new AbortController()
  await write(1_100)
  const first = forwardAuditLines(other, ending.signal)
  ending.abort()
  await first
  await drained(id, [core, other])
  expect(firstOfEach(numbers(receiver.messages))).toEqual(range(begin, written))
  // Whatever came twice came again in its order, from a place that was not confirmed.
  const seen = numbers(receiver.messages)
  expect(seen.every((n, at) => at === 0 || n <= seen[at - 1]! + 1)).toBe(true)
}, 60_000)

it('HTTP gets arrays with a proof, less at a time when they are too large, and nothing twice that it confirmed', async () => {
  const secret = 'a-key-for-the-receiver'
  const taken: number[] = []
  let busy = true
  const receiver = await startHttp((response, body) => {
    const lines = JSON.parse(body)
    if (lines.length > 40) response.writeHead(413).end()
    else if (busy) {
      busy = false
      response.writeHead(503, { 'retry-after': '7' }).end('come back')
    } else {
      for (const { resource } of lines) {
        const number = /^line (\d+)$/.exec(resource ?? '')?.[1]
        if (number !== undefined) taken.push(Number(number))
      }
      response.writeHead(200).end()
    }
  })
  receivers.push(receiver)
  const input = { name: 'a', kind: 'http', address: receiver.url, auth: 'hmac', secret } as const
  const id = await createDestination(core, SYSTEM, input)
  const begin = written + 1
  await write(130)
  await drained(id)
  expect(taken).toEqual(range(begin, written))
  expect(await getDestination(core, SYSTEM, id)).toMatchObject({
    lastError: 'the receiver answered 503: come back',
    failures: 0,
  })
  const { headers, body } = receiver.requests.at(-1)!
  const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['berth-signature']))!
  expect(
    createHmac('sha256', secret).update(`${seconds}.${headers['berth-webhook-id']}.${body}`).digest('hex'),
  ).toBe(mac)
  expect(JSON.stringify(await database.db.query('SELECT * FROM audit_destinations'))).not.toContain(secret)
  expect(JSON.stringify(await database.db.query('SELECT * FROM audit_lines'))).not.toContain(secret)

  // The secret goes to nobody else unless it is given again.
  const elsewhere = { ...input, address: 'http://127.0.0.1:1/', secret: undefined }
  await expect(updateDestination(core, SYSTEM, id, elsewhere)).rejects.toThrow('give the secret again')
  const believed = { ...input, ca: createAuthority('Of somebody else').certificatePem, secret: undefined }
  await expect(updateDestination(core, SYSTEM, id, believed)).rejects.toThrow('give the secret again')
  await updateDestination(core, SYSTEM, id, { ...input, name: 'b', secret: undefined })
  // A new key signs beside the former one for a while, and not at another address.
  const proofs = async () => {
    await testDestination(core, SYSTEM, id)
    return String(receiver.requests.at(-1)!.headers['berth-signature']).split(',').length - 1
  }
  await updateDestination(core, SYSTEM, id, { ...input, secret: 'a new key'.replaceAll(' ', '-') })
  expect(await proofs()).toBe(2)
  await updateDestination(core, SYSTEM, id, { ...input, secret: 'one-more', overlapHours: 0 })
  expect(await proofs()).toBe(1)
  await updateDestination(core, SYSTEM, id, { ...input, auth: 'bearer', secret: 'other' })
  expect(await testDestination(core, SYSTEM, id)).toEqual({ ok: true, message: 'the receiver answered 200' })
  expect(receiver.requests.at(-1)!.headers.authorization).toBe('Bearer other')
  expect(JSON.parse(receiver.requests.at(-1)!.body)).toMatchObject([{ kind: 'test' }])
}, 60_000)

it('what waits is spared by a purge up to the limit; beyond it there is an alarm, and the receiver is told of the gap', async () => {
  await updateConfigurations(core, SYSTEM, { audit_log_spool_lines: 1_000, audit_log_spool_hours: 24 })
  const receiver = await syslog()
  const id = await createDestination(core, SYSTEM, {
    name: 'slow',
    kind: 'syslog',
    address: receiver.address,
  })
  const { position } = await getDestination(core, SYSTEM, id)
  expect(await neededFrom(core)).toBeUndefined()
  await write(20)
  const waiting = (await getDestination(core, SYSTEM, id)).backlog.lines
  expect(await neededFrom(core)).toBe(position + 1)
  expect(await losingDestinations(core)).toEqual([])
  aheadMs += 25 * 3_600_000
  expect(await neededFrom(core)).toBeUndefined()
  expect(await losingDestinations(core)).toEqual(['slow'])
  expect((await getHealth(core)).components).toContainEqual(
    expect.objectContaining({ name: 'audit-forwarding', status: 'unhealthy' }),
  )
  await database.db.query('DELETE FROM audit_lines WHERE position > ? AND position <= ?', [
    position + 5,
    position + 9,
  ])
  await drained(id)
  // Of what there was four are gone, and the gap is told in their place.
  expect(receiver.messages).toHaveLength(waiting - 4 + 1)
  expect(receiver.messages.map(jsonOf).filter(({ kind }) => kind === 'gap')).toMatchObject([
    { first_position: position + 6, last_position: position + 9 },
  ])
  expect(await getDestination(core, SYSTEM, id)).toMatchObject({ lost: 4, state: 'losing' })

  // Nothing at all is left of what waited.
  await write(5)
  await database.db.query('DELETE FROM audit_lines')
  await drained(id)
  expect(jsonOf(receiver.messages.at(-1)!)).toMatchObject({ kind: 'gap' })
}, 60_000)
