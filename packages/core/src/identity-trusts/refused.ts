/** Why a token was not exchanged: for the log only, since it would tell strangers which trusts there are. */
export class RefusedTokenError extends Error {
  override name = 'RefusedTokenError'
}
