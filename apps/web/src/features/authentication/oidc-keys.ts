/** Every setting of the provider that the console shows, in the order of the page. */
export const oidcKeys = [
  'oidc_name',
  'oidc_endpoint',
  'oidc_client_id',
  'oidc_client_secret',
  'oidc_scope',
  'oidc_verify_cert',
  'oidc_ca',
  'oidc_extra_redirect_parms',
  'oidc_user_claim',
  'oidc_auto_onboard',
  'oidc_logout',
  'oidc_groups_claim',
  'oidc_group_filter',
  'oidc_admin_group',
] as const

export type OidcKey = (typeof oidcKeys)[number]

/** What stands in empty fields. */
export const oidcExamples = {
  oidc_endpoint: 'https://login.example.com',
  oidc_scope: 'openid,profile,email,offline_access',
  oidc_user_claim: 'preferred_username',
  oidc_groups_claim: 'groups',
  oidc_group_filter: '^registry-.*',
  oidc_extra_redirect_parms: '{"prompt":"login"}',
}
