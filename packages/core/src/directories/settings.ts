import { createHash } from 'node:crypto'
import { type DirectorySettings, LdapError, openDirectory } from '@berth/ldap-client'
import { type ConfigurationKey, mayGo, readSettings, type Way } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest } from '../errors/index.ts'

const keys = [
  'auth_mode',
  'ldap_base_dn',
  'ldap_ca',
  'ldap_filter',
  'ldap_follow_referrals',
  'ldap_group_admin_dn',
  'ldap_group_attribute_name',
  'ldap_group_base_dn',
  'ldap_group_member_attributes',
  'ldap_group_membership_attribute',
  'ldap_group_nested',
  'ldap_group_search_filter',
  'ldap_group_search_scope',
  'ldap_group_source',
  'ldap_login_attributes',
  'ldap_missing_hold_hours',
  'ldap_refresh_interval',
  'ldap_scope',
  'ldap_search_dn',
  'ldap_search_password',
  'ldap_start_tls',
  'ldap_timeout',
  'ldap_uid',
  'ldap_url',
  'ldap_verify_cert',
] as const satisfies readonly ConfigurationKey[]

/** The settings of the directory as they stand in `/configurations`; the password as plain text. */
export type DirectoryConfiguration = Awaited<ReturnType<typeof readSettings<(typeof keys)[number]>>>

export const readDirectoryConfiguration = (core: Core): Promise<DirectoryConfiguration> =>
  readSettings(core, keys)

/** The rest of what may be sent with these is somebody else's. */
export const isOfDirectory = (key: string): boolean => key === 'auth_mode' || key.startsWith('ldap_')

const listed = (text: string) => text.split(/[\s,]+/).filter((part) => part !== '')

/** As Harbor reads them: without a scheme it is ldap, and port 636 is always encrypted. */
export const urlsOf = ({ ldap_url }: Pick<DirectoryConfiguration, 'ldap_url'>): string[] =>
  listed(ldap_url)
    .map((url) => (url.includes('://') ? url : `ldap://${url}`))
    .map((url) => (/^ldap:\/\/[^/]*:636\/?$/i.test(url) ? url.replace(/^ldap:/i, 'ldaps:') : url))

const scopes = ['base', 'one', 'sub'] as const
const sources = { member_of: 'memberOf', member: 'member', both: 'both' } as const
const nesting = { none: 'none', in_chain: 'inChain', walk: 'walk' } as const

/** Undefined while no directory is configured: that takes at least a URL and a base. */
export function toSettings(of: DirectoryConfiguration, now?: () => number): DirectorySettings | undefined {
  const urls = urlsOf(of)
  if (urls.length === 0 || of.ldap_base_dn === '') return undefined
  const timeoutMs = of.ldap_timeout * 1_000
  return {
    urls,
    tls: {
      startTls: of.ldap_start_tls,
      verify: of.ldap_verify_cert,
      ...(of.ldap_ca !== '' && { caPem: of.ldap_ca }),
    },
    ...(of.ldap_search_dn !== '' && {
      searchAccount: { dn: of.ldap_search_dn, password: of.ldap_search_password },
    }),
    users: {
      baseDn: of.ldap_base_dn,
      scope: scopes[of.ldap_scope],
      filter: of.ldap_filter,
      loginAttributes: [...new Set([of.ldap_uid, ...listed(of.ldap_login_attributes)])],
      usernameAttribute: of.ldap_uid,
    },
    ...(of.ldap_group_base_dn !== '' && {
      groups: {
        baseDn: of.ldap_group_base_dn,
        scope: scopes[of.ldap_group_search_scope],
        filter: of.ldap_group_search_filter,
        nameAttribute: of.ldap_group_attribute_name || 'cn',
        source: sources[of.ldap_group_source as keyof typeof sources],
        memberOfAttribute: of.ldap_group_membership_attribute || 'memberOf',
        memberAttributes: listed(of.ldap_group_member_attributes),
        nested: nesting[of.ldap_group_nested as keyof typeof nesting],
      },
    }),
    followReferrals: of.ldap_follow_referrals,
    limits: { connectTimeoutMs: timeoutMs, requestTimeoutMs: 2 * timeoutMs },
    clock: now,
  }
}

/** The same for the same settings, and no way back to them. */
export const fingerprint = (of: DirectoryConfiguration): string =>
  createHash('sha256').update(JSON.stringify(of)).digest('base64url')

/**
 * Refuses what cannot work, so that nobody finds out by not being able to sign in.
 *
 * @throws DomainError BAD_REQUEST
 */
export function requireWorkable(stored: DirectoryConfiguration, changes: Record<string, unknown>): void {
  const next = { ...stored, ...changes } as DirectoryConfiguration
  const settings = toSettings(next)
  try {
    if (settings) openDirectory(settings).close()
  } catch (error) {
    if (error instanceof LdapError)
      throw badRequest(`these settings of the directory cannot work: ${error.message}`)
    throw error
  }
  if (!mayHavePassword(stored, next) && changes.ldap_search_password === undefined)
    throw badRequest(
      'ldap_url names a new server, or the way to it is not protected as it was; give ldap_search_password again, which is to be sent there',
    )
  if (!settings && next.auth_mode === 'ldap_auth')
    throw badRequest('auth_mode ldap_auth needs ldap_url and ldap_base_dn')
}

/** Whether the stored password, if there is one, may go where these settings send it. */
export const mayHavePassword = (stored: DirectoryConfiguration, next: DirectoryConfiguration): boolean =>
  stored.ldap_search_password === '' || mayGo(wayOf(stored), wayOf(next))

const wayOf = (of: DirectoryConfiguration): Way => ({
  servers: urlsOf(of).map((url) => url.toLowerCase()),
  protections: { verified: of.ldap_verify_cert, startTls: of.ldap_start_tls },
  authorities: of.ldap_ca,
})
