import { projectOf } from '../../../artifacts/index.ts'
import type { Core } from '../../../context/index.ts'
import { failWaitingWithin, lockExecution } from '../../../executions/index.ts'
import { writeTransfers } from '../../progress/index.ts'
import { readLastingOf } from '../due/store.ts'
import type { Transfer } from '../model.ts'
import { readTelling, type Telling, tellEnds } from '../news.ts'
import { PATIENCE_MS } from '../outcome.ts'
import { isInVain, ofThoseLasting, readLasting } from './store.ts'

/** What one transaction ends: well below its time, and nobody waits long for the execution. */
const PART = 500

interface Vain {
  registry: { id: number; name: string }
  failingSince: Date
  /** How the last attempt failed. */
  sentence: string
}

/**
 * Ends what waits of runs for a registry where nothing has gone through for an hour, all together and without another attempt:
 * with one at a time, in pauses of minutes, hundreds of them would take days. Whatever began or was tried again by hand within
 * that hour goes on, as does what follows events. Cut short it is gone on with at the next failure there.
 */
export async function giveUpWaiting(core: Core, vain: Vain, perTransaction = PART): Promise<void> {
  const since = new Date(core.now() - PATIENCE_MS)
  if (vain.failingSince > since) return
  for (const execution of await readLasting(core, vain.registry.id, since))
    for (let after = 0; ; ) {
      const found = await readLastingOf(
        core,
        { ...execution, registryId: vain.registry.id, after },
        since,
        perTransaction,
      )
      await giveUpPart(core, vain, execution, since, found)
      if (found.length < perTransaction) break
      after = found.at(-1)!.taskId
    }
}

async function giveUpPart(
  core: Core,
  { registry, failingSince, sentence }: Vain,
  { executionId, policyId }: { executionId: number; policyId: number },
  since: Date,
  found: readonly Transfer[],
): Promise<void> {
  if (found.length === 0) return
  const tellings = await tellingsOf(core, found)
  const of = { executionId, registryId: registry.id }
  const message = `given up: nothing has gone through at ${registry.name} since ${failingSince.toISOString()}; the last attempt: ${sentence}`
  const count = await core.db.transaction(async (tx) => {
    // A stop, a retry and another worker who gives up hold it as well: what they did is seen here, or they see this.
    if (!(await lockExecution(tx, executionId)) || !(await isInVain(tx, of, since))) return 0
    const ids = found.map(({ taskId }) => taskId)
    const lasting = await ofThoseLasting(tx, ids, since)
    const { failed, execution } = await failWaitingWithin(core, tx, executionId, lasting, message)
    if (!execution || failed.size === 0) return 0
    const told = { doneBytes: 0, sizeBytes: 0, sentBytes: 0, ends: 'failed' } as const
    const writes = [...failed].map((taskId) => ({ taskId, dueAt: null, reason: 'given_up', told }) as const)
    await writeTransfers(core, tx, executionId, writes)
    const ended = found.flatMap((transfer) => {
      const telling = failed.has(transfer.taskId) && tellings.get(transfer)
      return telling ? [{ transfer, telling, status: 'Error' as const, reason: 'given_up' as const }] : []
    })
    await tellEnds(core, tx, execution, policyId, ended)
    return failed.size
  })
  if (count > 0) core.metrics.add('berth_replication_tasks_total', ['Error'], count)
}

/** Those of one project here are told of to the same. */
async function tellingsOf(core: Core, transfers: readonly Transfer[]): Promise<Map<Transfer, Telling>> {
  const known = new Map<string, Telling | undefined>()
  const tellings = new Map<Transfer, Telling>()
  for (const transfer of transfers) {
    if (transfer.kind === 'plan') continue
    const project = projectOf(transfer.direction === 'push' ? transfer.source : transfer.target)
    if (!known.has(project)) known.set(project, await readTelling(core, transfer))
    const telling = known.get(project)
    if (telling) tellings.set(transfer, telling)
  }
  return tellings
}
