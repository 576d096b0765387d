import { madeOfSettings, readSettings } from '../../configurations/index.ts'
import type { Core } from '../../context/index.ts'

/** How Berth speaks to its OpenID Connect provider. */
export interface OidcSettings {
  /** What people know it by. */
  name: string
  /** The issuer as it was set; the provider's own spelling stands in its description. */
  endpoint: string
  clientId: string
  /** Empty for a public client. */
  clientSecret: string
  scopes: readonly string[]
  /** Empty: `preferred_username`. */
  userClaim: string
  /** Empty: the provider tells no groups. */
  groupsClaim: string
  adminGroup: string
  groupFilter: string
  verifyCert: boolean
  /** PEM; beside the authorities of the system. */
  ca: string
  extraParameters: Readonly<Record<string, string>>
  autoOnboard: boolean
  /** Signing out ends the session at the provider too. */
  logout: boolean
  /** Whether people who were never here may come in. */
  takesNewPeople: boolean
}

const keys = [
  'auth_mode',
  'oidc_admin_group',
  'oidc_auto_onboard',
  'oidc_ca',
  'oidc_client_id',
  'oidc_client_secret',
  'oidc_endpoint',
  'oidc_extra_redirect_parms',
  'oidc_group_filter',
  'oidc_groups_claim',
  'oidc_logout',
  'oidc_name',
  'oidc_scope',
  'oidc_user_claim',
  'oidc_verify_cert',
] as const

/** The settings as of at most three seconds ago, on the node that changed them as they are; undefined while there is no provider. */
export async function oidcSettings(core: Core): Promise<OidcSettings | undefined> {
  const known = await madeOfSettings(core, 'oidc', async () => (await readOidcSettings(core)) ?? 'none')
  return known === 'none' ? undefined : known
}

async function readOidcSettings(core: Core): Promise<OidcSettings | undefined> {
  const set = await readSettings(core, keys)
  if (set.oidc_endpoint === '' || set.oidc_client_id === '') return undefined
  return {
    name: set.oidc_name || 'OpenID Connect',
    endpoint: set.oidc_endpoint,
    clientId: set.oidc_client_id,
    clientSecret: set.oidc_client_secret,
    scopes: set.oidc_scope.split(','),
    userClaim: set.oidc_user_claim,
    groupsClaim: set.oidc_groups_claim,
    adminGroup: set.oidc_admin_group,
    groupFilter: set.oidc_group_filter,
    verifyCert: set.oidc_verify_cert,
    ca: set.oidc_ca,
    extraParameters: JSON.parse(set.oidc_extra_redirect_parms),
    autoOnboard: set.oidc_auto_onboard,
    logout: set.oidc_logout,
    takesNewPeople: set.auth_mode === 'oidc_auth',
  }
}
