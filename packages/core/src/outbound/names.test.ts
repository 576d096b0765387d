import { createSocket, type Socket } from 'node:dgram'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { lookUp } from './names.ts'

/** A name server that keeps silent about whatever begins with `silent`, and knows everything else but `unknown`. */
let server: Socket
let servers: string[]
const asked: string[] = []

const HEADER_BYTES = 12
function nameIn(question: Buffer): { name: string; end: number } {
  const labels: string[] = []
  let at = HEADER_BYTES
  for (let length = question[at]!; length > 0; length = question[at]!) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  return { name: labels.join('.'), end: at + 1 + 4 }
}

/** RFC 1035 section 4: the question comes back with one address, or as a name that is not there. */
function answerTo(question: Buffer, end: number, isKnown: boolean): Buffer {
  const isV6 = question.readUInt16BE(end - 4) === 28
  const address = isV6 ? Buffer.alloc(16, 0x20) : Buffer.from([203, 0, 113, 7])
  const head = Buffer.from(question.subarray(0, end))
  head.writeUInt16BE(isKnown ? 0x8180 : 0x8183, 2)
  head.writeUInt16BE(isKnown ? 1 : 0, 6)
  head.writeUInt32BE(0, 8)
  const record = Buffer.from([0xc0, HEADER_BYTES, 0, isV6 ? 28 : 1, 0, 1, 0, 0, 0, 60, 0, address.length])
  return isKnown ? Buffer.concat([head, record, address]) : head
}

beforeAll(async () => {
  server = createSocket('udp4')
  server.on('message', (question, from) => {
    const { name, end } = nameIn(question)
    asked.push(name)
    if (!name.startsWith('silent'))
      server.send(answerTo(question, end, !name.startsWith('unknown')), from.port, from.address)
  })
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve))
  servers = [`127.0.0.1:${(server.address() as AddressInfo).port}`]
})
afterAll(() => server.close())

const patient = AbortSignal.timeout(30_000)

it('gives every address that the name servers know', async () => {
  expect(await lookUp('one.example.com', { signal: patient, servers })).toEqual([
    { address: '203.0.113.7', family: 4 },
    { address: '2020:2020:2020:2020:2020:2020:2020:2020', family: 6 },
  ])
})

it('is not held up by names of which nobody answers, and neither are files', async () => {
  const over = new AbortController()
  const many = Array.from({ length: 50 }, (_, n) =>
    lookUp(`silent${n}.example.com`, { signal: over.signal, servers }),
  )
  const results = Promise.allSettled(many)
  let ended = false
  void results.then(() => {
    ended = true
  })
  expect(await lookUp('good.example.com', { signal: patient, servers })).toHaveLength(2)
  await readFile(import.meta.filename)
  expect(ended).toBe(false)
  over.abort(new Error('over'))
  for (const result of await results) expect(result).toMatchObject({ status: 'rejected' })
})

it('ends by itself when nobody answers', async () => {
  const how = { signal: patient, servers, timeoutMs: 50 }
  await expect(lookUp('silent.example.com', how)).rejects.toMatchObject({ code: 'ETIMEOUT' })
})

it('leaves to the system what no name server knows, what the hosts file names and what administrators trust', async () => {
  await expect(lookUp('unknown.invalid', { signal: patient, servers })).rejects.toThrow()
  expect(asked).toContain('unknown.invalid')
  const before = asked.length
  expect((await lookUp('localhost', { signal: patient, servers })).length).toBeGreaterThan(0)
  await lookUp('trusted.invalid', { trusted: true, signal: patient, servers }).catch(() => {})
  expect(asked).toHaveLength(before)
}, 90_000)
