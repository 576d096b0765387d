import type { LdapErrorCode } from './errors.ts'

interface ResultCode {
  name: string
  code: LdapErrorCode
  hint: string
}

/** RFC 4511, appendix A.2, as far as binds and searches can give them. */
const resultCodes: Record<number, ResultCode> = {
  0: entry('success', 'DIRECTORY_ERROR', 'The directory has accepted it, and then said what is in the way.'),
  1: entry(
    'operationsError',
    'ACCESS_DENIED',
    'The directory wants a bind before a search: set a search account.',
  ),
  2: entry(
    'protocolError',
    'PROTOCOL',
    'The server did not understand the request; is it an LDAP 3 directory?',
  ),
  3: entry(
    'timeLimitExceeded',
    'LIMIT_OF_DIRECTORY',
    'The search took the directory too long: narrow base or filter.',
  ),
  4: entry(
    'sizeLimitExceeded',
    'LIMIT_OF_DIRECTORY',
    'The directory gives fewer entries than match: narrow the filter.',
  ),
  7: entry('authMethodNotSupported', 'SECURITY_REQUIRED', 'The directory does not allow simple binds.'),
  8: entry(
    'strongerAuthRequired',
    'SECURITY_REQUIRED',
    'The directory wants an encrypted connection: use ldaps:// or StartTLS.',
  ),
  10: entry(
    'referral',
    'REFERRED_ELSEWHERE',
    'Another server holds this part of the tree: set its URL, or another base.',
  ),
  11: entry(
    'adminLimitExceeded',
    'LIMIT_OF_DIRECTORY',
    'A limit set by the directory’s administrator was reached.',
  ),
  12: entry(
    'unavailableCriticalExtension',
    'PROTOCOL',
    'The directory lacks an extension that was asked for.',
  ),
  13: entry(
    'confidentialityRequired',
    'SECURITY_REQUIRED',
    'The directory wants an encrypted connection: use ldaps:// or StartTLS.',
  ),
  16: entry('noSuchAttribute', 'INVALID_FILTER', 'An attribute does not exist.'),
  17: entry(
    'undefinedAttributeType',
    'INVALID_FILTER',
    'An attribute in the filter is unknown to the directory.',
  ),
  18: entry(
    'inappropriateMatching',
    'INVALID_FILTER',
    'An attribute in the filter cannot be compared this way.',
  ),
  19: entry(
    'constraintViolation',
    'ACCOUNT_LOCKED',
    'A rule of the directory forbids it; the account may be locked.',
  ),
  21: entry('invalidAttributeSyntax', 'INVALID_FILTER', 'A value has the wrong form for its attribute.'),
  32: entry(
    'noSuchObject',
    'NO_SUCH_BASE',
    'The base DN does not exist, or the search account may not see it.',
  ),
  34: entry('invalidDNSyntax', 'INVALID_DN', 'A DN is not well formed.'),
  48: entry(
    'inappropriateAuthentication',
    'INVALID_CREDENTIALS',
    'The entry has no password to compare with.',
  ),
  49: entry('invalidCredentials', 'INVALID_CREDENTIALS', 'The DN or the password is wrong.'),
  50: entry(
    'insufficientAccessRights',
    'ACCESS_DENIED',
    'The search account may not read this part of the tree.',
  ),
  51: entry('busy', 'BUSY', 'The directory is busy.'),
  52: entry('unavailable', 'BUSY', 'The directory is starting or stopping.'),
  53: entry(
    'unwillingToPerform',
    'ACCESS_DENIED',
    'The directory refuses; is the account disabled, or the connection not encrypted?',
  ),
}

function entry(name: string, code: LdapErrorCode, hint: string): ResultCode {
  return { name, code, hint }
}

const unknown = entry('other', 'DIRECTORY_ERROR', 'The directory reports an error of its own; see its log.')

export const resultCode = (code: number): ResultCode => resultCodes[code] ?? unknown

/**
 * Active Directory says in a bind's diagnostic message why it refused: `…, data 52e, v3839`.
 * Codes: Windows system errors in hexadecimal.
 */
export function reasonOfActiveDirectory(words: string): ResultCode | undefined {
  const data = /\bdata ([0-9a-f]{2,4})\b/i.exec(words)?.[1]?.toLowerCase()
  return data === undefined ? undefined : activeDirectory[data]
}

const disabled = (hint: string) => entry('invalidCredentials', 'ACCOUNT_DISABLED', hint)
const expired = (hint: string) => entry('invalidCredentials', 'PASSWORD_EXPIRED', hint)

const activeDirectory: Record<string, ResultCode> = {
  '525': entry('invalidCredentials', 'INVALID_CREDENTIALS', 'There is no such account.'),
  '52e': entry('invalidCredentials', 'INVALID_CREDENTIALS', 'The password is wrong.'),
  '530': disabled('The account may not sign in at this time.'),
  '531': disabled('The account may not sign in from this computer.'),
  '532': expired('The password has expired.'),
  '533': disabled('The account is disabled.'),
  '701': disabled('The account has expired.'),
  '773': expired('The password must be changed first.'),
  '775': entry(
    'invalidCredentials',
    'ACCOUNT_LOCKED',
    'The account is locked after too many wrong passwords.',
  ),
}

/** What the control for password policies says (draft-behera-ldap-password-policy, section 6.2), where it concerns a bind. */
export const reasonOfPolicy = (error: number | undefined): ResultCode | undefined =>
  error === undefined ? undefined : policy[error]

const policy: Record<number, ResultCode> = {
  0: entry('passwordExpired', 'PASSWORD_EXPIRED', 'The password has expired.'),
  1: entry(
    'accountLocked',
    'ACCOUNT_LOCKED',
    'The account is locked: by hand, after too many wrong passwords, or because its time is over.',
  ),
  2: entry('changeAfterReset', 'PASSWORD_EXPIRED', 'The password was reset and must be changed first.'),
}

/** What an administrator can do about an error that carries no result code. */
export const hints: Partial<Record<LdapErrorCode, string>> = {
  UNREACHABLE: 'Check host, port and firewall.',
  TIMEOUT: 'The server did not answer in time; check host, port and firewall, or raise the timeout.',
  CERTIFICATE_EXPIRED: 'Renew the directory’s certificate.',
  CERTIFICATE_NOT_TRUSTED: 'Give Berth the certificate of the authority that signed the directory’s.',
  CERTIFICATE_WRONG_NAME: 'Use the host name that stands in the directory’s certificate.',
  TLS_FAILED: 'Is this the port for ldaps://? For StartTLS use ldap:// and port 389.',
  STARTTLS_REFUSED: 'The server does not offer StartTLS; use ldaps://, or give it a certificate.',
  ACCOUNT_DISABLED:
    'The password is right, and the entry says that the account is disabled, locked or expired.',
  AMBIGUOUS: 'Narrow the base or the filter until a login name leads to one entry.',
  TOO_MANY_ENTRIES: 'Narrow the base or the filter.',
  ANSWER_TOO_LARGE: 'Narrow the base or the filter.',
  PROTOCOL: 'Is this an LDAP server?',
}
