import type { Job } from './job.ts'
import { accountsJobs } from './jobs/accounts.ts'
import { auditJobs } from './jobs/audit.ts'
import { eventsJobs } from './jobs/events.ts'
import { processesJobs } from './jobs/processes.ts'
import { registryJobs } from './jobs/registry.ts'
import { replicationsJobs } from './jobs/replications.ts'

/** Every job there is. */
export const jobs: readonly Job[] = [
  ...auditJobs,
  ...accountsJobs,
  ...eventsJobs,
  ...registryJobs,
  ...replicationsJobs,
  ...processesJobs,
]
