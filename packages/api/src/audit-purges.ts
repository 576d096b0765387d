import type { Schemas } from '@berth/contract'
import {
  getPurge,
  getPurgeLog,
  getPurgeSchedule,
  listPurges,
  PURGE,
  type PurgeExecution,
  presentPurgeParams,
  requestPurge,
  stopPurge,
} from '@berth/core/audit'
import type { Schedule } from '@berth/core/schedules'
import type { Handlers } from './handler.ts'
import { created, done, ok, page } from './replies.ts'

const presentPurge = ({ execution, params }: PurgeExecution): Schemas['ExecHistory'] => ({
  id: execution.id,
  job_name: PURGE,
  job_kind: execution.trigger,
  job_parameters: JSON.stringify(presentPurgeParams(params)),
  schedule: { type: execution.trigger === 'MANUAL' ? 'Manual' : 'Schedule' },
  job_status: execution.status,
  deleted: false,
  creation_time: execution.startedAt.toISOString(),
  update_time: (execution.endedAt ?? execution.startedAt).toISOString(),
})

const presentSchedule = (schedule: Schedule): Schemas['ExecHistory'] => ({
  id: schedule.id,
  job_name: PURGE,
  job_kind: 'SCHEDULE',
  job_parameters: JSON.stringify(schedule.params),
  schedule: {
    type: schedule.type,
    cron: schedule.cron,
    next_scheduled_time: schedule.nextRunAt.toISOString(),
  },
  job_status: schedule.paused ? 'Paused' : 'Scheduled',
  deleted: false,
  creation_time: schedule.createdAt.toISOString(),
  update_time: schedule.updatedAt.toISOString(),
})

export const auditPurges: Handlers<
  | 'getPurgeHistory'
  | 'getPurgeJob'
  | 'stopPurge'
  | 'getPurgeJobLog'
  | 'getPurgeSchedule'
  | 'createPurgeSchedule'
  | 'updatePurgeSchedule'
> = {
  async getPurgeHistory(context) {
    const query = context.listQuery()
    return page(context, query, await listPurges(context.core, context.actor, query), presentPurge)
  },

  async getPurgeJob({ core, actor, path }) {
    return ok(presentPurge(await getPurge(core, actor, path.purge_id)))
  },

  async stopPurge({ core, actor, path }) {
    await stopPurge(core, actor, path.purge_id)
    return done()
  },

  async getPurgeJobLog({ core, actor, path }) {
    const body = await getPurgeLog(core, actor, path.purge_id)
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
  },

  async getPurgeSchedule({ core, actor }) {
    const schedule = await getPurgeSchedule(core, actor)
    return schedule ? ok(presentSchedule(schedule)) : done()
  },

  async createPurgeSchedule(context) {
    const { core, actor, body, url } = context
    const id = await requestPurge(core, actor, body, 'create')
    if (id === undefined) return { status: 201, headers: { location: url.path } }
    return created({ url: { ...url, path: url.path.replace(/\/schedule\/?$/, '') } }, id)
  },

  async updatePurgeSchedule({ core, actor, body }) {
    await requestPurge(core, actor, body, 'update')
    return done()
  },
}
