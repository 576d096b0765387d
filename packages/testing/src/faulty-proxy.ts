import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** What goes wrong; the number is the share of requests that it hits, from 0 to 1. */
export interface FaultRates {
  /** The connection ends before the request is passed on. */
  drop?: number
  /** The request is done, and its answer lost. */
  loseAnswer?: number
  /** The answer comes late. */
  delay?: number
  /** The answer's body breaks off in the middle. */
  truncate?: number
  /** The answer's body is shorter, and says so: nothing but its digest tells. */
  shorten?: number
  /** One bit of a body is another, of the answer's or, where a body is sent, of the request's. */
  corrupt?: number
  /** 429 with a Retry-After. */
  limit?: number
  /** 500 or 503. */
  fail?: number
}

export interface FaultyProxy {
  url: string
  /** How often each fault happened. */
  faults: Record<keyof FaultRates, number>
  requests(): number
  close(): Promise<void>
}

export interface FaultyProxyOptions {
  target: string
  seed: number
  rates: FaultRates
  maxDelayMs?: number
}

const kinds = ['drop', 'loseAnswer', 'delay', 'truncate', 'shorten', 'corrupt', 'limit', 'fail'] as const

/** For tests: an HTTP proxy before a registry that spoils requests at random; the same seed makes the same choices. */
export async function startFaultyProxy(options: FaultyProxyOptions): Promise<FaultyProxy> {
  const random = generator(options.seed)
  const faults = Object.fromEntries(kinds.map((kind) => [kind, 0])) as FaultyProxy['faults']
  let requests = 0
  const server = createServer((asked, answer) => {
    requests++
    const fault = choose(options.rates, random())
    const chance = random()
    if (fault) faults[fault]++
    pass(options, asked, answer, fault, chance).catch(() => answer.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Numbers from 0 to 1, by mulberry32. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function choose(rates: FaultRates, chance: number): keyof FaultRates | undefined {
  let sum = 0
  return kinds.find((kind) => {
    sum += rates[kind] ?? 0
    return chance < sum
  })
}

async function pass(
  { target, maxDelayMs = 20 }: FaultyProxyOptions,
  asked: IncomingMessage,
  answer: ServerResponse,
  fault: keyof FaultRates | undefined,
  chance: number,
): Promise<void> {
  if (fault === 'drop') return void asked.socket.destroy()
  if (fault === 'limit' || fault === 'fail') {
    asked.resume()
    const status = fault === 'limit' ? 429 : chance < 0.5 ? 500 : 503
    answer.writeHead(status, fault === 'limit' ? { 'retry-after': '0' } : {}).end()
    return
  }
  if (fault === 'delay') await delay(chance * maxDelayMs)
  const sent = await bodyOf(asked)
  const spoilsRequest = fault === 'corrupt' && sent.length > 0
  const { status, headers, body } = await ask(target, asked, spoilsRequest ? spoilt(sent, chance) : sent)
  if (fault === 'loseAnswer') return void asked.socket.destroy()
  const cutAt = Math.floor(body.length * chance)
  const given =
    fault === 'corrupt' && !spoilsRequest
      ? spoilt(body, chance)
      : fault === 'shorten'
        ? body.subarray(0, cutAt)
        : body
  const told =
    asked.method === 'HEAD' || body.length === 0 ? headers : { ...headers, 'content-length': given.length }
  answer.writeHead(status, told)
  if (fault !== 'truncate' || body.length === 0) return void answer.end(given)
  answer.write(body.subarray(0, cutAt), () => answer.socket?.destroy())
}

interface Answered {
  status: number
  headers: IncomingMessage['headers']
  body: Buffer
}

function ask(target: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>()
  const { host: _, connection: __, 'transfer-encoding': ___, ...rest } = headers
  const out = request(new URL(url ?? '/', target), {
    method,
    headers: { ...rest, 'content-length': body.length },
  })
  out.on('error', reject)
  out.on('response', (answer) => {
    const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...kept } = answer.headers
    bodyOf(answer).then(
      (bytes) => resolve({ status: answer.statusCode ?? 502, headers: kept, body: bytes }),
      reject,
    )
  })
  out.end(body)
  return promise
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function spoilt(bytes: Buffer, chance: number): Buffer {
  const copy = Buffer.from(bytes)
  if (copy.length > 0) copy[Math.floor(copy.length * chance)]! ^= 1
  return copy
}
