export interface FakeAuth {
  /** Passwords by user name. */
  users: Record<string, string>
  /** User names by identity token, for the OAuth2 POST. */
  identityTokens?: Record<string, string>
  /** `basic` challenges for a password on every request instead of a token. Default `bearer`. */
  scheme?: 'bearer' | 'basic'
  /** Gives tokens for pull without a login. Default false. */
  anonymousPull?: boolean
  /** Says which actions of a scope a user gets. Default: all that were asked for. */
  grant?: (user: string | undefined, scope: { type: string; name: string; actions: string[] }) => string[]
  tokenLifeSeconds?: number
  /** Named in the challenge instead of the fake's own `/token`. */
  realm?: string
  /** Which methods the token endpoint offers. Default both. */
  tokenMethods?: readonly ('GET' | 'POST')[]
}

export interface FakeRegistryOptions {
  auth?: FakeAuth
  /** Offers the referrers API. Default true; off, the fake behaves like a registry of before OCI 1.1. */
  referrers?: boolean
  /** Entries in a page of the catalog or of tags at most. Default 1000. */
  maxPageSize?: number
  /** Smallest part of a chunked upload it takes, announced in OCI-Chunk-Min-Length. */
  minChunkBytes?: number
  /** Links blobs of other repositories instead of answering a mount with an upload. Default true. */
  mounts?: boolean
  /** Answers blob GETs with a redirect to this origin, where the same paths must be served. */
  redirectBlobsTo?: string
  /** Ms since the epoch. Default the real clock. */
  nowMs?: () => number
}
