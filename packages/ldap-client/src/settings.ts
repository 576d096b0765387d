import type { ConnectionSettings, Scope } from './connection.ts'
import { parseDn } from './dn.ts'
import { LdapError } from './errors.ts'
import { attributeName, type Filter } from './filter.ts'
import { parseFilter } from './filter-parser.ts'
import type { TlsSettings } from './socket.ts'
import { parseTarget, type Target } from './url.ts'

export interface DirectorySettings {
  /** Tried in this order: `ldap://host[:port]`, `ldaps://…`. */
  urls: readonly string[]
  tls?: TlsSettings
  /** Who searches; anonymously when not given. */
  searchAccount?: { dn: string; password: string }
  users: {
    baseDn: string
    /** Default: sub. */
    scope?: Scope
    /** RFC 4515; which entries are people. */
    filter?: string
    /** What a person may type: uid, mail, sAMAccountName, userPrincipalName, … Default: uid. */
    loginAttributes?: readonly string[]
    /** What a person is called here. Default: the first of `loginAttributes`. */
    usernameAttribute?: string
  }
  groups?: {
    baseDn: string
    scope?: Scope
    filter?: string
    /** Default: cn. */
    nameAttribute?: string
    /** Read from the person's entry, from the groups' entries, or both. Default: memberOf. */
    source?: 'memberOf' | 'member' | 'both'
    /** Default: memberOf. */
    memberOfAttribute?: string
    /** Attributes of groups that hold DNs of members, or names in case of memberUid. Default: member, uniqueMember. */
    memberAttributes?: readonly string[]
    /** Groups in groups: by Active Directory's matching rule, or level by level. Default: none. */
    nested?: 'none' | 'inChain' | 'walk'
  }
  /** Goes on at servers a search refers to, only those in `urls`. Default: false, references are left out. */
  followReferrals?: boolean
  limits?: Partial<DirectoryLimits>
  /** Now, in ms; for the expiry of accounts. */
  clock?: () => number
}

export interface DirectoryLimits {
  /** TCP, StartTLS and TLS together, for each server. Default: 5,000. */
  connectTimeoutMs: number
  /** A bind, or a search with all its pages. Default: 10,000. */
  requestTimeoutMs: number
  /** To all servers together, for searches and for binds each. Default: 8. */
  maxConnections: number
  /** How many calls may wait for a connection, and how long. Default: 2,000 and 10,000 ms. */
  maxWaiting: number
  waitTimeoutMs: number
  /** An unused connection is closed after this long. Default: 60,000. */
  idleMs: number
  /** How long a server that failed is tried last. Default: 30,000. */
  avoidFailedMs: number
  /** Entries of one search. Default: 50,000. */
  maxEntries: number
  /** Default: 500; Active Directory gives no more than 1,000. */
  pageSize: number
  /** One page, or the answer to a bind. Default: 16 MiB. */
  maxAnswerBytes: number
  /** Levels of groups in groups. Default: 10. */
  maxGroupDepth: number
  /** Groups of one person, TOO_MANY_ENTRIES above. Default: 2,000. */
  maxGroups: number
}

const defaultLimits: DirectoryLimits = {
  connectTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  maxConnections: 8,
  maxWaiting: 2_000,
  waitTimeoutMs: 10_000,
  idleMs: 60_000,
  avoidFailedMs: 30_000,
  maxEntries: 50_000,
  pageSize: 500,
  maxAnswerBytes: 16 * 1024 * 1024,
  maxGroupDepth: 10,
  maxGroups: 2_000,
}

/** Settings after everything in them was read and found good. */
export interface Plan {
  targets: Target[]
  searchAccount: { dn: string; password: string } | undefined
  users: {
    baseDn: string
    scope: Scope
    filter: Filter | undefined
    loginAttributes: string[]
    usernameAttribute: string
  }
  groups: GroupPlan | undefined
  followReferrals: boolean
  limits: DirectoryLimits
  connection: ConnectionSettings
  clock: () => number
}

export interface GroupPlan {
  baseDn: string
  scope: Scope
  filter: Filter | undefined
  nameAttribute: string
  source: 'memberOf' | 'member' | 'both'
  memberOfAttribute: string
  memberAttributes: string[]
  nested: 'none' | 'inChain' | 'walk'
}

/** Throws LdapError SETTINGS, INVALID_FILTER or INVALID_DN for what cannot work. */
export function planOf(settings: DirectorySettings): Plan {
  const { users, groups, searchAccount, tls = {} } = settings
  const targets = settings.urls.map(parseTarget)
  if (targets.length === 0) throw new LdapError('SETTINGS', 'A directory needs a URL')
  if (searchAccount && (searchAccount.dn.trim() === '' || searchAccount.password === ''))
    throw new LdapError('SETTINGS', 'The search account needs a name and a password')
  const limits = { ...defaultLimits, ...settings.limits }
  for (const [name, value] of Object.entries(limits))
    if (!Number.isInteger(value) || value < 1)
      throw new LdapError('SETTINGS', `${name} must be a positive number`)
  const loginAttributes = (users.loginAttributes ?? ['uid']).map(attributeName)
  if (loginAttributes.length === 0)
    throw new LdapError('SETTINGS', 'At least one attribute must hold the login name')
  const { connectTimeoutMs, requestTimeoutMs, pageSize, maxAnswerBytes } = limits
  return {
    targets,
    searchAccount,
    users: {
      ...placeOf(users),
      loginAttributes,
      usernameAttribute: attributeName(users.usernameAttribute ?? loginAttributes[0]!),
    },
    groups: groups && {
      ...placeOf(groups),
      nameAttribute: attributeName(groups.nameAttribute ?? 'cn'),
      source: groups.source ?? 'memberOf',
      memberOfAttribute: attributeName(groups.memberOfAttribute ?? 'memberOf'),
      memberAttributes: (groups.memberAttributes ?? ['member', 'uniqueMember']).map(attributeName),
      nested: groups.nested ?? 'none',
    },
    followReferrals: settings.followReferrals ?? false,
    limits,
    connection: { tls, connectTimeoutMs, requestTimeoutMs, pageSize, maxAnswerBytes },
    clock: settings.clock ?? Date.now,
  }
}

function placeOf({ baseDn, scope, filter }: { baseDn: string; scope?: Scope; filter?: string }) {
  parseDn(baseDn)
  return { baseDn, scope: scope ?? 'sub', filter: filter?.trim() ? parseFilter(filter) : undefined }
}
