import type { OperationId } from '@berth/contract'
import { accessTokens } from './access-tokens.ts'
import { activities } from './activities.ts'
import { artifacts } from './artifacts.ts'
import { audit } from './audit.ts'
import { auditDestinations } from './audit-destinations.ts'
import { auditPurges } from './audit-purges.ts'
import { configurations } from './configurations.ts'
import { directories } from './directories.ts'
import { eventFailures } from './event-failures.ts'
import type { Handler } from './handler.ts'
import { health } from './health.ts'
import { identityTrusts } from './identity-trusts.ts'
import { immutableRules } from './immutable-rules.ts'
import { jobQueues } from './job-queues.ts'
import { labels } from './labels.ts'
import { members } from './members.ts'
import { notices } from './notices.ts'
import { oidcAccounts } from './oidc-accounts.ts'
import { openapi } from './openapi.ts'
import { permissions } from './permissions.ts'
import { ping } from './ping.ts'
import { projectMetadata } from './project-metadata.ts'
import { projects } from './projects.ts'
import { quotas } from './quotas.ts'
import { registries } from './registries.ts'
import { registryEvents } from './registry-events.ts'
import { registryWalks } from './registry-walks.ts'
import { replicationAnswers } from './replication-answers.ts'
import { replicationExecutions } from './replication-executions.ts'
import { replications } from './replications.ts'
import { repositories } from './repositories.ts'
import { robots } from './robots.ts'
import { schedules } from './schedules.ts'
import { search } from './search.ts'
import { secondFactors } from './second-factors.ts'
import { sessions } from './sessions.ts'
import { statistics } from './statistics.ts'
import { systemInfo } from './system-info.ts'
import { tags } from './tags.ts'
import { userGroups } from './user-groups.ts'
import { users } from './users.ts'
import { webhookDeliveries } from './webhook-deliveries.ts'
import { webhooks } from './webhooks.ts'

/** operationId → handler, one file per feature. A test compares the two sets. */
export const handlers: { [Op in OperationId]: Handler<Op> } = {
  ...accessTokens,
  ...activities,
  ...artifacts,
  ...audit,
  ...auditDestinations,
  ...auditPurges,
  ...configurations,
  ...directories,
  ...health,
  ...identityTrusts,
  ...immutableRules,
  ...jobQueues,
  ...labels,
  ...members,
  ...notices,
  ...oidcAccounts,
  ...openapi,
  ...permissions,
  ...ping,
  ...projectMetadata,
  ...projects,
  ...quotas,
  ...eventFailures,
  ...registries,
  ...registryEvents,
  ...registryWalks,
  ...replications,
  ...replicationExecutions,
  ...replicationAnswers,
  ...repositories,
  ...robots,
  ...schedules,
  ...search,
  ...secondFactors,
  ...sessions,
  ...statistics,
  ...systemInfo,
  ...tags,
  ...userGroups,
  ...users,
  ...webhookDeliveries,
  ...webhooks,
}
