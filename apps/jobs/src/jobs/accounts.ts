import { refreshDirectoryAccounts } from '@berth/core/directories'
import { purgeSpentTokens } from '@berth/core/identity-trusts'
import { purgeNewcomers, refreshAccounts } from '@berth/core/oidc-accounts'
import { purgeExpiredSessions } from '@berth/core/sessions'
import { rotateSigningKeyOlderThan } from '@berth/core/tokens'
import { type Job, job, nothing, patient } from '../job.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
// Registries that are never restarted accept new keys through two rotations: so they may sleep for a year and a half.
const KEY_AGE_MS = 180 * 24 * HOUR_MS

/** Who may come in: sessions, people of directories and providers, keys. */
export const accountsJobs: readonly Job[] = [
  job({
    name: 'sessions.purge',
    parse: nothing,
    schedule: { everyMs: HOUR_MS },
    retry: patient,
    run: async ({ core }) => ({ removed: await purgeExpiredSessions(core) }),
  }),
  // Each person's turn stands in the database; a look every few seconds spreads them and sees what another process left.
  job({
    name: 'directories.refresh',
    parse: nothing,
    isPrompt: true,
    schedule: { everyMs: 10_000 },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, log, signal }) => {
      const result = await refreshDirectoryAccounts(core, signal)
      if (!result) return undefined
      const { problem, ...refreshed } = result
      if (refreshed.failed)
        log('warn', 'what the directory says about some people could not be written', {
          ...refreshed,
          error: problem,
        })
      if (refreshed.stopped) log('warn', 'the directory gives no verdict', { ...refreshed })
      if (refreshed.held)
        log('warn', 'so many people are missing in the directory that nobody of them is ended', {
          ...refreshed,
        })
      // As long as it is so, nobody of them is ended: a part of the directory may know them.
      if (refreshed.unclear && !refreshed.stopped)
        log('warn', 'the directory does not say whether some people are still there', { ...refreshed })
      return { ...refreshed }
    },
  }),
  job({
    name: 'oidc-accounts.refresh',
    parse: nothing,
    isPrompt: true,
    schedule: { everyMs: MINUTE_MS },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, log, signal }) => {
      const { problem, ...counts } = await refreshAccounts(core, signal)
      if (problem) log('warn', 'the OpenID Connect provider could not be asked about people', { problem })
      return counts.renewed + counts.ended + counts.failed > 0 ? counts : undefined
    },
  }),
  job({
    name: 'oidc-newcomers.purge',
    parse: nothing,
    schedule: { everyMs: HOUR_MS },
    retry: patient,
    run: async ({ core }) => ({ removed: await purgeNewcomers(core) }),
  }),
  job({
    name: 'identity-trusts.purge',
    parse: nothing,
    schedule: { everyMs: HOUR_MS },
    retry: patient,
    run: async ({ core }) => ({ removed: await purgeSpentTokens(core) }),
  }),
  job({
    name: 'signing-keys.rotate',
    parse: nothing,
    schedule: { cron: '0 0 3 1 * *' },
    retry: patient,
    run: async ({ core }) => ({
      kid: (await rotateSigningKeyOlderThan(core, KEY_AGE_MS))?.kid ?? 'unchanged',
    }),
  }),
]
