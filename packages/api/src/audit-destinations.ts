import type { Schemas } from '@berth/contract'
import {
  createDestination,
  type DestinationInput,
  deleteDestination,
  getDestination,
  listDestinations,
  testDestination,
  updateDestination,
  type WatchedDestination,
} from '@berth/core/audit-destinations'
import type { Handlers } from './handler.ts'
import { toId } from './references.ts'
import { created, done, ok } from './replies.ts'

const present = (destination: WatchedDestination): Schemas['AuditDestination'] => ({
  id: destination.id,
  name: destination.name,
  kind: destination.kind,
  enabled: destination.enabled,
  address: destination.address,
  tls: destination.tls,
  ca: destination.caPem ?? '',
  auth: destination.auth,
  ...(destination.previousSecretUntil && {
    previous_secret_until: destination.previousSecretUntil.toISOString(),
  }),
  configured: destination.configured,
  state: destination.state,
  position: destination.position,
  waiting: destination.backlog.lines,
  ...(destination.backlog.oldestAt && { waiting_since: destination.backlog.oldestAt.toISOString() }),
  delivered: destination.delivered,
  lost: destination.lost,
  ...(destination.lastDeliveredAt && { last_delivered_time: destination.lastDeliveredAt.toISOString() }),
  failures: destination.failures,
  ...(destination.lastError !== null && { last_error: destination.lastError }),
  ...(destination.lastErrorAt && { last_error_time: destination.lastErrorAt.toISOString() }),
  ...(destination.failures > 0 && { next_attempt_time: destination.dueAt.toISOString() }),
  creation_time: destination.createdAt.toISOString(),
  update_time: destination.updatedAt.toISOString(),
})

const inputOf = ({
  name,
  kind,
  enabled,
  address,
  tls,
  ca,
  auth,
  secret,
  overlap_hours,
}: Schemas['AuditDestinationReq']) =>
  ({
    name,
    kind,
    enabled,
    address,
    tls,
    ca,
    auth,
    secret,
    overlapHours: overlap_hours,
  }) satisfies DestinationInput

export const auditDestinations: Handlers<
  | 'listAuditDestinations'
  | 'createAuditDestination'
  | 'getAuditDestination'
  | 'updateAuditDestination'
  | 'deleteAuditDestination'
  | 'testAuditDestination'
> = {
  async listAuditDestinations({ core, actor }) {
    return ok((await listDestinations(core, actor)).map(present))
  },

  async createAuditDestination(context) {
    const { core, actor, body } = context
    const input = { ...inputOf(body), fromBeginning: body.from_beginning }
    return created(context, await createDestination(core, actor, input))
  },

  async getAuditDestination({ core, actor, path }) {
    return ok(present(await getDestination(core, actor, toId(path.audit_destination_id))))
  },

  async updateAuditDestination({ core, actor, path, body }) {
    await updateDestination(core, actor, toId(path.audit_destination_id), inputOf(body))
    return done()
  },

  async deleteAuditDestination({ core, actor, path }) {
    await deleteDestination(core, actor, toId(path.audit_destination_id))
    return done()
  },

  async testAuditDestination({ core, actor, path }) {
    return ok(await testDestination(core, actor, toId(path.audit_destination_id)))
  },
}
