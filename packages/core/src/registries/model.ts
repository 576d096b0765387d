import type { Way } from '../configurations/index.ts'
import { badRequest } from '../errors/index.ts'
import type { Columns } from '../list-query/index.ts'
import { parseAuthorities } from '../outbound/index.ts'
import { type Endpoint, parseType, type RegistryType } from './adapters/index.ts'
import type { RegistryReason } from './reasons.ts'

export type RegistryStatus = 'healthy' | 'unhealthy' | 'unknown'

/** How another registry is reached. */
export interface RegistryAccess {
  type: RegistryType
  /** Scheme, host and perhaps a path, without a slash at the end. */
  url: string
  /** Believes any certificate. */
  insecure: boolean
  /** PEM of the only authorities that may vouch for it; null for those of the system. */
  caCertificate: string | null
  /** Empty without credentials. */
  accessKey: string
  /** Encrypted. */
  accessSecret: string | null
}

/** Another registry that images come from or go to. */
export interface Registry extends RegistryAccess {
  id: number
  name: string
  description: string
  credentialType: string
  status: RegistryStatus
  /** Why it is unhealthy; empty when it is not. */
  statusMessage: string
  /** The same as a word; empty as well where it was found before there were words. */
  statusReason: RegistryReason | ''
  checkedAt: Date | null
  /** What another Berth calls itself, wherever it is reached. */
  instanceId: string | null
  /** How much may be sent there at once, by all workers together. */
  maxTransfers: number
  /** Of all workers together; 0: as fast as it goes. */
  bandwidthKbps: number
  pausedUntil: Date | null
  failuresInRow: number
  /** Since when nothing that was tried there has gone through; null: the last of it has. */
  failingSince: Date | null
  createdAt: Date
  updatedAt: Date
}

/** What an administrator says of it; the secret in the clear. Absent in a change: as it was. */
export interface RegistryInput {
  name?: string
  description?: string
  url?: string
  type?: string
  insecure?: boolean
  caCertificate?: string | null
  credentialType?: string
  accessKey?: string
  accessSecret?: string
  maxTransfers?: number
  bandwidthKbps?: number
}

/** A registry as it is given, checked, with everything in its one form. */
export interface RegistryColumns extends Omit<RegistryAccess, 'accessSecret'> {
  name: string
  description: string
  credentialType: string
  maxTransfers: number
  bandwidthKbps: number
}

export const DEFAULT_MAX_TRANSFERS = 6
const MAX_TRANSFERS = 100
const MAX_BANDWIDTH_KBPS = 1_000_000_000
const MAX_SECRET_LENGTH = 16_384
const MAX_KEY_LENGTH = 512

/** What `q` and `sort` may name. */
export const registryColumns: Columns = {
  id: { sql: 'r.id', type: 'integer' },
  name: { sql: 'r.name', type: 'text' },
  url: { sql: 'r.url', type: 'text' },
  type: { sql: 'r.type', type: 'text' },
  description: { sql: 'r.description', type: 'text' },
  status: { sql: 'r.status', type: 'text', lowerCase: true },
  insecure: { sql: 'r.insecure', type: 'boolean' },
  creation_time: { sql: 'r.created_at', type: 'time' },
  update_time: { sql: 'r.updated_at', type: 'time' },
}

/** @throws DomainError BAD_REQUEST */
export function parseRegistry(input: RegistryInput): RegistryColumns {
  const accessKey = (input.accessKey ?? '').trim()
  return {
    name: parseName(input.name),
    description: parseDescription(input.description),
    type: parseType(input.type),
    url: parseRegistryUrl(input.url),
    insecure: input.insecure === true,
    caCertificate: parseCa(input.caCertificate),
    credentialType: parseCredentialType(input.credentialType, accessKey !== '' || !!input.accessSecret),
    accessKey: parseKey(accessKey),
    maxTransfers: whole(input.maxTransfers ?? DEFAULT_MAX_TRANSFERS, 1, MAX_TRANSFERS, 'max_transfers'),
    bandwidthKbps: whole(Math.max(0, input.bandwidthKbps ?? 0), 0, MAX_BANDWIDTH_KBPS, 'bandwidth'),
  }
}

function parseName(text = ''): string {
  const name = text.trim()
  if (name === '' || name.length > 255 || /\p{Cc}/u.test(name) || !name.isWellFormed())
    throw badRequest('a registry needs a name of at most 255 characters')
  return name
}

function parseDescription(text = ''): string {
  if (text.length > 1_024 || !text.isWellFormed() || text.includes('\0'))
    throw badRequest('a description has at most 1024 characters')
  return text
}

/**
 * Scheme, host, port and path. Without a scheme it is https: what is sent there are credentials.
 *
 * @throws DomainError BAD_REQUEST
 */
export function parseRegistryUrl(text = ''): string {
  const given = text.trim()
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `https://${given}`)
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '' || given.length > 2_048)
    throw badRequest('url must be the http or https address of a registry, as https://registry.example.com')
  if (url.username !== '' || url.password !== '')
    throw badRequest('url must not hold a name or a password; give them as the credential')
  if (url.search !== '' || url.hash !== '') throw badRequest('url must not hold a query or a fragment')
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

function parseCa(text: string | null | undefined): string | null {
  const pem = parseAuthorities(text)
  if (pem === undefined) throw badRequest('ca_certificate must hold certificates in PEM')
  return pem
}

/** A word that clients of Harbor write and read; how Berth signs in depends on the registry's kind alone. */
function parseCredentialType(text: string | undefined, given: boolean): string {
  if (text === undefined || text === '') return given ? 'basic' : ''
  if (text.length <= 16 && /^[\x20-\x7e]*$/.test(text)) return text
  throw badRequest('the type of a credential is a word of at most 16 characters')
}

function parseKey(key: string): string {
  if (key.length > MAX_KEY_LENGTH || /\p{Cc}/u.test(key) || !key.isWellFormed())
    throw badRequest(`an access key has at most ${MAX_KEY_LENGTH} characters`)
  return key
}

/** @throws DomainError BAD_REQUEST */
export function parseSecret(secret: string): string {
  if (secret.length > MAX_SECRET_LENGTH || !secret.isWellFormed() || secret.includes('\0'))
    throw badRequest(`an access secret has at most ${MAX_SECRET_LENGTH} characters`)
  return secret
}

function whole(value: number, min: number, max: number, name: string): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw badRequest(`${name} must be a whole number from ${min} to ${max}`)
}

/** Where the secret of a registry goes, and whose certificates are believed there. */
export const wayTo = ({
  url,
  type,
  insecure,
  caCertificate,
}: Pick<RegistryAccess, 'url' | 'type' | 'insecure' | 'caCertificate'>): Way => ({
  // The kind says where tokens are asked for.
  servers: [`${type} ${url}`],
  protections: { verified: !insecure },
  authorities: caCertificate ?? '',
})

/** Two that are reached in the same way give the same text. */
export const reachedAs = (registry: RegistryAccess): string => {
  const { url, type, insecure, caCertificate, accessKey, accessSecret } = registry
  return JSON.stringify([url, type, insecure, caCertificate, accessKey, accessSecret])
}

export const toEndpoint = (
  { url, accessKey }: Pick<RegistryAccess, 'url' | 'accessKey'>,
  accessSecret: string,
): Endpoint => ({ url, accessKey, accessSecret })
