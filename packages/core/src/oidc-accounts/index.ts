export { type OidcAccount, type RefusalReason, SignInRefused } from './model.ts'
export { ProviderError, type ProviderProblem } from './provider/index.ts'
export { purgeNewcomers, type Refreshed, refreshAccounts } from './refresh.ts'
export {
  createCliSecret,
  offeredProvider,
  oidcAccountOf,
  pingProvider,
  setCliSecret,
} from './service.ts'
export {
  newcomerName,
  personFrom,
  signInNewcomer,
  signInPerson,
  type WayToProvider,
  wayToProvider,
} from './sign-in.ts'
export { signOutAtProvider } from './sign-out.ts'
export { recordFailedSignIn } from './witness.ts'
