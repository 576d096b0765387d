/** Every setting of the directory that the console shows, in the order of the page. */
export const ldapKeys = [
  'ldap_url',
  'ldap_start_tls',
  'ldap_verify_cert',
  'ldap_ca',
  'ldap_timeout',
  'ldap_follow_referrals',
  'ldap_search_dn',
  'ldap_search_password',
  'ldap_base_dn',
  'ldap_scope',
  'ldap_filter',
  'ldap_uid',
  'ldap_login_attributes',
  'ldap_group_base_dn',
  'ldap_group_search_scope',
  'ldap_group_search_filter',
  'ldap_group_attribute_name',
  'ldap_group_source',
  'ldap_group_membership_attribute',
  'ldap_group_member_attributes',
  'ldap_group_nested',
  'ldap_group_admin_dn',
  'ldap_refresh_interval',
  'ldap_missing_hold_hours',
] as const

export type LdapKey = (typeof ldapKeys)[number]

/** What most directories of a kind need; places and names of the company stay as they are. */
export const ldapPresets = {
  openLdap: {
    ldap_filter: '(objectClass=inetOrgPerson)',
    ldap_uid: 'uid',
    ldap_login_attributes: 'mail',
    ldap_group_search_filter: '(objectClass=groupOfNames)',
    ldap_group_attribute_name: 'cn',
    ldap_group_source: 'both',
    ldap_group_membership_attribute: 'memberOf',
    ldap_group_member_attributes: 'member,uniqueMember',
    ldap_group_nested: 'walk',
  },
  activeDirectory: {
    ldap_filter: '(&(objectCategory=person)(objectClass=user))',
    ldap_uid: 'sAMAccountName',
    ldap_login_attributes: 'userPrincipalName,mail',
    ldap_group_search_filter: '(objectClass=group)',
    ldap_group_attribute_name: 'cn',
    ldap_group_source: 'member',
    ldap_group_membership_attribute: 'memberOf',
    ldap_group_member_attributes: 'member',
    ldap_group_nested: 'in_chain',
  },
} satisfies Record<string, Partial<Record<LdapKey, string>>>

/** What stands in empty fields. */
export const ldapExamples = {
  ldap_url: 'ldaps://ldap.example.com',
  ldap_search_dn: 'cn=berth,ou=services,dc=example,dc=com',
  ldap_base_dn: 'ou=people,dc=example,dc=com',
  ldap_filter: '(objectClass=inetOrgPerson)',
  ldap_uid: 'uid',
  ldap_login_attributes: 'mail',
  ldap_group_base_dn: 'ou=groups,dc=example,dc=com',
  ldap_group_search_filter: '(objectClass=groupOfNames)',
  ldap_group_attribute_name: 'cn',
  ldap_group_membership_attribute: 'memberOf',
  ldap_group_member_attributes: 'member,uniqueMember',
  ldap_group_admin_dn: 'cn=admins,ou=groups,dc=example,dc=com',
}
