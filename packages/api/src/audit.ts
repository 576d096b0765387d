import type { Schemas } from '@berth/contract'
import {
  type ListedAuditLine,
  listAuditEventTypes,
  listAuditLines,
  listProjectAuditLines,
} from '@berth/core/audit'
import type { Handlers } from './handler.ts'
import { ok, page } from './replies.ts'

const presentLog = (line: ListedAuditLine): Schemas['AuditLog'] => ({
  id: line.id,
  username: line.actorName,
  resource: line.resource,
  resource_type: line.resourceType,
  operation: line.action,
  op_time: line.at.toISOString(),
})

const presentLogExt = (line: ListedAuditLine): Schemas['AuditLogExt'] => ({
  ...presentLog(line),
  operation_description: describe(line),
  operation_result: line.result === 'ok',
  actor_kind: line.actorKind,
  credential: line.credential,
  address: line.address,
  user_agent: line.userAgent,
  request_id: line.requestId,
  ...(line.projectId !== null && { project_id: line.projectId }),
  result: line.result,
  times: line.times,
  ...(line.detail !== null && { detail: line.detail }),
})

function describe({ action, resourceType, resource, result, times }: ListedAuditLine): string {
  const outcome = result === 'ok' ? '' : ` (${result})`
  return `${action} ${resourceType.replaceAll('_', ' ')}: ${resource}${outcome}${times > 1 ? `, ${times} times` : ''}`
}

export const audit: Handlers<
  'listAuditLogs' | 'listAuditLogExts' | 'listAuditLogEventTypes' | 'getLogs' | 'getLogExts'
> = {
  async listAuditLogs(context) {
    const query = context.listQuery()
    return page(context, query, await listAuditLines(context.core, context.actor, query), presentLog)
  },

  async listAuditLogExts(context) {
    const query = context.listQuery()
    return page(context, query, await listAuditLines(context.core, context.actor, query), presentLogExt)
  },

  async listAuditLogEventTypes({ actor }) {
    return ok((await listAuditEventTypes(actor)).map((eventType) => ({ event_type: eventType })))
  },

  async getLogs(context) {
    const { core, actor, path } = context
    const query = context.listQuery()
    const found = await listProjectAuditLines(core, actor, { name: path.project_name }, query)
    return page(context, query, found, presentLog)
  },

  async getLogExts(context) {
    const { core, actor, path } = context
    const query = context.listQuery()
    const found = await listProjectAuditLines(core, actor, { name: path.project_name }, query)
    return page(context, query, found, presentLogExt)
  },
}
