import { X509Certificate } from 'node:crypto'
import { secretText, switchable, text } from './kinds.ts'

/** What Berth itself puts into the way to the provider; extra parameters must not change it. */
const OWN_PARAMETERS = new Set([
  'client_id',
  'client_secret',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'redirect_uri',
  'request',
  'request_uri',
  'response_mode',
  'response_type',
  'scope',
  'state',
])

/** The provider's issuer: http(s), no account, query or fragment. With the path of its description, that is cut off. */
export function parseEndpoint(value: string): string | undefined {
  const wanted = value.trim().replace(/\/\.well-known\/openid-configuration$/, '')
  if (wanted === '') return ''
  const url = URL.parse(wanted)
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined
  return url.username || url.password || url.search || url.hash ? undefined : wanted
}

/** Separated by commas, as Harbor has it, or by spaces. Without `openid` it would not be OpenID Connect. */
function scope(value: string): string | undefined {
  const words = value.split(/[\s,]+/).filter((word) => word !== '')
  if (!words.includes('openid') || !words.every((word) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(word)))
    return undefined
  return [...new Set(words)].join(',')
}

function parameters(value: string): string | undefined {
  if (value.trim() === '') return '{}'
  const entries = jsonObject(value)
  if (!entries) return undefined
  const right = ([name, entry]: [string, unknown]) =>
    /^[A-Za-z0-9_.-]{1,64}$/.test(name) &&
    typeof entry === 'string' &&
    !OWN_PARAMETERS.has(name.toLowerCase())
  return Object.entries(entries).every(right) ? JSON.stringify(entries) : undefined
}

function jsonObject(value: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(value)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** Ignoring case is written as Go does it, `(?i)` in front: Harbor's settings hold such expressions. */
export function groupExpression(value: string): RegExp {
  const ignoreCase = value.startsWith('(?i)')
  return new RegExp(ignoreCase ? value.slice(4) : value, ignoreCase ? 'i' : '')
}

function expression(value: string): string | undefined {
  try {
    groupExpression(value)
    return value
  } catch {
    return undefined
  }
}

/** PEM certificates; text around them is taken away. */
function authorities(value: string): string | undefined {
  const found = value.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (found.length === 0) return value.trim() === '' ? '' : undefined
  try {
    return found.map((pem) => new X509Certificate(pem).toString()).join('')
  } catch {
    return undefined
  }
}

export const oidcConfigurations = {
  oidc_admin_group: text(255),
  oidc_auto_onboard: switchable(false),
  oidc_ca: text(64 * 1024, '', authorities),
  oidc_client_id: text(255),
  oidc_client_secret: secretText(1024),
  oidc_endpoint: text(2048, '', parseEndpoint),
  oidc_extra_redirect_parms: text(2048, '{}', parameters),
  oidc_group_filter: text(256, '', expression),
  oidc_groups_claim: text(255),
  oidc_logout: switchable(false),
  oidc_name: text(64),
  oidc_scope: text(512, 'openid,profile,email,offline_access', scope),
  oidc_user_claim: text(255),
  oidc_verify_cert: switchable(true),
}
