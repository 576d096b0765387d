import { type Actor, authorizeSystem } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { badRequest, DomainError, notFound } from '../../errors/index.ts'
import {
  createExecution,
  type Execution,
  type ExecutionTrigger,
  purgeExecutions,
  readExecution,
  readExecutions,
  readTask,
  readTasks,
  stopExecution,
} from '../../executions/index.ts'
import { everything, type ListQuery, type Page } from '../../list-query/index.ts'
import {
  parseTiming,
  readSchedule,
  removeSchedule,
  type Schedule,
  type StartScheduled,
  setSchedule,
} from '../../schedules/index.ts'
import { record } from '../service.ts'
import type { AuditTransaction } from '../store.ts'
import { PURGE, type PurgeParams, parsePurge, presentParams } from './model.ts'

const vendor = { vendorType: PURGE, vendorId: 0 } as const
const NOUN = 'audit log purge'
// As many as Harbor keeps of a kind.
const KEEP = 50

export interface PurgeExecution {
  execution: Execution
  params: PurgeParams
}

export interface PurgeRequest {
  schedule?: { type?: string; cron?: string }
  parameters?: Record<string, unknown>
}

/**
 * Starts a purge now, and gives its id; or sets, changes or ends the schedule.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, BAD_REQUEST
 */
export async function requestPurge(
  core: Core,
  actor: Actor,
  request: PurgeRequest,
  how: 'create' | 'update',
): Promise<number | undefined> {
  authorizeSystem(actor, how, 'purge-audit')
  const timing = parseTiming(request.schedule)
  if (timing.kind === 'manual' && how === 'update') throw badRequest('to start a purge is to create one')
  const params = parsePurge(request.parameters)
  if (timing.kind === 'manual') return startPurge(core, actor, params)
  const before = await readSchedule(core, PURGE)
  await core.db.transaction(async (tx) => {
    const line = { actor, resourceType: 'schedule', resource: PURGE } as const
    const old = before && { cron: before.cron, ...before.params }
    if (timing.kind === 'none') {
      if (await removeSchedule(tx, PURGE))
        await record(core, tx, { ...line, action: 'delete', detail: { old } })
      return
    }
    const shown = presentParams(params)
    await setSchedule(core, tx, { ...vendor, params: shown }, timing)
    const detail = { ...(old && { old }), new: { cron: timing.cron, ...shown } }
    await record(core, tx, { ...line, action: before ? 'update' : 'create', detail })
  })
  return undefined
}

const startPurge = (core: Core, actor: Actor, params: PurgeParams): Promise<number> =>
  core.db.transaction(async (tx) => {
    const id = await insertPurge(core, tx, 'MANUAL', params)
    await record(core, tx, {
      actor,
      action: 'create',
      resourceType: 'audit_purge',
      resource: String(id),
      detail: presentParams(params),
    })
    return id
  })

async function insertPurge(
  core: Core,
  tx: AuditTransaction,
  trigger: ExecutionTrigger,
  params: PurgeParams,
): Promise<number> {
  const extraAttrs = presentParams(params)
  const made = await createExecution(core, tx, { ...vendor, trigger, extraAttrs, tasks: [{ extraAttrs }] })
  return made.id
}

/** What the schedule does when it is time. */
export const startScheduledPurge: StartScheduled = async (core, tx, { params }) => {
  await insertPurge(core, tx, 'SCHEDULE', parsePurge(params))
}

/** Undefined: there is none. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export async function getPurgeSchedule(core: Core, actor: Actor): Promise<Schedule | undefined> {
  authorizeSystem(actor, 'read', 'purge-audit')
  return readSchedule(core, PURGE)
}

const toPurge = (execution: Execution): PurgeExecution => ({
  execution,
  params: parsePurge(execution.extraAttrs),
})

/** Newest first. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export async function listPurges(core: Core, actor: Actor, query: ListQuery): Promise<Page<PurgeExecution>> {
  authorizeSystem(actor, 'list', 'purge-audit')
  const { items, total } = await readExecutions(core, vendor, query)
  return { items: items.map(toPurge), total }
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function getPurge(core: Core, actor: Actor, id: number): Promise<PurgeExecution> {
  authorizeSystem(actor, 'read', 'purge-audit')
  const execution = await readExecution(core, vendor, id)
  if (!execution) throw notFound(NOUN)
  return toPurge(execution)
}

/** Ends it at the next good place. @throws DomainError as `getPurge`; PRECONDITION for one that has ended */
export async function stopPurge(core: Core, actor: Actor, id: number): Promise<void> {
  authorizeSystem(actor, 'stop', 'purge-audit')
  if (!(await readExecution(core, vendor, id))) throw notFound(NOUN)
  const line = { actor, action: 'stop', resourceType: 'audit_purge', resource: String(id) } as const
  if (!(await stopExecution(core, vendor, id, (tx) => record(core, tx, line))))
    throw new DomainError('PRECONDITION', 'this purge has ended already')
}

/** What it told of itself. @throws DomainError as `getPurge` */
export async function getPurgeLog(core: Core, actor: Actor, id: number): Promise<string> {
  await getPurge(core, actor, id)
  const { items } = await readTasks(core, id, everything)
  const logs = await Promise.all(items.map(({ id: taskId }) => readTask(core, id, taskId)))
  return logs.map((task) => task?.log ?? '').join('')
}

/** Forgets old purges; what they removed stands in the log. */
export const forgetPurges = (core: Core, signal?: AbortSignal): Promise<number> =>
  purgeExecutions(core, PURGE, { keep: KEEP, signal })
