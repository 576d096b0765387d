/** A token as a token endpoint gave it. Times in ms since the epoch. */
export interface CachedToken {
  token: string
  /** From here on the token is not used any more: 90 % of its life. */
  staleAtMs: number
}

export interface TokenCache {
  /** The live token under `key`, else what `fetchToken` gives; callers asking at the same time share one call. */
  get(key: string, fetchToken: () => Promise<CachedToken>): Promise<string>
  /** Forgets `token` if it is still the one under `key`, after the registry refused it. */
  forget(key: string, token: string): void
}

/** Bounded: the oldest entry goes first. May be shared by clients, keys hold realm, service, scopes and credential. */
export function createTokenCache(options: { maxEntries?: number; nowMs?: () => number } = {}): TokenCache {
  const { maxEntries = 1000, nowMs = Date.now } = options
  const tokens = new Map<string, CachedToken>()
  const pending = new Map<string, Promise<CachedToken>>()

  async function load(key: string, fetchToken: () => Promise<CachedToken>): Promise<CachedToken> {
    const fresh = await fetchToken()
    tokens.delete(key)
    tokens.set(key, fresh)
    if (tokens.size > maxEntries) tokens.delete(tokens.keys().next().value as string)
    return fresh
  }

  function loadOnce(key: string, fetchToken: () => Promise<CachedToken>): Promise<CachedToken> {
    const loading = load(key, fetchToken)
    pending.set(key, loading)
    const settled = () => pending.delete(key)
    loading.then(settled, settled)
    return loading
  }

  return {
    async get(key, fetchToken) {
      const held = tokens.get(key)
      if (held && held.staleAtMs > nowMs()) return held.token
      return (await (pending.get(key) ?? loadOnce(key, fetchToken))).token
    },
    forget(key, token) {
      if (tokens.get(key)?.token === token) tokens.delete(key)
    },
  }
}
