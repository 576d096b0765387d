import { LdapError } from './errors.ts'

/** Where a server listens. `secure`: TLS from the first byte. */
export interface Target {
  /** Without brackets. */
  host: string
  port: number
  secure: boolean
  /** `ldap://host:port`, for messages and comparisons. */
  url: string
}

/** Reads `ldap://host[:port]` or `ldaps://…`. Throws LdapError SETTINGS for anything else, credentials included. */
export function parseTarget(text: string): Target {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined
  const secure = url?.protocol === 'ldaps:'
  if (!url || (!secure && url.protocol !== 'ldap:') || url.hostname === '')
    throw new LdapError('SETTINGS', 'A directory’s URL is ldap://host[:port] or ldaps://host[:port]')
  if (url.username || url.password || url.search || url.hash || !['', '/'].includes(url.pathname))
    throw new LdapError('SETTINGS', 'A directory’s URL holds nothing but scheme, host and port')
  return target(url, secure)
}

function target(url: URL, secure: boolean): Target {
  const port = url.port === '' ? (secure ? 636 : 389) : Number(url.port)
  // Schemes that URL does not know keep their host's case.
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const shown = host.includes(':') ? `[${host}]` : host
  return { host, port, secure, url: `${secure ? 'ldaps' : 'ldap'}://${shown}:${port}` }
}

export interface Reference {
  target: Target
  /** DN to go on from; undefined: the same as before. */
  baseDn: string | undefined
}

/** A continuation reference (RFC 4516). Undefined when it is no LDAP URL. */
export function parseReference(text: string): Reference | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const secure = url.protocol === 'ldaps:'
  if ((!secure && url.protocol !== 'ldap:') || url.hostname === '') return undefined
  try {
    const baseDn = decodeURIComponent(url.pathname.replace(/^\//, ''))
    return { target: target(url, secure), baseDn: baseDn === '' ? undefined : baseDn }
  } catch {
    return undefined
  }
}
