import type { Core } from '../../context/index.ts'
import { type ExecutionTransaction, readStopping, stopExecution } from '../../executions/index.ts'
import { REPLICATION } from '../model.ts'
import { tellEnd } from './news.ts'
import { forgetEnded } from './store.ts'

/** Ends what waits of a replication, and asks whoever works on the rest; `then` runs with it. False: it has ended already. */
export const stopTransfers = (
  core: Core,
  { id, policyId }: { id: number; policyId: number },
  then: (tx: ExecutionTransaction) => Promise<void> = async () => {},
  how: { perTransaction?: number; onlyIfAsked?: boolean } = {},
): Promise<boolean> =>
  stopExecution(core, { vendorType: REPLICATION }, id, then, {
    ...how,
    each: async (tx, taskIds) => {
      await forgetEnded(tx, taskIds)
      // With nothing under way it has ended here, and may have failed before.
      await tellEnd(core, tx, { executionId: id, policyId })
    },
  })

/**
 * Ends what has come to wait since somebody asked for the end: a comparison found it, an attempt failed at that moment, or its
 * worker has vanished; what was tried again since runs on. To be taken up and end so it would need a place at a registry that may be left alone for an hour.
 */
export async function endStopped(core: Core): Promise<void> {
  for (const { id, vendorId: policyId } of await readStopping(core, REPLICATION))
    await stopTransfers(core, { id, policyId }, undefined, { onlyIfAsked: true })
}
