import type { Schemas } from '@berth/contract'
import {
  type AuditExport,
  type AuditFollowing,
  type AuditHead,
  type AuditPage,
  exportAuditLines,
  followAuditLines,
  getAuditHead,
  type ListedAuditLine,
  listAuditEventTypes,
  listAuditLines,
  listProjectAuditLines,
  verifyAuditLog,
} from '@berth/core/audit'
import { currentActor } from '@berth/core/sessions'
import { auditFormats } from './audit-export.ts'
import { eventStream, positionAfter } from './event-stream.ts'
import type { Context, Handlers, Reply } from './handler.ts'
import { parseFilters } from './list-query.ts'
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
  ...(line.position !== null && line.hash !== null && { position: line.position, hash: line.hash }),
})

function describe({ action, resourceType, resource, result, times }: ListedAuditLine): string {
  const outcome = result === 'ok' ? '' : ` (${result})`
  return `${action} ${resourceType.replaceAll('_', ' ')}: ${resource}${outcome}${times > 1 ? `, ${times} times` : ''}`
}

const presentHead = (head: AuditHead['head']): Schemas['AuditLogHead'] =>
  head
    ? {
        position: head.position,
        hash: head.hash,
        time: head.at.toISOString(),
        signature: head.signature,
      }
    : { position: 0 }
async function exported(
  { core, actor, query }: Context<'exportAuditLogExts'> | Context<'exportLogExts'>,
  project?: AuditExport['project'],
): Promise<Reply<never>> {
  const { format, q = '' } = query
  const { mediaType, extension, head, write } = auditFormats[format]
  const filters = parseFilters(q)
  const batches = await exportAuditLines(core, actor, {
    filters,
    project,
    detail: { format, q },
    current: () => currentActor(core, actor),
  })
  const day = new Date(core.now()).toISOString().slice(0, 10)
  return {
    status: 200,
    headers: {
      'content-type': mediaType,
      'content-disposition': `attachment; filename="audit-log-${day}.${extension}"`,
    },
    async *stream(gone) {
      if (head !== '') yield Buffer.from(head)
      for await (const lines of batches(gone)) yield Buffer.from(lines.map(write).join(''))
    },
  }
}

async function followed(
  context: Context<'followAuditLogExts'> | Context<'followLogExts'>,
  project?: AuditFollowing['project'],
): Promise<Reply<never>> {
  const { core, actor, query, request } = context
  const batches = await followAuditLines(core, actor, {
    filters: parseFilters(query.q),
    project,
    after: positionAfter(request, query.after),
    current: () => currentActor(core, actor),
  })
  return eventStream(async function* (gone) {
    for await (const { lines, missedBehind } of batches(gone)) {
      const sent = lines.map((line) => ({ id: line.position, name: 'line', data: presentLogExt(line) }))
      yield missedBehind === undefined ? sent : [{ name: 'gap', data: { behind: missedBehind } }, ...sent]
    }
  })
}

/** A page, and what the client has to know of its limits. */
function limited<Data>(
  context: { url: { path: string; search: string } },
  query: { page: number; pageSize: number },
  found: AuditPage,
  present: (line: ListedAuditLine) => Data,
): Reply<Data[]> {
  const reply = page(context, query, found, present)
  const headers = {
    ...reply.headers,
    ...(found.more && { 'x-total-count-at-least': 'true' }),
    ...(found.searchedBackTo && { 'x-searched-back-to': found.searchedBackTo.toISOString() }),
  }
  return { ...reply, headers }
}

export const audit: Handlers<
  | 'listAuditLogs'
  | 'listAuditLogExts'
  | 'listAuditLogEventTypes'
  | 'getLogs'
  | 'getLogExts'
  | 'getAuditLogHead'
  | 'verifyAuditLog'
  | 'exportAuditLogExts'
  | 'exportLogExts'
  | 'followAuditLogExts'
  | 'followLogExts'
> = {
  async listAuditLogs(context) {
    const query = context.listQuery()
    return limited(context, query, await listAuditLines(context.core, context.actor, query), presentLog)
  },

  async listAuditLogExts(context) {
    const query = context.listQuery()
    return limited(context, query, await listAuditLines(context.core, context.actor, query), presentLogExt)
  },

  async listAuditLogEventTypes({ actor }) {
    return ok((await listAuditEventTypes(actor)).map((eventType) => ({ event_type: eventType })))
  },

  async getLogs(context) {
    const { core, actor, path } = context
    const query = context.listQuery()
    const found = await listProjectAuditLines(core, actor, { name: path.project_name }, query)
    return limited(context, query, found, presentLog)
  },

  async getLogExts(context) {
    const { core, actor, path } = context
    const query = context.listQuery()
    const found = await listProjectAuditLines(core, actor, { name: path.project_name }, query)
    return limited(context, query, found, presentLogExt)
  },
  async getAuditLogHead({ core, actor }) {
    const { head, publicKey, waiting } = await getAuditHead(core, actor)
    return ok({
      ...presentHead(head),
      public_key: publicKey,
      waiting: waiting.count,
      ...(waiting.since && { waiting_since: waiting.since.toISOString() }),
    })
  },

  async verifyAuditLog({ core, actor, query }) {
    const { next, broken, head, ...seen } = await verifyAuditLog(core, actor, query.from)
    return ok({
      ...seen,
      ...(next !== null && { next }),
      ok: broken === null,
      ...(broken && {
        broken: {
          what: broken.what,
          ...(broken.position !== null && { position: broken.position }),
          ...(broken.id !== null && { id: broken.id }),
        },
      }),
      head: presentHead(head),
    })
  },

  exportAuditLogExts: (context) => exported(context),

  exportLogExts: (context) => exported(context, { name: context.path.project_name }),

  followAuditLogExts: (context) => followed(context),

  followLogExts: (context) => followed(context, { name: context.path.project_name }),
}
