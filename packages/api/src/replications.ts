import type { Schemas } from '@berth/contract'
import type { Core } from '@berth/core'
import type { Registry } from '@berth/core/registries'
import {
  createPolicy,
  deletePolicy,
  getPolicy,
  listPolicies,
  type PolicyInput,
  readLastReplications,
  type SeenPolicy,
  updatePolicy,
} from '@berth/core/replications'
import type { Handlers } from './handler.ts'
import { toId } from './references.ts'
import { presentExecution } from './replication-executions.ts'
import { created, done, ok, page } from './replies.ts'

/** As much of a registry as somebody sees who may see policies only; of this Berth all that there is. */
export const presentEnd = (core: Core, remote: Registry | undefined): Schemas['Registry'] =>
  remote
    ? {
        id: remote.id,
        name: remote.name,
        type: remote.type,
        url: remote.url,
        insecure: remote.insecure,
        status: remote.status,
      }
    : {
        id: 0,
        name: 'Local',
        type: 'berth',
        url: core.settings.externalUrl,
        insecure: false,
        status: 'healthy',
      }

export const presentPolicy = (core: Core, policy: SeenPolicy): Schemas['ReplicationPolicy'] => ({
  id: policy.id,
  name: policy.name,
  description: policy.description,
  src_registry: presentEnd(core, policy.srcRegistryId === null ? undefined : policy.remote),
  dest_registry: presentEnd(core, policy.destRegistryId === null ? undefined : policy.remote),
  dest_namespace: policy.destNamespace,
  dest_namespace_replace_count: policy.replaceCount,
  trigger: {
    type: policy.triggerKind,
    ...(policy.triggerKind === 'scheduled' && { trigger_settings: { cron: policy.cron } }),
  },
  filters: policy.filters.map((filter) => ({ ...filter })),
  replicate_deletion: policy.deletion,
  deletion: policy.deletion,
  override: policy.override,
  enabled: policy.enabled,
  speed: policy.speedKbps,
  copy_by_chunk: policy.copyByChunk,
  single_active_replication: policy.singleActive,
  mirror: policy.mirror,
  creation_time: policy.createdAt.toISOString(),
  update_time: policy.updatedAt.toISOString(),
})

/** -1 for an id that is nobody's, so that it does not stand for this Berth. */
const endOf = (registry: Schemas['Registry'] | undefined): number =>
  registry?.id ? toId(registry.id) || -1 : 0

export const policyInput = (body: Schemas['ReplicationPolicy']): PolicyInput => ({
  name: body.name,
  description: body.description,
  srcRegistryId: endOf(body.src_registry),
  destRegistryId: endOf(body.dest_registry),
  destNamespace: body.dest_namespace,
  replaceCount: body.dest_namespace_replace_count,
  filters: body.filters,
  trigger: { kind: body.trigger?.type, cron: body.trigger?.trigger_settings?.cron },
  // As in Harbor. Go's client, whose `deletion` was switched off, sends the other name alone, as it read it.
  deletion: body.deletion,
  override: body.override,
  enabled: body.enabled,
  speedKbps: body.speed,
  copyByChunk: body.copy_by_chunk,
  singleActive: body.single_active_replication,
  mirror: body.mirror,
})

export const replications: Handlers<
  | 'listReplicationPolicies'
  | 'createReplicationPolicy'
  | 'getReplicationPolicy'
  | 'updateReplicationPolicy'
  | 'deleteReplicationPolicy'
> = {
  async listReplicationPolicies(context) {
    const { core, actor, query } = context
    const range = context.listQuery()
    const found = await listPolicies(core, actor, { name: query.name, query: range })
    const ids = found.items.map(({ id }) => id)
    const runs = query.with_last_execution ? await readLastReplications(core, actor, ids) : undefined
    return page(context, range, found, (policy) => {
      const run = runs?.get(policy.id)
      return { ...presentPolicy(core, policy), ...(run && { last_execution: presentExecution(run) }) }
    })
  },

  async createReplicationPolicy(context) {
    return created(context, await createPolicy(context.core, context.actor, policyInput(context.body)))
  },

  async getReplicationPolicy({ core, actor, path }) {
    return ok(presentPolicy(core, await getPolicy(core, actor, toId(path.id))))
  },

  async updateReplicationPolicy({ core, actor, path, body }) {
    await updatePolicy(core, actor, toId(path.id), policyInput(body))
    return done()
  },

  async deleteReplicationPolicy({ core, actor, path }) {
    await deletePolicy(core, actor, toId(path.id))
    return done()
  },
}
