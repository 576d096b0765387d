import { record } from '../../audit/index.ts'
import { type Actor, authorizeSystem } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { DomainError, notFound } from '../../errors/index.ts'
import {
  type ExecutionTransaction,
  lockExecution,
  readTask,
  resumeExecution,
} from '../../executions/index.ts'
import type { ListQuery, Page } from '../../list-query/index.ts'
import { ELSEWHERE } from '../model.ts'
import { changeProgress } from '../progress/index.ts'
import { hasRunning, holdPolicy, readPolicy } from '../store.ts'
import type { Missing } from './model.ts'
import { findReplication } from './service.ts'
import {
  countDoubtful,
  isElsewhere,
  type RetriedPart,
  readFailedBytes,
  readMissing,
  writeRetry,
} from './store.ts'

const MAX_ROWS = 1_000

const refused = (why: string) => new DomainError('PRECONDITION', why)

/** One transaction has fifteen seconds, and holds the policy and the run for as long. */
const TASKS_PER_TRANSACTION = 5_000

/**
 * Does again what failed or was stopped of a replication, in the same replication: it runs until that has ended as well. Of a
 * great many the first ones begin while others are still written; what ends in between leaves the rest as it was.
 *
 * @returns how many tasks
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, PRECONDITION
 */
export async function retryReplication(
  core: Core,
  actor: Actor,
  id: number,
  perTransaction = TASKS_PER_TRANSACTION,
): Promise<number> {
  authorizeSystem(actor, 'create', 'replication')
  await findReplication(core, id)
  let retried = 0
  for (let after = 0; ; ) {
    const of = { executionId: id, after, limit: perTransaction }
    const part = await retry(core, actor, of).catch((error) => {
      // Stopped, disabled or at its end meanwhile: what was begun goes on, and has its line.
      if (retried === 0 || !(error instanceof DomainError && error.code === 'PRECONDITION')) throw error
    })
    if (!part) return retried
    retried += part.count
    after = part.last
    if (part.count < perTransaction) return retried
  }
}

/** As `retryReplication`, for one task. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, PRECONDITION */
export async function retryReplicationTask(
  core: Core,
  actor: Actor,
  id: number,
  taskId: number,
): Promise<number> {
  authorizeSystem(actor, 'create', 'replication')
  await findReplication(core, id)
  if (!(await readTask(core, id, taskId))) throw notFound('task')
  return (await retry(core, actor, { executionId: id, taskId, after: 0, limit: 1 })).count
}

async function retry(core: Core, actor: Actor, of: RetriedPart): Promise<{ count: number; last: number }> {
  const { executionId, taskId } = of
  const { vendorId: policyId } = await findReplication(core, executionId)
  return core.db.transaction(async (tx) => {
    // Its row first, as a start holds it: two do not begin at once where only one may run.
    const held = await holdPolicy(tx, policyId)
    const policy = held ? await readPolicy(core, policyId) : undefined
    if (!policy) throw refused('the policy of this replication is gone')
    if (!policy.enabled) throw refused('this replication policy is disabled')
    // Before anything of it is read: MariaDB goes on showing what was there at the first look.
    const run = await lockExecution(tx, executionId)
    // The part before has taken back what was asked for until then.
    if (of.after > 0 && run?.stopAskedAt) throw refused('this replication was stopped')
    if (await isElsewhere(tx, of, policy)) throw refused(ELSEWHERE)
    let part = { count: 0, last: 0 }
    const count = await resumeExecution(core, tx, executionId, async () => {
      part = await restart(core, tx, of, policy.singleActive ? policyId : undefined)
      return part.count
    })
    if (count === 'stopping') throw refused('this replication is still being stopped')
    if (count === 0) throw refused(await whyNothing(core, of))
    await record(core, tx, {
      actor,
      action: 'retry',
      resourceType: 'replication',
      resource: policy.name,
      detail: { executionId, ...(taskId && { taskId }), policyId, retried: count },
    })
    return part
  })
}

async function whyNothing(core: Core, { executionId, taskId }: RetriedPart): Promise<string> {
  if (taskId) return 'this task has not failed'
  return (await countDoubtful(core, executionId)) > 0
    ? 'all that failed of this replication are deletions in doubt, which are tried again one by one'
    : 'nothing of this replication has failed'
}

async function restart(
  core: Core,
  tx: ExecutionTransaction,
  of: RetriedPart,
  alone: number | undefined,
): Promise<{ count: number; last: number }> {
  if (alone !== undefined && (await hasRunning(tx, alone, of.executionId)))
    throw refused('another replication of this policy is under way')
  const now = core.now()
  const part = await writeRetry(tx, of, new Date(now))
  if (part.count === 0) return part
  // What is left of them is to come after all.
  const failedTotal = await readFailedBytes(tx, of.executionId)
  await changeProgress(tx, of.executionId, { failedTotal }, now)
  return part
}

/** What did not arrive, and why. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function listMissing(
  core: Core,
  actor: Actor,
  id: number,
  { page, pageSize }: Pick<ListQuery, 'page' | 'pageSize'>,
): Promise<Page<Missing>> {
  authorizeSystem(actor, 'list', 'replication')
  await findReplication(core, id)
  return readMissing(core, id, { page, pageSize: pageSize > 0 ? pageSize : MAX_ROWS })
}
