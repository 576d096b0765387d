import type { Schemas } from '@berth/contract'
import {
  authorizeEventTypes,
  createWebhookPolicy,
  deleteWebhookPolicy,
  getWebhookPolicy,
  listLastTriggers,
  listWebhookPolicies,
  offeredEvents,
  type PolicyInput,
  payloadFormats,
  removeWebhookSecret,
  rotateWebhookSecret,
  type ShownPolicy,
  testWebhook,
  updateWebhookPolicy,
} from '@berth/core/webhooks'
import type { Handlers } from './handler.ts'
import { projectRef, toId } from './references.ts'
import { created, done, ok, page } from './replies.ts'
import { presentAnswer } from './webhook-deliveries.ts'

const presentPolicy = (policy: ShownPolicy): Schemas['WebhookPolicy'] => ({
  id: policy.id,
  name: policy.name,
  description: policy.description,
  project_id: policy.projectId,
  targets: policy.targets.map((target) => ({
    type: target.type,
    address: target.address,
    auth_header: target.authHeader,
    skip_cert_verify: target.skipCertVerify,
    payload_format: target.payloadFormat,
    headers: target.headers,
  })),
  event_types: policy.eventTypes,
  creator: policy.creatorName,
  creation_time: policy.createdAt.toISOString(),
  update_time: policy.updatedAt.toISOString(),
  enabled: policy.enabled,
  repository_filter: policy.repositoryFilter,
  tag_filter: policy.tagFilter,
  signed: policy.signed,
  disabled_reason: policy.disabledReason,
  ...(policy.previousSecretUntil && {
    previous_secret_valid_until: policy.previousSecretUntil.toISOString(),
  }),
})

const inputOf = (body: Schemas['WebhookPolicy']): PolicyInput => ({
  name: body.name,
  description: body.description,
  enabled: body.enabled,
  eventTypes: body.event_types,
  targets: body.targets?.map((target) => ({
    type: target.type,
    address: target.address,
    authHeader: target.auth_header,
    skipCertVerify: target.skip_cert_verify,
    payloadFormat: target.payload_format,
    headers: target.headers,
  })),
  repositoryFilter: body.repository_filter,
  tagFilter: body.tag_filter,
})

export const refOf = ({
  path,
  headers,
}: {
  path: { project_name_or_id: string }
  headers: { 'X-Is-Resource-Name'?: boolean }
}) => projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])

export const webhooks: Handlers<
  | 'ListWebhookPoliciesOfProject'
  | 'CreateWebhookPolicyOfProject'
  | 'GetWebhookPolicyOfProject'
  | 'UpdateWebhookPolicyOfProject'
  | 'DeleteWebhookPolicyOfProject'
  | 'LastTrigger'
  | 'GetSupportedEventTypes'
  | 'testWebhookPolicy'
  | 'rotateWebhookSecret'
  | 'deleteWebhookSecret'
> = {
  async ListWebhookPoliciesOfProject(context) {
    const query = context.listQuery()
    const { core, actor } = context
    return page(context, query, await listWebhookPolicies(core, actor, refOf(context), query), presentPolicy)
  },

  async CreateWebhookPolicyOfProject(context) {
    const { core, actor, body } = context
    return created(context, await createWebhookPolicy(core, actor, refOf(context), inputOf(body)))
  },

  async GetWebhookPolicyOfProject(context) {
    const { core, actor, path } = context
    return ok(
      presentPolicy(await getWebhookPolicy(core, actor, refOf(context), toId(path.webhook_policy_id))),
    )
  },

  async UpdateWebhookPolicyOfProject(context) {
    const { core, actor, path, body } = context
    await updateWebhookPolicy(core, actor, refOf(context), toId(path.webhook_policy_id), inputOf(body))
    return done()
  },

  async DeleteWebhookPolicyOfProject(context) {
    const { core, actor, path } = context
    await deleteWebhookPolicy(core, actor, refOf(context), toId(path.webhook_policy_id))
    return done()
  },

  async LastTrigger(context) {
    const triggers = await listLastTriggers(context.core, context.actor, refOf(context))
    return ok(
      triggers.map(({ policy, eventType, at }) => ({
        policy_name: policy.name,
        event_type: eventType,
        enabled: policy.enabled,
        creation_time: policy.createdAt.toISOString(),
        ...(at && { last_trigger_time: at.toISOString() }),
      })),
    )
  },

  async GetSupportedEventTypes(context) {
    await authorizeEventTypes(context.core, context.actor, refOf(context))
    const formats = Object.entries(payloadFormats)
    return ok({
      event_type: [...offeredEvents],
      notify_type: formats.map(([type]) => type),
      payload_formats: formats.map(([type, names]) => ({ notify_type: type, formats: [...names] })),
    })
  },

  async testWebhookPolicy(context) {
    const { core, actor, path, body } = context
    const id = toId(path.webhook_policy_id)
    return ok(presentAnswer(await testWebhook(core, actor, refOf(context), id, body?.target)))
  },

  async rotateWebhookSecret(context) {
    const { core, actor, path, body } = context
    const id = toId(path.webhook_policy_id)
    const made = await rotateWebhookSecret(core, actor, refOf(context), id, body?.overlap_hours)
    const until = made.previousValidUntil
    return ok({
      secret: made.secret,
      ...(until && { previous_secret_valid_until: until.toISOString() }),
    })
  },

  async deleteWebhookSecret(context) {
    const { core, actor, path } = context
    await removeWebhookSecret(core, actor, refOf(context), toId(path.webhook_policy_id))
    return done()
  },
}
