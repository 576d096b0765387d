export type ConnectionFaultCode =
  | 'CERTIFICATE_EXPIRED'
  | 'CERTIFICATE_NOT_TRUSTED'
  | 'CERTIFICATE_WRONG_NAME'
  | 'TLS_FAILED'
  | 'UNAVAILABLE'

export interface ConnectionFault {
  code: ConnectionFaultCode
  /** The end of a sentence about the server; names no address, so anybody may read it. */
  words: string
}

const notTrusted: ConnectionFault = {
  code: 'CERTIFICATE_NOT_TRUSTED',
  words: 'its certificate is not signed by an authority that Berth trusts',
}
const noTls: ConnectionFault = { code: 'TLS_FAILED', words: 'it does not speak TLS' }
const unavailable = (words: string): ConnectionFault => ({ code: 'UNAVAILABLE', words })
const unresolved = unavailable('its name cannot be resolved')
const late = unavailable('it did not take the connection in time')
const brokeOff = unavailable('it broke the connection off')
const unreachable = unavailable('there is no way to it')

/** By the codes of Node's sockets, of OpenSSL and of fetch. */
const faults: Record<string, ConnectionFault> = {
  CERT_HAS_EXPIRED: { code: 'CERTIFICATE_EXPIRED', words: 'its certificate has expired' },
  CERT_NOT_YET_VALID: { code: 'CERTIFICATE_EXPIRED', words: 'its certificate is not valid yet' },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    code: 'CERTIFICATE_WRONG_NAME',
    words: 'its certificate is for another name',
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: notTrusted,
  UNABLE_TO_GET_ISSUER_CERT: notTrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: notTrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: notTrusted,
  SELF_SIGNED_CERT_IN_CHAIN: notTrusted,
  CERT_SIGNATURE_FAILURE: notTrusted,
  CERT_UNTRUSTED: notTrusted,
  INVALID_CA: notTrusted,
  INVALID_PURPOSE: notTrusted,
  EPROTO: { code: 'TLS_FAILED', words: 'no secure connection could be agreed on' },
  ECONNREFUSED: unavailable('it refuses connections'),
  ENOTFOUND: unresolved,
  EAI_AGAIN: unresolved,
  ETIMEDOUT: late,
  UND_ERR_CONNECT_TIMEOUT: late,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ECONNRESET: brokeOff,
  EPIPE: brokeOff,
  UND_ERR_SOCKET: brokeOff,
}

const MAX_DEPTH = 6

/** Why a connection failed, from whatever stands in the chain of causes; undefined when nothing says so. */
export function connectionFault(error: unknown): ConnectionFault | undefined {
  let current = error
  for (let depth = 0; current && typeof current === 'object' && depth < MAX_DEPTH; depth++) {
    const { code, cause, errors, message } = current as Links
    const fault = typeof code === 'string' ? faultOf(code, message) : undefined
    if (fault) return fault
    // A name with several addresses fails with one error for each.
    current = cause ?? errors?.[0]
  }
  return undefined
}

interface Links {
  code?: unknown
  cause?: unknown
  errors?: unknown[]
  message?: unknown
}

function faultOf(code: string, message: unknown): ConnectionFault | undefined {
  // OpenSSL's own reason: what came back was no TLS at all.
  if (/wrong version number|packet length too long/i.test(String(message))) return noTls
  return faults[code] ?? (code.startsWith('ERR_SSL_') ? faults.EPROTO : undefined)
}
