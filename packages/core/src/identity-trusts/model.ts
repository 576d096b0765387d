import { X509Certificate } from 'node:crypto'
import { type AllowedHosts, allowsIp, allowsName, parseIp } from '../addresses/index.ts'
import { badRequest } from '../errors/index.ts'
import type { Columns } from '../list-query/index.ts'
import { mayName } from '../outbound/index.ts'

export interface IdentityTrust {
  id: number
  robotId: number
  /** Without the prefix. */
  robotName: string
  /** Of the robot; null: one of the system. */
  projectId: number | null
  name: string
  issuer: string
  audience: string
  /** Path of a claim to a pattern. */
  claims: Record<string, string>
  caPem: string | null
  disabled: boolean
  /** To within a minute. */
  lastUsedAt: Date | null
  createdAt: Date
  updatedAt: Date
}

/** As callers send it, not yet checked. */
export interface TrustInput {
  name?: string
  issuer?: string
  audience?: string
  claims?: Record<string, unknown>
  caCertificate?: string
  disabled?: boolean
}

export const MAX_TRUSTS_PER_ROBOT = 20
const MAX_TEXT_LENGTH = 255
const MAX_CA_LENGTH = 32 * 1024
const MAX_CERTIFICATES = 10

/** What `q` and `sort` may touch, over the aliases `t` and `r`. */
export const trustColumns: Columns = {
  id: { sql: 't.id', type: 'integer' },
  name: { sql: 't.name', type: 'text' },
  robot_id: { sql: 't.robot_id', type: 'integer' },
  issuer: { sql: 't.issuer', type: 'text' },
  disabled: { sql: 't.disabled', type: 'boolean' },
  creation_time: { sql: 't.created_at', type: 'time' },
  update_time: { sql: 't.updated_at', type: 'time' },
}

/** @throws DomainError BAD_REQUEST */
export function parseName(value: string | undefined): string {
  const name = value?.trim() ?? ''
  if (isText(name)) return name
  throw badRequest(`a trust needs a name of at most ${MAX_TEXT_LENGTH} characters`)
}

/**
 * The issuer exactly as its tokens write it. Plain http is for hosts that administrators have allowed.
 *
 * @throws DomainError BAD_REQUEST
 */
export function parseIssuer(value: string | undefined, allowed: AllowedHosts): string {
  const issuer = value ?? ''
  const url = URL.parse(issuer)
  const plain =
    url && isText(issuer) && !/[?#\\]/.test(issuer) && url.username === '' && url.password === ''
      ? url.href === issuer || url.href === `${issuer}/`
      : false
  if (!url || !plain || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw badRequest('the issuer must be an https address without a query, as the tokens have it in iss')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const ip = parseIp(host)
  const byName = ip ? allowsIp(allowed, ip) : allowsName(allowed, host)
  if (url.protocol === 'http:' && !byName)
    throw badRequest('an issuer without https must be among the hosts that an administrator has allowed')
  if (!mayName(url, allowed))
    throw badRequest('the host of the issuer is not public, and no administrator has allowed it')
  return issuer
}

/** @throws DomainError BAD_REQUEST */
export function parseAudience(value: string): string {
  if (isText(value)) return value
  throw badRequest(`the audience must have from 1 to ${MAX_TEXT_LENGTH} characters`)
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Certificates in PEM form; empty text for none. @throws DomainError BAD_REQUEST */
export function parseCa(text: string): string | null {
  if (text.trim() === '') return null
  const found = text.length > MAX_CA_LENGTH ? [] : (text.match(CERTIFICATE) ?? [])
  const problem = () => badRequest(`the authority must be 1 to ${MAX_CERTIFICATES} certificates in PEM form`)
  if (found.length === 0 || found.length > MAX_CERTIFICATES) throw problem()
  try {
    return found.map((pem) => new X509Certificate(pem).toString()).join('')
  } catch {
    throw problem()
  }
}

const isText = (text: string): boolean =>
  text !== '' &&
  text.length <= MAX_TEXT_LENGTH &&
  text.isWellFormed() &&
  text.trim() === text &&
  !/\p{Cc}/u.test(text)
