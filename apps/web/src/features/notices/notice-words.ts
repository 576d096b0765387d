import type { Schemas } from '@berth/contract'
import type { IconName, Tone } from '@berth/ui'
import { executionPath, replicationsPath } from '../replications/replication-input.ts'
import { robotsPath } from '../robots/robot-facts.ts'

type Notice = Schemas['Notice']

export const noticeKinds = [
  'quota_warning',
  'quota_exceeded',
  'webhook_disabled',
  'robot_expiring',
  'system_robot_expiring',
  'access_token_expiring',
  'forwarding_failing',
  'forwarding_losing',
  'directory_hold',
  'replication_failed',
] as const
export type NoticeKind = (typeof noticeKinds)[number]

/** Undefined for a kind that this console does not know. */
export const kindOf = ({ kind }: Pick<Notice, 'kind'>): NoticeKind | undefined =>
  noticeKinds.find((known) => known === kind)

export const noticeLooks: Record<NoticeKind, { icon: IconName; tone: Tone }> = {
  quota_warning: { icon: 'gauge', tone: 'warn' },
  quota_exceeded: { icon: 'gauge', tone: 'bad' },
  webhook_disabled: { icon: 'webhook', tone: 'bad' },
  robot_expiring: { icon: 'robot', tone: 'warn' },
  system_robot_expiring: { icon: 'robot', tone: 'warn' },
  access_token_expiring: { icon: 'key', tone: 'warn' },
  forwarding_failing: { icon: 'log', tone: 'warn' },
  forwarding_losing: { icon: 'log', tone: 'bad' },
  directory_hold: { icon: 'people', tone: 'bad' },
  replication_failed: { icon: 'replicate', tone: 'bad' },
}

/** Where the run stands with what did not arrive; older notices do not say which run it was. */
function runPath({ policy_id: policy, execution_id: run }: Notice['facts']): string {
  return policy === undefined || run === undefined ? replicationsPath : executionPath(policy, run)
}

/** Where something can be done about it. */
export function noticePath(notice: Notice): string | undefined {
  const { project } = notice.facts
  const base = project === undefined ? undefined : `/projects/${encodeURIComponent(project)}`
  switch (kindOf(notice)) {
    case 'quota_warning':
    case 'quota_exceeded':
      return base && `${base}/storage`
    case 'webhook_disabled':
      return base && `${base}/webhooks`
    case 'robot_expiring':
      return project === undefined ? undefined : robotsPath(project)
    case 'system_robot_expiring':
      return robotsPath(null)
    case 'access_token_expiring':
      return '/profile'
    case 'forwarding_failing':
    case 'forwarding_losing':
      return '/audit-log/destinations'
    case 'directory_hold':
      return '/configurations/ldap'
    case 'replication_failed':
      return runPath(notice.facts)
    default:
      return undefined
  }
}
