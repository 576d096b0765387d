import { record } from '../audit/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { raise } from '../events/index.ts'
import type { WebhookPolicy } from './model.ts'
import { updatePolicyRow, type WebhookTransaction } from './store.ts'

/** Berth itself disables a policy, and tells those who follow it. The policy is held by the caller. */
export async function disableWithin(
  core: Core,
  tx: WebhookTransaction,
  { id, projectId, name }: Pick<WebhookPolicy, 'id' | 'projectId' | 'name'>,
  reason: string,
): Promise<void> {
  await updatePolicyRow(core, tx, id, { enabled: false, disabledReason: reason })
  await record(core, tx, {
    actor: SYSTEM,
    resourceType: 'webhook',
    action: 'update',
    resource: name,
    projectId,
    detail: { enabled: { old: true, new: false }, reason },
  })
  await raise(tx, {
    at: new Date(core.now()),
    type: 'webhook.disabled',
    projectId,
    subject: `webhook/${id}`,
    actorKind: 'system',
    actorId: null,
    actorName: 'system',
    requestId: '',
    payload: { policyId: id, policyName: name, reason },
  })
}
