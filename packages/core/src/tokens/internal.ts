import type { Core } from '../context/index.ts'
import type { AccessEntry } from './claims.ts'
import { signToken } from './issue.ts'
import { keyring } from './keyring.ts'

const LIFETIME_SECONDS = 5 * 60
/** Whom the registry takes Berth's own calls to come from; no username holds a colon. */
export const INTERNAL_SUBJECT = 'berth:internal'
// Kept for less than it lives, so that a request never leaves with a token about to expire.
const KEEP_MS = (LIFETIME_SECONDS - 90) * 1000

/**
 * A token for Berth's own calls to the registry, with exactly these scopes (`repository:a/b:pull`); no door of Berth
 * accepts it. The caller has decided that the call may be made.
 */
export async function mintInternalToken(core: Core, scopes: readonly string[]): Promise<string> {
  const token = await core
    .cache<string>('tokens.internal', KEEP_MS, 5_000)
    .get(scopes.join(' '), async () => {
      const { current } = await keyring(core)
      return signToken(current, core.now(), LIFETIME_SECONDS, {
        sub: INTERNAL_SUBJECT,
        access: scopes.flatMap(toAccess),
        internal: true,
      })
    })
  return token as string
}

function toAccess(scope: string): AccessEntry[] {
  const [, type, name, actions] = /^(repository|registry):([^:]+):([a-z*,]+)$/.exec(scope) ?? []
  if (!type || !name || !actions) throw new TypeError(`not a scope: ${scope}`)
  return [{ type: type as AccessEntry['type'], name, actions: actions.split(',') }]
}
