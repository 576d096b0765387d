import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** What goes wrong; the number is the share of the requests of a method that it hits, from 0 to 1. */
export interface FaultRates {
  /** The connection ends before the request is passed on. */
  drop?: number
  /** The request's body breaks off in the middle, for the target too. */
  breakRequest?: number
  /** One bit of the request's body is another. */
  corruptRequest?: number
  /** The request is done, and its answer lost. */
  loseAnswer?: number
  /** The answer comes late. */
  delay?: number
  /** The answer's body breaks off in the middle. */
  truncate?: number
  /** The answer's body is shorter, and says so: nothing but its digest tells. */
  shorten?: number
  /** One bit of the answer's body is another. */
  corrupt?: number
  /** 429 with a Retry-After. */
  limit?: number
  /** 500 or 503. */
  fail?: number
}
export type FaultKind = keyof FaultRates

/** What the target did, whether or not whoever asked heard of it. */
export interface Answered {
  method: string
  /** Path with query. */
  url: string
  status: number
  headers: IncomingMessage['headers']
}

export interface FaultyProxy {
  url: string
  /** How often each fault happened, by method: `faults.drop.PUT`. */
  faults: Record<FaultKind, Record<string, number>>
  close(): Promise<void>
}

export interface FaultyProxyOptions {
  target: string
  seed: number
  rates: FaultRates
  /** Instead of `rates`, for requests of a method. */
  ratesOf?: Record<string, FaultRates>
  maxDelayMs?: number
  onAnswer?: (answered: Answered) => void
}

const ofRequests = ['breakRequest', 'corruptRequest'] as const
const ofAnswers = ['truncate', 'shorten', 'corrupt'] as const
const anywhere = ['drop', 'loseAnswer', 'delay', 'limit', 'fail'] as const
const kinds: readonly FaultKind[] = [...anywhere, ...ofRequests, ...ofAnswers]

/**
 * For tests: an HTTP proxy before a registry that spoils requests at random. The faults of each method are dealt from a
 * shuffled deck, so that of so many requests a known number is hit whatever the order they come in; the same seed shuffles
 * alike.
 */
export async function startFaultyProxy(options: FaultyProxyOptions): Promise<FaultyProxy> {
  const random = generator(options.seed)
  const faults = Object.fromEntries(kinds.map((kind) => [kind, {}])) as FaultyProxy['faults']
  const decks = new Map<string, Deck>()
  const deckOf = (method: string) => {
    const deck = decks.get(method) ?? new Deck(options.ratesOf?.[method] ?? options.rates, random)
    decks.set(method, deck)
    return deck
  }
  const server = createServer((asked, answer) => {
    const { method = 'GET' } = asked
    const deck = deckOf(method)
    const fault = deck.deal(possible(asked))
    const chance = random()
    const happened = () => {
      if (fault) faults[fault][method] = (faults[fault][method] ?? 0) + 1
    }
    const again = () => fault && deck.putBack(fault)
    pass(options, asked, answer, { fault, chance, happened, again }).catch(() => answer.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
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

/** As many cards of each fault as its rate says; shuffled anew when all are dealt. */
class Deck {
  private readonly rates: FaultRates
  private readonly random: () => number
  private cards: (FaultKind | undefined)[] = []
  /** Dealt to requests that they could not happen to: the next one that they can gets them. */
  private waiting: FaultKind[] = []

  constructor(rates: FaultRates, random: () => number) {
    this.rates = rates
    this.random = random
  }

  deal(possible: ReadonlySet<FaultKind>): FaultKind | undefined {
    const kept = this.waiting.findIndex((kind) => possible.has(kind))
    if (kept >= 0) return this.waiting.splice(kept, 1)[0]
    if (this.cards.length === 0) this.cards = this.shuffled()
    const card = this.cards.pop()
    if (card === undefined || possible.has(card)) return card
    this.putBack(card)
    return undefined
  }

  putBack(kind: FaultKind): void {
    this.waiting.push(kind)
  }

  private shuffled(): (FaultKind | undefined)[] {
    const rarest = Math.min(1, ...Object.values(this.rates).filter((rate) => rate > 0))
    const size = Math.round(1 / rarest)
    const dealt = kinds.flatMap((kind) =>
      Array.from<FaultKind>({ length: Math.round((this.rates[kind] ?? 0) * size) }).fill(kind),
    )
    const none = Array.from<undefined>({ length: Math.max(0, size - dealt.length) })
    return [...dealt, ...none]
      .map((card) => ({ card, order: this.random() }))
      .sort((one, other) => one.order - other.order)
      .map(({ card }) => card)
  }
}

const sizeOf = ({ headers }: IncomingMessage) => Number(headers['content-length'] ?? 0)

const possible = (asked: IncomingMessage): ReadonlySet<FaultKind> =>
  new Set([
    ...anywhere,
    ...(sizeOf(asked) > 1 ? ofRequests : []),
    ...(asked.method === 'GET' ? ofAnswers : []),
  ])

interface Hit {
  fault: FaultKind | undefined
  chance: number
  happened(): void
  /** It could not happen after all. */
  again(): void
}

async function pass(
  options: FaultyProxyOptions,
  asked: IncomingMessage,
  answer: ServerResponse,
  { fault, chance, happened, again }: Hit,
): Promise<void> {
  const isOfAnswers = ofAnswers.some((kind) => kind === fault)
  if (!isOfAnswers) happened()
  if (fault === 'drop') return void asked.socket.destroy()
  if (fault === 'limit' || fault === 'fail') {
    asked.resume()
    const status = fault === 'limit' ? 429 : chance < 0.5 ? 500 : 503
    answer.writeHead(status, fault === 'limit' ? { 'retry-after': '0' } : {}).end()
    return
  }
  if (fault === 'breakRequest') return breakOff(options.target, asked, chance)
  if (fault === 'delay') await delay(chance * (options.maxDelayMs ?? 20))
  const sent = await bodyOf(asked)
  const { status, headers, body } = await ask(options, asked, fault === 'corruptRequest', sent, chance)
  if (fault === 'loseAnswer') return void asked.socket.destroy()
  const spoils = isOfAnswers && body.length > 0
  if (isOfAnswers) spoils ? happened() : again()
  const cutAt = Math.floor(body.length * chance)
  const given =
    fault === 'corrupt' ? spoilt(body, chance) : fault === 'shorten' ? body.subarray(0, cutAt) : body
  const told =
    asked.method === 'HEAD' || body.length === 0 ? headers : { ...headers, 'content-length': given.length }
  answer.writeHead(status, told)
  if (fault !== 'truncate' || !spoils) return void answer.end(given)
  answer.write(body.subarray(0, cutAt), () => answer.socket?.destroy())
}

/** Passes a part of the body on as it comes, and ends both connections. */
async function breakOff(target: string, asked: IncomingMessage, chance: number): Promise<void> {
  const cutAt = 1 + Math.floor((sizeOf(asked) - 1) * chance)
  const out = open(target, asked, sizeOf(asked))
  out.on('error', () => {})
  out.on('response', (answer) => answer.resume())
  let passed = 0
  for await (const chunk of asked as AsyncIterable<Buffer>) {
    const piece = chunk.subarray(0, cutAt - passed)
    passed += piece.length
    await new Promise((resolve) => out.write(piece, resolve))
    if (passed >= cutAt) break
  }
  out.destroy()
  asked.socket.destroy()
}

function open(target: string, { method, url, headers }: IncomingMessage, sizeBytes: number) {
  const { host: _, connection: __, 'transfer-encoding': ___, ...rest } = headers
  return request(new URL(url ?? '/', target), { method, headers: { ...rest, 'content-length': sizeBytes } })
}

async function ask(
  { target, onAnswer }: FaultyProxyOptions,
  asked: IncomingMessage,
  spoils: boolean,
  sent: Buffer,
  chance: number,
): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> {
  const out = open(target, asked, sent.length)
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    out.on('error', reject)
    out.on('response', resolve)
  })
  out.end(spoils ? spoilt(sent, chance) : sent)
  const answer = await answered
  const { method = 'GET', url = '/' } = asked
  const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...headers } = answer.headers
  const status = answer.statusCode ?? 502
  onAnswer?.({ method, url, status, headers })
  return { status, headers, body: await bodyOf(answer) }
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
