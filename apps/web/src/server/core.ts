// The one file of the console that imports the domain: for sign-in, and for the context the API is made with.
export { type Core, createCore, DomainError, withOrigin } from '@berth/core'
export { showMetrics } from '@berth/core/metrics'
export {
  newcomerName,
  ProviderError,
  personFrom,
  recordFailedSignIn,
  SignInRefused,
  signInNewcomer,
  signInPerson,
  signOutAtProvider,
  wayToProvider,
} from '@berth/core/oidc-accounts'
export { openSecrets } from '@berth/core/secrets'
export {
  DEVICE_LIFETIME_MS,
  endSession,
  LONGEST_LIFETIME_MS,
  resolveSession,
  SecondFactorNeeded,
  signIn,
} from '@berth/core/sessions'
export { parsePartSettings, SettingsError } from '@berth/core/settings'
