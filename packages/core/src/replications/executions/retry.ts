import { record } from '../../audit/index.ts'
import { type Actor, authorizeSystem } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { DomainError, notFound } from '../../errors/index.ts'
import { type ExecutionTransaction, readTask, resumeExecution } from '../../executions/index.ts'
import type { ListQuery, Page } from '../../list-query/index.ts'
import { ELSEWHERE } from '../model.ts'
import { changeProgress } from '../progress/index.ts'
import { hasRunning, holdPolicy, readPolicy } from '../store.ts'
import type { Missing } from './model.ts'
import { findReplication } from './service.ts'
import { isElsewhere, readFailedBytes, readMissing, writeRetry } from './store.ts'

const MAX_ROWS = 1_000

const refused = (why: string) => new DomainError('PRECONDITION', why)

/**
 * Does again what failed or was stopped of a replication, in the same replication: it runs until that has ended as well.
 *
 * @returns how many tasks
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, PRECONDITION
 */
export async function retryReplication(core: Core, actor: Actor, id: number): Promise<number> {
  authorizeSystem(actor, 'create', 'replication')
  await findReplication(core, id)
  return retry(core, actor, { executionId: id })
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
  return retry(core, actor, { executionId: id, taskId })
}

async function retry(
  core: Core,
  actor: Actor,
  of: { executionId: number; taskId?: number },
): Promise<number> {
  const { vendorId: policyId } = await findReplication(core, of.executionId)
  return core.db.transaction(async (tx) => {
    // Its row first, as a start holds it: two do not begin at once where only one may run.
    const held = await holdPolicy(tx, policyId)
    const policy = held ? await readPolicy(core, policyId) : undefined
    if (!policy) throw refused('the policy of this replication is gone')
    if (!policy.enabled) throw refused('this replication policy is disabled')
    if (await isElsewhere(tx, of, policy)) throw refused(ELSEWHERE)
    const retried = await resumeExecution(core, tx, of.executionId, () =>
      restart(core, tx, of, policy.singleActive ? policyId : undefined),
    )
    if (retried === 'stopping') throw refused('this replication is still being stopped')
    if (retried === 0)
      throw refused(of.taskId ? 'this task has not failed' : 'nothing of this replication has failed')
    await record(core, tx, {
      actor,
      action: 'retry',
      resourceType: 'replication',
      resource: policy.name,
      detail: { ...of, policyId, retried },
    })
    return retried
  })
}

async function restart(
  core: Core,
  tx: ExecutionTransaction,
  of: { executionId: number; taskId?: number },
  alone: number | undefined,
): Promise<number> {
  if (alone !== undefined && (await hasRunning(tx, alone, of.executionId)))
    throw refused('another replication of this policy is under way')
  const now = core.now()
  const count = await writeRetry(tx, of, new Date(now))
  if (count === 0) return 0
  // What is left of them is to come after all.
  const failedTotal = await readFailedBytes(tx, of.executionId)
  await changeProgress(tx, of.executionId, { failedTotal }, now)
  return count
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
