import type { Schemas } from '@berth/contract'
import type { ListQuery } from '@berth/core'
import type { Execution } from '@berth/core/executions'
import {
  type Answer,
  type Delivery,
  getWebhookDelivery,
  getWebhookTaskLog,
  listWebhookDeliveries,
  listWebhookExecutions,
  listWebhookTasks,
  redeliverDeadWebhooks,
  redeliverWebhook,
} from '@berth/core/webhooks'
import { presentExecution, presentTask } from './executions.ts'
import type { Handlers } from './handler.ts'
import { toId, toLongId } from './references.ts'
import { done, ok, page } from './replies.ts'
import { refOf } from './webhooks.ts'

export const presentAnswer = (answer: Answer & { delivered?: boolean }): Schemas['WebhookAnswer'] => ({
  delivered: answer.delivered ?? answer.error === '',
  at: answer.at,
  took_ms: answer.tookMs,
  status: answer.status,
  headers: answer.headers,
  body: answer.body,
  error: answer.error,
})

const presentDelivery = (delivery: Delivery & { body?: string }): Schemas['WebhookDelivery'] => ({
  id: delivery.id,
  webhook_id: delivery.uid,
  execution_id: delivery.executionId,
  task_id: delivery.taskId,
  event_type: delivery.eventType,
  subject: delivery.subject,
  target: delivery.host,
  status: delivery.status,
  attempts: delivery.attempts,
  creation_time: delivery.createdAt.toISOString(),
  ...(delivery.dueAt && { next_attempt_time: delivery.dueAt.toISOString() }),
  ...(delivery.finishedAt && { end_time: delivery.finishedAt.toISOString() }),
  ...(delivery.answer && { answer: presentAnswer(delivery.answer) }),
  ...(delivery.body !== undefined && { body: delivery.body }),
})

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Harbor has a word of its own for work that ends at Slack. */
const presentWebhookExecution = (execution: Execution) =>
  presentExecution(execution, execution.extraAttrs.notify_type === 'slack' ? 'SLACK' : 'WEBHOOK')

const presentJob = (execution: Execution): Schemas['WebhookJob'] => ({
  id: execution.id,
  policy_id: execution.vendorId,
  event_type: text(execution.extraAttrs.event_type),
  notify_type: text(execution.extraAttrs.notify_type),
  status: execution.status,
  job_detail: text(execution.extraAttrs.payload),
  creation_time: execution.startedAt.toISOString(),
  update_time: (execution.endedAt ?? execution.startedAt).toISOString(),
})

const statuses: Record<string, string> = { success: 'Success', error: 'Error', stopped: 'Stopped' }
/** A job's states before its end are one of an execution. */
const withStatuses = (query: ListQuery, words: readonly string[] | undefined): ListQuery =>
  words === undefined || words.length === 0
    ? query
    : {
        ...query,
        filters: [
          ...query.filters,
          {
            field: 'status',
            match: 'any',
            values: words.map((word) => statuses[word.toLowerCase()] ?? 'Running'),
          },
        ],
      }

export const webhookDeliveries: Handlers<
  | 'ListExecutionsOfWebhookPolicy'
  | 'ListTasksOfWebhookExecution'
  | 'GetLogsOfWebhookTask'
  | 'ListWebhookJobs'
  | 'listWebhookDeliveries'
  | 'getWebhookDelivery'
  | 'redeliverWebhook'
  | 'redeliverDeadWebhooks'
> = {
  async ListExecutionsOfWebhookPolicy(context) {
    const { core, actor, path } = context
    const query = context.listQuery()
    const id = toId(path.webhook_policy_id)
    const found = await listWebhookExecutions(core, actor, refOf(context), id, query)
    return page(context, query, found, presentWebhookExecution)
  },

  async ListTasksOfWebhookExecution(context) {
    const { core, actor, path } = context
    const query = context.listQuery()
    const where = { policyId: toId(path.webhook_policy_id), executionId: toLongId(path.execution_id) }
    const found = await listWebhookTasks(core, actor, refOf(context), where, query)
    return page(context, query, found, presentTask)
  },

  async GetLogsOfWebhookTask(context) {
    const { core, actor, path } = context
    const log = await getWebhookTaskLog(core, actor, refOf(context), {
      policyId: toId(path.webhook_policy_id),
      executionId: toLongId(path.execution_id),
      taskId: toLongId(path.task_id),
    })
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: log }
  },

  async ListWebhookJobs(context) {
    const query = withStatuses(context.listQuery(), context.query.status)
    const { core, actor } = context
    const id = toId(context.query.policy_id)
    const found = await listWebhookExecutions(core, actor, refOf(context), id, query)
    return page(context, query, found, presentJob)
  },

  async listWebhookDeliveries(context) {
    const { core, actor, path } = context
    const query = context.listQuery()
    const id = toId(path.webhook_policy_id)
    const found = await listWebhookDeliveries(core, actor, refOf(context), id, query)
    return page(context, query, found, presentDelivery)
  },

  async getWebhookDelivery(context) {
    const { core, actor, path } = context
    const id = toId(path.webhook_policy_id)
    const deliveryId = toLongId(path.delivery_id)
    return ok(presentDelivery(await getWebhookDelivery(core, actor, refOf(context), id, deliveryId)))
  },

  async redeliverWebhook(context) {
    const { core, actor, path } = context
    const id = toId(path.webhook_policy_id)
    await redeliverWebhook(core, actor, refOf(context), id, toLongId(path.delivery_id))
    return done()
  },

  async redeliverDeadWebhooks(context) {
    const { core, actor, path } = context
    return ok(await redeliverDeadWebhooks(core, actor, refOf(context), toId(path.webhook_policy_id)))
  },
}
