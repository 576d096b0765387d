export { type Exchanged, exchangeToken } from './exchange.ts'
export type { IdentityTrust, TrustInput } from './model.ts'
export { RefusedTokenError } from './refused.ts'
export {
  createIdentityTrust,
  deleteIdentityTrust,
  getIdentityTrust,
  listIdentityTrusts,
  purgeSpentTokens,
  updateIdentityTrust,
} from './service.ts'
