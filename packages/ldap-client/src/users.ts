import { bytes, type Entry, type IdAttribute, identityOf, text, texts } from './entry.ts'
import { LdapError } from './errors.ts'
import { all, any, contains, equal, type Filter } from './filter.ts'
import type { Search } from './search.ts'
import type { Plan } from './settings.ts'

export interface DirectoryUser {
  dn: string
  /** Outlives renaming; undefined where the directory gives none. See `uniqueId`. */
  id: string | undefined
  /** Where `id` comes from. */
  idAttribute: IdAttribute | undefined
  username: string
  email: string | undefined
  displayName: string | undefined
  /** The directory says that this account is disabled, locked by hand or expired. */
  disabled: boolean
  /**
   * What the directory says about when the password was last changed, as `attribute=value`; undefined where it says nothing.
   * `0@` stands before the value while the password has expired or has to be changed.
   */
  passwordMark: string | undefined
  /** Of the group that Active Directory lists nowhere as one of theirs, `Domain Users` mostly; undefined elsewhere. */
  primaryGroupSid: Buffer | undefined
  /** DNs of groups as the entry itself lists them. */
  memberOf: readonly string[]
}

const MAX_LOGIN_LENGTH = 256
/** Of Active Directory and Samba, of OpenLDAP's ppolicy and eDirectory, of FreeIPA. */
const passwordTimes = ['pwdLastSet', 'pwdChangedTime', 'krbLastPwdChange'] as const
/** Until when the password holds: of FreeIPA, 389 Directory. OpenLDAP's age of passwords stands in its policy only. */
const passwordEnds = ['krbPasswordExpiration', 'passwordExpirationTime'] as const
/** Until when the account may sign in: of FreeIPA, of OpenLDAP's ppolicy. */
const accountEnds = ['krbPrincipalExpiration', 'pwdEndTime'] as const
/** The same of Active Directory and Samba, which count it from the policy that holds for the account ([MS-ADTS] section 3.1.1.4.5.31). */
const COMPUTED_END = 'msDS-UserPasswordExpiryTimeComputed'

export const userAttributes = (plan: Plan) => [
  ...new Set([
    plan.users.usernameAttribute,
    'cn',
    'displayName',
    'mail',
    plan.groups?.memberOfAttribute ?? 'memberOf',
    'objectGUID',
    'entryUUID',
    'nsUniqueId',
    'ipaUniqueID',
    'userAccountControl',
    'primaryGroupID',
    'objectSid',
    'accountExpires',
    'nsAccountLock',
    ...accountEnds,
    'pwdAccountLockedTime',
    'shadowExpire',
    ...passwordTimes,
    ...passwordEnds,
    'pwdReset',
    COMPUTED_END,
  ]),
]

export const people = (plan: Plan, filter: Filter): Filter =>
  plan.users.filter ? all(plan.users.filter, filter) : filter

/** The one person whom a login name means; undefined when there is none. Throws LdapError AMBIGUOUS when several match. */
export async function findUser(
  search: Search,
  plan: Plan,
  login: string,
): Promise<DirectoryUser | undefined> {
  if (login.trim() === '' || login.length > MAX_LOGIN_LENGTH || login.includes('\0')) return undefined
  const { baseDn, scope, loginAttributes } = plan.users
  const { entries } = await search({
    baseDn,
    scope,
    filter: people(plan, any(...loginAttributes.map((attribute) => equal(attribute, login)))),
    attributes: userAttributes(plan),
    maxEntries: 2,
    overflow: 'cut',
  })
  if (entries.length > 1)
    throw new LdapError('AMBIGUOUS', 'More than one entry of the directory matches this login name')
  return entries[0] && toUser(entries[0], plan, login)
}

/** People with `part` in a login attribute, their cn or displayName; everybody when it is empty. */
export async function searchUsers(
  search: Search,
  plan: Plan,
  part: string,
  maxUsers: number | undefined,
): Promise<DirectoryUser[]> {
  const { baseDn, scope, loginAttributes, usernameAttribute } = plan.users
  const named = [...new Set([...loginAttributes, 'cn', 'displayName'])]
  const filter =
    part === ''
      ? contains(usernameAttribute, '')
      : any(...named.map((attribute) => contains(attribute, part)))
  const { entries } = await search({
    baseDn,
    scope,
    filter: people(plan, filter),
    attributes: userAttributes(plan),
    maxEntries: maxUsers ?? plan.limits.maxEntries,
    overflow: maxUsers === undefined ? 'fail' : 'cut',
  })
  return entries.map((entry) => toUser(entry, plan, text(entry, usernameAttribute) ?? ''))
}

export function toUser(entry: Entry, plan: Plan, login: string): DirectoryUser {
  const identity = identityOf(entry)
  return {
    dn: entry.dn,
    id: identity?.id,
    idAttribute: identity?.attribute,
    username: text(entry, plan.users.usernameAttribute) ?? login,
    email: text(entry, 'mail'),
    displayName: text(entry, 'displayName') ?? text(entry, 'cn'),
    disabled: isDisabled(entry, plan.clock()),
    passwordMark: passwordMark(entry, plan.clock()),
    primaryGroupSid: primaryGroupSid(entry),
    memberOf: texts(entry, plan.groups?.memberOfAttribute ?? 'memberOf'),
  }
}

/** The domain's identifier, which the person's begins with, and the group's number in it ([MS-DTYP] section 2.4.2.2). */
function primaryGroupSid(entry: Entry): Buffer | undefined {
  const [sid, id] = [bytes(entry, 'objectSid'), Number(text(entry, 'primaryGroupID'))]
  // Revision 1, with at least a domain and a number, and as long as it says.
  if (sid?.[0] !== 1 || sid[1]! < 2 || sid.length !== 8 + 4 * sid[1]!) return undefined
  if (!Number.isInteger(id) || id <= 0 || id > 0xffff_ffff) return undefined
  const group = Buffer.from(sid)
  group.writeUInt32LE(id, group.length - 4)
  return group
}

function passwordMark(entry: Entry, nowMs: number): string | undefined {
  const mark = passwordTimes.map((name) => markOf(name, text(entry, name))).find((found) => found)
  return mark && isPasswordOver(entry, nowMs) ? mark.replace(/=(?!0$)/, '=0@') : mark
}

/** Expired, or put by somebody else and to be changed first. */
function isPasswordOver(entry: Entry, nowMs: number): boolean {
  if (text(entry, 'pwdReset')?.toLowerCase() === 'true') return true
  const ends = [
    ...passwordEnds.map((name) => generalizedTimeMs(text(entry, name))),
    filetimeMs(text(entry, COMPUTED_END)),
  ]
  return ends.some((endMs) => isOver(endMs, nowMs))
}

const isOver = (endMs: number | undefined, nowMs: number): boolean => endMs !== undefined && endMs <= nowMs

/** A number of Active Directory, or a generalized time. */
const markOf = (attribute: string, value: string | undefined): string | undefined =>
  value !== undefined && /^[0-9.]{1,32}Z?$/.test(value) ? `${attribute}=${value}` : undefined

const ACCOUNT_DISABLE = 0x2
const DAY_MS = 86_400_000
/** Between 1601, where Active Directory's time begins, and 1970. */
const FILETIME_EPOCH_MS = 11_644_473_600_000
const NEVER_EXPIRES = [0n, 0x7fff_ffff_ffff_ffffn]

/** As Active Directory, 389 Directory and FreeIPA, OpenLDAP's ppolicy, and shadow accounts say it. */
export function isDisabled(entry: Entry, nowMs: number): boolean {
  if (Number(text(entry, 'userAccountControl') ?? 0) & ACCOUNT_DISABLE) return true
  if (text(entry, 'nsAccountLock')?.toLowerCase() === 'true') return true
  // This value means locked until an administrator unlocks; others end by themselves.
  if (text(entry, 'pwdAccountLockedTime') === '000001010000Z') return true
  if (accountEnds.some((name) => isOver(generalizedTimeMs(text(entry, name)), nowMs))) return true
  const expiresMs = filetimeMs(text(entry, 'accountExpires'))
  if (expiresMs !== undefined) return expiresMs <= nowMs
  const shadowDays = Number(text(entry, 'shadowExpire') ?? -1)
  return shadowDays >= 0 && shadowDays * DAY_MS <= nowMs
}

/** Undefined for never. */
function filetimeMs(value: string | undefined): number | undefined {
  if (value === undefined || !/^\d{1,19}$/.test(value) || NEVER_EXPIRES.includes(BigInt(value)))
    return undefined
  return Number(BigInt(value) / 10_000n) - FILETIME_EPOCH_MS
}

/** As FreeIPA writes times (RFC 4517 section 3.3.13): in UTC, to the second. */
function generalizedTimeMs(value: string | undefined): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:[.,]\d+)?Z$/.exec(value ?? '')
  if (!parts) return undefined
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return Date.UTC(year, month - 1, day, hour, minute, second)
}
