import type { Core } from '../../context/index.ts'
import {
  type EndWith,
  type ExecutionTransaction,
  readStopping,
  stopExecution,
} from '../../executions/index.ts'
import { REPLICATION } from '../model.ts'
import { tellEnds } from './news.ts'
import { forgetEnded } from './store.ts'

/** What ends with tasks of replications, whoever stops them: that one, a job of it, or the queue. */
export const endTransfers: EndWith = async (core, tx, { taskIds, ended }) => {
  await forgetEnded(tx, taskIds)
  // With nothing under way a run has ended here, and may have failed before. Once of each policy, and in one order: each is held.
  const failed = ended.filter(({ status }) => status === 'Error').sort((a, b) => a.vendorId - b.vendorId)
  for (const [policyId, runs] of Map.groupBy(failed, ({ vendorId }) => vendorId))
    await tellEnds(core, tx, runs[0]!, policyId)
}

/** Ends what waits of a replication, and asks whoever works on the rest; `then` runs with it. False: it has ended already. */
export const stopTransfers = (
  core: Core,
  id: number,
  then: (tx: ExecutionTransaction) => Promise<void> = async () => {},
  how: { perTransaction?: number; onlyIfAsked?: boolean } = {},
): Promise<boolean> =>
  stopExecution(core, { vendorType: REPLICATION }, id, then, { ...how, endWith: endTransfers })

/**
 * Ends what has come to wait since somebody asked for the end: a comparison found it, an attempt failed at that moment, or its
 * worker has vanished; what was tried again since runs on. To be taken up and end so it would need a place at a registry that may be left alone for an hour.
 */
export async function endStopped(core: Core): Promise<void> {
  for (const { id } of await readStopping(core, REPLICATION))
    await stopTransfers(core, id, undefined, { onlyIfAsked: true })
}
