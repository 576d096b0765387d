import { PURGE, startScheduledPurge } from '@berth/core/audit'
import { REPLICATION, startScheduledReplication } from '@berth/core/replications'
import type { StartScheduled } from '@berth/core/schedules'

/** What can be started by a schedule that people make, by Harbor's word for it. */
export const scheduled: Readonly<Record<string, StartScheduled>> = {
  [PURGE]: startScheduledPurge,
  [REPLICATION]: startScheduledReplication,
}
