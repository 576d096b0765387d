import { type WatchedDestination, watchDestinations } from '../audit-destinations/index.ts'
import type { Core } from '../context/index.ts'
import { canSendMail } from '../mail/index.ts'
import type { News } from './model.ts'
import { insertNews } from './store.ts'

/** A receiver that is restarted is no news. */
const STUCK_MS = 15 * 60_000

/**
 * Tells administrators of receivers of the audit log that have taken nothing for a quarter of an hour, or for whom more
 * waits than is kept: of each once a day. Gives how many there are. For a job, on any node.
 */
export async function tellForwarding(core: Core): Promise<number> {
  const all = (await watchDestinations(core)).flatMap((one) => toNews(one, core.now()) ?? [])
  if (all.length === 0) return 0
  const mails = await canSendMail(core)
  await core.db.transaction(async (tx) => {
    for (const news of all) await insertNews(tx, news, mails)
  })
  return all.length
}

function toNews({ id, name, state, backlog }: WatchedDestination, nowMs: number): News | undefined {
  const { lines, oldestAt } = backlog
  const isStuck = state === 'retrying' && oldestAt !== null && nowMs - oldestAt.getTime() > STUCK_MS
  if (!isStuck && state !== 'losing') return undefined
  const kind = isStuck ? 'forwarding_failing' : 'forwarding_losing'
  const at = new Date(nowMs)
  return {
    kind,
    at,
    subjectKey: `${kind}:${id}:${at.toISOString().slice(0, 10)}`,
    facts: { name, lines },
  }
}
