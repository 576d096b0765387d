export const TOKEN_ISSUER = 'berth-token-issuer'
/** The registry's `service`, and so every token's audience, whichever accepted name the client asked for. */
export const TOKEN_AUDIENCE = 'berth-registry'
/** Names that clients may ask a token for; the second is what Harbor's clients know. */
export const TOKEN_SERVICES: readonly string[] = [TOKEN_AUDIENCE, 'harbor-registry']

/** What a token permits: an entry of the claim `access` of the docker token protocol. */
export interface AccessEntry {
  type: 'repository' | 'registry'
  name: string
  actions: string[]
}

export interface TokenClaims {
  iss: string
  /** The user's or robot's name; empty for anonymous. */
  sub: string
  aud: string
  exp: number
  nbf: number
  iat: number
  jti: string
  access: AccessEntry[]
  /** Berth's own: the user's id, absent for robots and anonymous. */
  uid?: number
  /** Berth's own: the robot's id. */
  rid?: number
  /** Berth's own: the personal access token it was had with, whose limits it keeps. */
  pat?: number
  /** Berth's own: the account's credential epoch, so that a changed password ends tokens too. */
  cep?: number
  /** Berth's own: set in tokens for calls from Berth to the registry, which no door of Berth accepts. */
  internal?: true
}

/** True when `access` holds `action` on the named repository (not on a longer or shorter name). */
export const permits = (
  access: readonly AccessEntry[],
  type: AccessEntry['type'],
  name: string,
  action: string,
): boolean =>
  access.some((entry) => entry.type === type && entry.name === name && entry.actions.includes(action))
