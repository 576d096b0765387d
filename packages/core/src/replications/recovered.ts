import type { Core } from '../context/index.ts'
import { type EventTransaction, raise } from '../events/index.ts'

/** A policy fails no more, or nobody is to hear of it any more: who was told that it fails is told no longer. */
export const raiseRecovered = (core: Core, tx: EventTransaction, policyId: number): Promise<void> =>
  raise(tx, {
    ...{ at: new Date(core.now()), type: 'replication.recovered', projectId: null },
    subject: `replication-policy ${policyId}`,
    ...{ actorKind: 'system', actorId: null, actorName: 'system', requestId: '' },
    payload: { policyId },
  })
