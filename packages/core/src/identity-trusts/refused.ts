/** Why a token was not exchanged: for the log only, since it would tell strangers which trusts there are. */
export class RefusedTokenError extends Error {
  override name = 'RefusedTokenError'
}

/** Its issuer does not say what would be needed to judge it: nothing that whoever sent it could help. */
export class UnjudgedTokenError extends RefusedTokenError {}
