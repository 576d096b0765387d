import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'

/** An option of a mysql:// URL that is not known or makes no sense; the message follows the setting's name. */
export class DatabaseUrlError extends Error {
  override name = 'DatabaseUrlError'
}

/** What the driver passes on to `tls.connect`. */
export interface MysqlTls {
  rejectUnauthorized: boolean
  host: string
  servername?: string
  ca?: string
  cert?: string
  key?: string
  checkServerIdentity?: () => undefined
}

type Verify = 'nothing' | 'authority' | 'identity'
// The words of MySQL's own clients, and those of Postgres's.
const modes: Record<string, Verify | 'off'> = {
  disabled: 'off',
  disable: 'off',
  required: 'nothing',
  require: 'nothing',
  verify_ca: 'authority',
  verify_identity: 'identity',
  verify_full: 'identity',
}
const KNOWN = 'ssl-mode, ssl-ca, ssl-cert and ssl-key'

/**
 * TLS as the options of a mysql:// or mariadb:// URL ask for it, for both of our pools; undefined for none. `ssl-mode`
 * takes the words of MySQL's clients (DISABLED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY) or of Postgres's (disable,
 * require, verify-ca, verify-full); without it an `ssl-ca` or `ssl-cert` means VERIFY_IDENTITY. PREFERRED is refused: it
 * falls back to plain text without a word.
 *
 * @throws DatabaseUrlError for options that are not known, which would otherwise be dropped without a word, and files
 * that cannot be read
 */
export function mysqlTls(url: string): MysqlTls | undefined {
  const parsed = new URL(url)
  const options = new Map<string, string>()
  for (const [name, value] of parsed.searchParams) {
    const known = /^ssl[-_]?(mode|ca|cert|key)$/i.exec(name)?.[1]?.toLowerCase()
    if (known === undefined) throw new DatabaseUrlError(`has the option ${name}, but takes only ${KNOWN}`)
    if (options.has(known)) throw new DatabaseUrlError(`has ssl-${known} twice`)
    options.set(known, value)
  }
  if (options.size === 0) return undefined
  const verify = verifyBy(options.get('mode'))
  if (verify === 'off') {
    if (options.size > 1) throw new DatabaseUrlError('has files for TLS, but its ssl-mode turns TLS off')
    return undefined
  }
  if (options.has('cert') !== options.has('key'))
    throw new DatabaseUrlError('has one of ssl-cert and ssl-key without the other')
  if (verify === 'nothing' && options.has('ca'))
    throw new DatabaseUrlError(
      'has an ssl-ca that ssl-mode=REQUIRED would not look at: use VERIFY_CA or VERIFY_IDENTITY',
    )
  const host = decodeURIComponent(parsed.hostname).replace(/^\[(.*)\]$/, '$1')
  return {
    rejectUnauthorized: verify !== 'nothing',
    // What the certificate has to name. Only names, not addresses, may be sent to the server (RFC 6066).
    host,
    ...(isIP(host) === 0 && { servername: host }),
    ...(options.has('ca') && { ca: fileOf('ca', options) }),
    ...(options.has('cert') && { cert: fileOf('cert', options), key: fileOf('key', options) }),
    ...(verify === 'authority' && { checkServerIdentity: () => undefined }),
  }
}

function verifyBy(mode: string | undefined): Verify | 'off' {
  if (mode === undefined) return 'identity'
  const word = mode.toLowerCase().replaceAll('-', '_')
  const verify = Object.hasOwn(modes, word) ? modes[word] : undefined
  if (verify) return verify
  throw new DatabaseUrlError(
    `has an ssl-mode that is none of DISABLED, REQUIRED, VERIFY_CA and VERIFY_IDENTITY: ${mode}`,
  )
}

function fileOf(name: string, options: ReadonlyMap<string, string>): string {
  try {
    return readFileSync(options.get(name) ?? '', 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new DatabaseUrlError(`names a file in ssl-${name} that cannot be read (${code})`)
  }
}
