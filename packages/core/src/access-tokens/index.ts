export type { AccessToken, NewAccessToken } from './model.ts'
export { createAccessToken, listAccessTokens, revokeAccessToken } from './service.ts'
