import { forgetUser, userFacts } from '../authentication/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import { type Core, isUnavailable } from '../context/index.ts'
import { CHECK_EVERY_MS } from './model.ts'
import {
  describeProvider,
  type OidcSettings,
  oidcSettings,
  ProviderError,
  refreshStatement,
  type Statement,
  toIdentity,
} from './provider/index.ts'
import {
  type DueAccount,
  endAccount,
  keepRefreshToken,
  markChecked,
  readDueAccounts,
  removeExpiredNewcomers,
  renewAccount,
} from './store.ts'

const BATCH = 50
/** A provider that fails this often in a row is down; the next run tries again. */
const GIVE_UP_AFTER = 3

export interface Refreshed {
  renewed: number
  /** Whom the provider does not let go on: sessions, tokens and CLI secret have ended. */
  ended: number
  /** Nothing was learned about these. */
  failed: number
  /** What went wrong last, for the log. */
  problem?: string
}

/**
 * Asks the provider whether its people are still there and in which groups: everybody with a refresh token, once in
 * fifteen minutes. Only the provider's own refusal (invalid_grant) ends an account's access; a provider that is down or
 * answers strangely changes nothing. One node at a time: a refresh token is often good once.
 */
export async function refreshAccounts(core: Core, signal?: AbortSignal): Promise<Refreshed> {
  const result: Refreshed = { renewed: 0, ended: 0, failed: 0 }
  const settings = await oidcSettings(core)
  if (!settings) return result
  await core.db.lock('oidc-accounts.refresh', async () => {
    let failuresInARow = 0
    const before = new Date(core.now() - CHECK_EVERY_MS)
    for (;;) {
      const due = await readDueAccounts(core, before, BATCH)
      for (const account of due) {
        if (signal?.aborted || failuresInARow >= GIVE_UP_AFTER) return
        // First, so that an account that fails does not hold up those behind it.
        await markChecked(core, account.id)
        const outcome = await refreshAccount(core, settings, account).catch((error: Error) => {
          // Without a database nothing goes on; what is wrong with one account is no reason to leave out the others.
          if (isUnavailable(error)) throw error
          return error
        })
        if (outcome instanceof Error) {
          result.failed++
          result.problem = outcome.message
          const isAway = outcome instanceof ProviderError && outcome.problem === 'unreachable'
          failuresInARow = isAway ? failuresInARow + 1 : 0
        } else if (outcome !== 'elsewhere') {
          result[outcome]++
          failuresInARow = 0
        }
      }
      if (due.length < BATCH) return
    }
  })
  return result
}

async function refreshAccount(
  core: Core,
  settings: OidcSettings,
  account: DueAccount,
): Promise<'renewed' | 'ended' | 'elsewhere' | ProviderError> {
  let current = account
  try {
    // Another provider learns nobody's token, and its refusal would say nothing.
    const { issuer } = await describeProvider(core, settings)
    if (issuer !== account.issuer) return 'elsewhere'
    const token = core.secrets.decrypt('oidc-tokens', account.sealedToken)
    const statement = await refreshStatement(core, settings, token, account.subject, async (rotated) => {
      current = await keepRefreshToken(core, account, rotated)
    })
    await renewAccount(core, current, rightsIn(settings, statement))
    forgetUser(core, account.userId)
    return 'renewed'
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    if (error.problem !== 'refused') return error
    const resource = (await userFacts(core, account.userId))?.username ?? String(account.userId)
    const detail = { access: 'ended', reason: 'the provider refuses' }
    const line = { resourceType: 'user', action: 'update', actor: SYSTEM, resource, detail } as const
    if (!(await endAccount(core, current, line))) return 'renewed'
    forgetUser(core, account.userId)
    return 'ended'
  }
}

/**
 * A new identity token tells all groups, also by telling none. Without one, only a claim that is there counts: some
 * providers leave groups out of userinfo.
 */
function rightsIn(settings: OidcSettings, { idToken, subject, claims }: Statement) {
  // Nothing that an earlier setting brought stays.
  if (settings.groupsClaim === '') return { groups: [], admin: false }
  if (subject === undefined) return undefined
  const told = idToken !== undefined || Object.hasOwn(claims, settings.groupsClaim.split('.')[0]!)
  return told ? toIdentity(settings, claims) : undefined
}

/** Gives the number. For a job. */
export const purgeNewcomers = (core: Core): Promise<number> => removeExpiredNewcomers(core)
