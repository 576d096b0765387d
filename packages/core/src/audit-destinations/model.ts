import { parseHostPort, writeHostPort } from '../addresses/index.ts'
import { badRequest } from '../errors/index.ts'
import { parseAuthorities } from '../outbound/index.ts'

export const destinationKinds = ['syslog', 'http'] as const
export type DestinationKind = (typeof destinationKinds)[number]
/** How Berth proves itself to an HTTP receiver. */
export const destinationAuths = ['none', 'bearer', 'hmac'] as const
export type DestinationAuth = (typeof destinationAuths)[number]

/** Where lines go, as an administrator says it. */
export interface DestinationInput {
  name: string
  kind: DestinationKind
  enabled?: boolean
  /** `host:port` of a syslog receiver, `[::1]:6514` too; the URL of an HTTP one. */
  address: string
  /** Of a syslog receiver. */
  tls?: boolean
  /** PEM; empty for the authorities of the system. */
  ca?: string
  auth?: DestinationAuth
  /** The bearer token, or the key of the HMAC. Absent: as it was. */
  secret?: string
  /** How long the former key of the HMAC signs beside a new one; 24 when absent. */
  overlapHours?: number
}

/** What a sender needs. */
export interface Target {
  kind: DestinationKind
  address: string
  tls: boolean
  caPem: string | null
  auth: DestinationAuth
  /** In the clear. */
  secret: string | null
  /** The key before it, while it signs as well. */
  previousSecret: string | null
}

export interface Destination extends Omit<Target, 'secret' | 'previousSecret'> {
  id: number
  name: string
  enabled: boolean
  secretEncrypted: string | null
  previousSecretEncrypted: string | null
  previousSecretUntil: Date | null
  /** Made by the setting `audit_log_forward_endpoint`. */
  configured: boolean
  createdAt: Date
  updatedAt: Date
  /** Up to here the receiver has everything. */
  position: number
  delivered: number
  /** Lines that were purged before the receiver had them. */
  lost: number
  lostAt: Date | null
  lastDeliveredAt: Date | null
  /** In a row. */
  failures: number
  lastError: string | null
  lastErrorAt: Date | null
  /** It is tried again not before then. */
  dueAt: Date
}

/** `losing`: more waits than is kept, or lines went lost within a day. */
export type DestinationState = 'disabled' | 'current' | 'sending' | 'retrying' | 'losing'

/** In UTF-16 units, as the column holds it. */
export const MAX_ERROR_LENGTH = 1_024
const MAX_SECRET_LENGTH = 4_096
/** The name of the destination that the setting makes; nobody else can have it. */
export const CONFIGURED_NAME = 'audit_log_forward_endpoint'

/** Checked, with everything in its one form; `secret` undefined: as it was. @throws DomainError BAD_REQUEST */
export function parseDestination(input: DestinationInput): Omit<Target, 'secret' | 'previousSecret'> & {
  name: string
  enabled: boolean
  secret: string | undefined
} {
  const { kind, enabled = true, auth = 'none', secret } = input
  const name = input.name.trim()
  if (name === '' || name.length > 255 || /\p{Cc}/u.test(name) || !name.isWellFormed())
    throw badRequest('a destination needs a name of at most 255 characters')
  const tls = kind === 'syslog' && input.tls === true
  const address = kind === 'syslog' ? parseSyslogAddress(input.address) : parseUrl(input.address)
  if (kind === 'syslog' && auth !== 'none') throw badRequest('syslog knows no authentication but TLS')
  if (secret !== undefined && (secret.length > MAX_SECRET_LENGTH || !/^[\x21-\x7e]*$/.test(secret)))
    throw badRequest(`a secret is made of at most ${MAX_SECRET_LENGTH} printable characters of ASCII`)
  return { name, kind, enabled, address, tls, caPem: parseCa(input.ca), auth, secret }
}

/** A host or address, and a port. */
export function parseSyslogAddress(text: string): string {
  const found = parseHostPort(text)
  if (!found) throw badRequest('the address of a syslog receiver is host:port, as logs.example.com:6514')
  return writeHostPort(found)
}

function parseUrl(text: string): string {
  const url = URL.parse(text.trim())
  if (
    !url ||
    !/^https?:$/.test(url.protocol) ||
    url.username ||
    url.password ||
    url.hash ||
    text.length > 2_048
  )
    throw badRequest('the address of an HTTP receiver is an http or https URL without credentials')
  return url.href
}

function parseCa(text: string | undefined): string | null {
  const pem = parseAuthorities(text)
  if (pem === undefined) throw badRequest('ca must hold certificates in PEM')
  return pem
}
