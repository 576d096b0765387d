import { readSettings } from '../../configurations/index.ts'
import type { Core } from '../../context/index.ts'

/** The settings of deliveries, as of at most three seconds ago. */
export interface Limits {
  timeoutMs: number
  /** Attempts of one delivery. */
  maxAttempts: number
  /** Deliveries given up in a row after which a webhook is disabled; 0: never. */
  disableAfter: number
  retentionDays: number
}

export const limits = async (core: Core): Promise<Limits> =>
  (await core.cache<Limits>('webhooks.limits', 3_000, 1).get('', async () => {
    const set = await readSettings(core, [
      'webhook_timeout_seconds',
      'webhook_max_attempts',
      'webhook_disable_after',
      'webhook_retention_days',
    ])
    return {
      timeoutMs: set.webhook_timeout_seconds * 1_000,
      maxAttempts: set.webhook_max_attempts,
      disableAfter: set.webhook_disable_after,
      retentionDays: set.webhook_retention_days,
    }
  }))!
