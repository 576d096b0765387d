import { X509Certificate } from 'node:crypto'
import { type Configuration, choice, secretText, switchable, text, wholeNumber } from './kinds.ts'

/** One line without the blanks around it. */
export const line = (maxLength: number, fallback = ''): Configuration<string> =>
  text(maxLength, fallback, (value) => (/\p{Cc}/u.test(value.trim()) ? undefined : value.trim()))

/** Harbor's numbers for where to search: 0 the entry itself, 1 right below it, 2 everywhere below it. */
const scope: Configuration<number> = wholeNumber(2, 0, 2)

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** PEM certificates, without the words around them. */
export function authorities(value: string): string | undefined {
  const found = value.match(CERTIFICATE) ?? []
  if (found.length === 0) return value.trim() === '' ? '' : undefined
  try {
    return found.map((pem) => new X509Certificate(pem).toString()).join('')
  } catch {
    return undefined
  }
}

/** The directory, under Harbor's names, and at the end what Harbor has no name for. `core/directories` gives them their meaning. */
export const ldapConfigurations = {
  /** One URL, or several with blanks or commas between them, tried in this order. */
  ldap_url: line(2_048),
  ldap_base_dn: line(2_048),
  ldap_search_dn: line(2_048),
  ldap_search_password: secretText(1_024),
  /** What a person is called here, and may type. */
  ldap_uid: line(256, 'cn'),
  ldap_filter: line(4_096),
  ldap_scope: scope,
  /** Seconds. */
  ldap_timeout: wholeNumber(5, 1, 60),
  ldap_verify_cert: switchable(true),
  ldap_group_base_dn: line(2_048),
  ldap_group_search_filter: line(4_096),
  ldap_group_attribute_name: line(256),
  ldap_group_search_scope: scope,
  ldap_group_admin_dn: line(2_048),
  ldap_group_membership_attribute: line(256, 'memberof'),
  /** Only taken and shown, for Harbor's clients. */
  ldap_group_attach_parallel: switchable(false),

  ldap_start_tls: switchable(false),
  /** Authorities to trust beside those of the system, in PEM. */
  ldap_ca: text(65_536, '', authorities),
  /** What else people may type, with commas between: mail, userPrincipalName. */
  ldap_login_attributes: line(1_024),
  ldap_group_source: choice(['member_of', 'member', 'both']),
  ldap_group_member_attributes: line(1_024, 'member,uniqueMember'),
  ldap_group_nested: choice(['none', 'in_chain', 'walk']),
  ldap_follow_referrals: switchable(false),
  /** Minutes within which the directory's word about a person counts without a sign-in. */
  ldap_refresh_interval: wholeNumber(15, 5, 1_440),
  /** For how long people keep their access when many are missing at once; 0 for not at all. */
  ldap_missing_hold_hours: wholeNumber(24, 0, 720),
}
