import { LdapError, type LdapErrorCode } from './errors.ts'

const notTrusted: [LdapErrorCode, string] = [
  'CERTIFICATE_NOT_TRUSTED',
  'the directory’s certificate is not signed by an authority that Berth trusts',
]
const unreachable = (words: string): [LdapErrorCode, string] => ['UNREACHABLE', words]

/** By the codes of Node's sockets and of OpenSSL. */
const faults: Record<string, [LdapErrorCode, string]> = {
  CERT_HAS_EXPIRED: ['CERTIFICATE_EXPIRED', 'the directory’s certificate has expired'],
  CERT_NOT_YET_VALID: ['CERTIFICATE_EXPIRED', 'the directory’s certificate is not valid yet'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['CERTIFICATE_WRONG_NAME', 'the directory’s certificate is for another name'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: notTrusted,
  UNABLE_TO_GET_ISSUER_CERT: notTrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: notTrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: notTrusted,
  SELF_SIGNED_CERT_IN_CHAIN: notTrusted,
  CERT_SIGNATURE_FAILURE: notTrusted,
  CERT_UNTRUSTED: notTrusted,
  INVALID_CA: notTrusted,
  INVALID_PURPOSE: notTrusted,
  EPROTO: ['TLS_FAILED', 'no secure connection to the directory could be agreed on'],
  ECONNREFUSED: unreachable('the directory refuses connections'),
  ENOTFOUND: unreachable('the directory’s name cannot be resolved'),
  EAI_AGAIN: unreachable('the directory’s name cannot be resolved'),
  ETIMEDOUT: ['TIMEOUT', 'the directory did not take the connection in time'],
  EHOSTUNREACH: unreachable('there is no way to the directory'),
  ENETUNREACH: unreachable('there is no way to the directory'),
}

/** Why a connection failed or broke, as an LdapError; one stays as it is. */
export function connectionFault(error: unknown, url: string): LdapError {
  if (error instanceof LdapError)
    return error.url
      ? error
      : new LdapError(error.code, error.message, { ...factsOf(error), url, cause: error })
  let current = error as { code?: unknown; errors?: unknown[] } | undefined
  // A name with several addresses fails with one error for each.
  if (Array.isArray(current?.errors)) current = current.errors[0] as typeof current
  const code = typeof current?.code === 'string' ? current.code : ''
  const fallback = code.startsWith('ERR_SSL_')
    ? faults.EPROTO!
    : unreachable('the directory broke the connection off')
  const [kind, words] = faults[code] ?? fallback
  return new LdapError(kind, sentence(words), { url, cause: error })
}

const factsOf = ({ resultCode, detail }: LdapError) => ({
  ...(resultCode === undefined ? {} : { resultCode }),
  ...(detail === undefined ? {} : { detail }),
})
const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)
