import type { Schemas } from '@berth/contract'
import { schedulesPaused } from '@berth/core/job-queues'
import { listSchedules, type Schedule } from '@berth/core/schedules'
import type { Handlers } from './handler.ts'
import { ok, page } from './replies.ts'

const presentTask = (schedule: Schedule): Schemas['ScheduleTask'] => ({
  id: schedule.id,
  vendor_type: schedule.vendorType,
  vendor_id: schedule.vendorId,
  cron: schedule.cron,
  update_time: schedule.updatedAt.toISOString(),
  next_run_time: schedule.nextRunAt.toISOString(),
})

export const schedules: Handlers<'listSchedules' | 'getSchedulePaused'> = {
  async listSchedules(context) {
    const query = context.listQuery()
    return page(context, query, await listSchedules(context.core, context.actor, query), presentTask)
  },

  async getSchedulePaused({ core, actor, path }) {
    return ok({ paused: await schedulesPaused(core, actor, path.job_type) })
  },
}
