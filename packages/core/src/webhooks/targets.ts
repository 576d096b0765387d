import { randomInt } from 'node:crypto'
import type { Core } from '../context/index.ts'
import { badRequest } from '../errors/index.ts'
import { OutboundError, parseTarget } from '../outbound/index.ts'
import {
  MAX_TARGETS,
  type NotifyType,
  type PayloadFormat,
  payloadFormats,
  type Target,
  type TargetInput,
  type TargetSecrets,
} from './model.ts'

/** What is shown in the place of a secret value; sent back, it means the value that is there. */
export const MASK = '********'

const MAX_HEADERS = 20
const MAX_VALUE_LENGTH = 1_024

/** Berth's own, those that belong to a connection, and those that say whose request it is and where it ends. */
const reserved = new Set(
  `host content-length content-type content-encoding transfer-encoding connection keep-alive proxy-connection te trailer
  upgrade expect accept-encoding authorization proxy-authorization proxy-authenticate cookie forwarded via`.split(
    /\s+/,
  ),
)
const isReserved = (name: string) =>
  reserved.has(name) || /^(berth-|ce-|x-forwarded-|sec-|proxy-)/.test(name) || name === 'x-real-ip'

export const sealSecrets = (core: Core, secrets: TargetSecrets): string =>
  core.secrets.encrypt('webhooks', JSON.stringify(secrets))
export const openSecrets = (core: Core, { sealed }: Target): TargetSecrets =>
  JSON.parse(core.secrets.decrypt('webhooks', sealed))

/** Where a target is, without what may be secret of its address. */
export const originOf = (address: string): string => URL.parse(address)?.origin ?? ''

// Below stand places, which were ids once; above is what the column of a delivery cannot hold.
const FIRST_ID = 1_000
const LAST_ID = 2 ** 31 - 1

/** For each of the addresses the target that it was before: the same one, or else one of its host in its place. */
function formerOf(addresses: readonly string[], before: readonly Target[]): (Target | undefined)[] {
  const left = new Set(before)
  const take = (target: Target | undefined) => {
    if (target) left.delete(target)
    return target
  }
  const same = addresses.map((address, position) => {
    const known = [before[position], ...before].find(
      (target) => target && left.has(target) && target.address === address,
    )
    return take(known)
  })
  return addresses.map((address, position) => {
    const there = before[position]
    const fits = there && left.has(there) && originOf(there.address) === originOf(address)
    return same[position] ?? take(fits ? there : undefined)
  })
}

/**
 * The targets to write. A mask stands for the value of the same target as it was; to another host no value goes along,
 * because whoever may change the address could otherwise have it sent to themselves.
 *
 * @throws DomainError BAD_REQUEST
 */
export function parseTargets(core: Core, given: readonly TargetInput[], before: readonly Target[]): Target[] {
  if (given.length === 0 || given.length > MAX_TARGETS)
    throw badRequest(`a webhook needs 1 to ${MAX_TARGETS} targets`)
  const addresses = given.map(({ address }) => parseAddress(address))
  const formers = formerOf(addresses, before)
  return given.map((input, position) => {
    const type = parseType(input.type)
    const address = addresses[position]!
    const former = formers[position]
    const skipCertVerify = input.skipCertVerify ?? false
    // Where any certificate is believed anybody can take the target's place.
    const isWeaker = skipCertVerify && former?.skipCertVerify === false
    const known = former && !isWeaker ? openSecrets(core, former) : undefined
    return {
      // What waits for it was made for its type.
      id: former?.type === type ? former.id : randomInt(FIRST_ID, LAST_ID),
      type,
      address,
      payloadFormat: parseFormat(type, input.payloadFormat),
      skipCertVerify,
      sealed: sealSecrets(core, {
        authHeader: parseAuthHeader(input.authHeader ?? '', known?.authHeader),
        headers: parseHeaders(input.headers ?? {}, known?.headers),
      }),
    }
  })
}

function parseType(type: string | undefined): NotifyType {
  if (type === 'http' || type === 'slack') return type
  throw badRequest('the type of a target must be "http" or "slack"')
}

function parseFormat(type: NotifyType, format: string | undefined): PayloadFormat {
  if (!format) return 'Default'
  const known = payloadFormats[type].find((name) => name === format)
  // Clients of Harbor send a format with a Slack target too; it has one of its own.
  if (!known && type === 'slack' && payloadFormats.http.includes(format as PayloadFormat)) return 'Default'
  if (!known) throw badRequest(`the payload format of a target can be ${payloadFormats[type].join(' or ')}`)
  return known
}

function parseAddress(address: string | undefined): string {
  try {
    const url = parseTarget(address?.trim() ?? '')
    url.hash = ''
    return url.href
  } catch (error) {
    if (error instanceof OutboundError) throw badRequest(`the address of a target: ${error.message}`)
    throw error
  }
}

const isHeaderValue = (value: string) => value.length <= MAX_VALUE_LENGTH && /^[\x20-\x7e]*$/.test(value)
const needed = (what: string) =>
  badRequest(
    `${what} must be given again, because the target is new, on another host, or its certificate no longer checked`,
  )

function parseAuthHeader(value: string, known: string | undefined): string {
  if (value === MASK) {
    if (known === undefined) throw needed('auth_header')
    return known
  }
  if (!isHeaderValue(value)) throw badRequest('auth_header must have at most 1024 printable ASCII characters')
  return value
}

function parseHeaders(
  given: Record<string, string>,
  known: Record<string, string> = {},
): Record<string, string> {
  const entries = Object.entries(given)
  if (entries.length > MAX_HEADERS) throw badRequest(`a target has at most ${MAX_HEADERS} headers`)
  const headers: Record<string, string> = {}
  for (const [written, value] of entries) {
    const name = written.toLowerCase()
    if (!/^[a-z0-9!#$%&'*+.^_`|~-]{1,128}$/.test(name))
      throw badRequest(`${written.slice(0, 64)} is not the name of a header`)
    if (isReserved(name)) throw badRequest(`the header ${name} is not one that a webhook can set`)
    if (Object.hasOwn(headers, name)) throw badRequest(`the header ${name} stands there twice`)
    if (value === MASK && !Object.hasOwn(known, name)) throw needed(`the header ${name}`)
    if (!isHeaderValue(value))
      throw badRequest(`the header ${name} must have at most 1024 printable ASCII characters`)
    headers[name] = value === MASK ? known[name]! : value
  }
  return headers
}
