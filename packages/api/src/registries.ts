import type { Schemas } from '@berth/contract'
import {
  createRegistry,
  deleteRegistry,
  getRegistry,
  getRegistryInfo,
  type KindInfo,
  listRegistries,
  listRegistryKinds,
  listRegistryTypes,
  MASKED,
  mayReadLocal,
  pingRegistry,
  type Registry,
  type RegistryInput,
  updateRegistry,
} from '@berth/core/registries'
import { removingPolicies } from '@berth/core/replications'
import type { Handlers } from './handler.ts'
import { toId } from './references.ts'
import { presentEnd } from './replications.ts'
import { created, done, ok, page } from './replies.ts'

export const presentRegistry = (registry: Registry): Schemas['Registry'] => ({
  id: registry.id,
  name: registry.name,
  description: registry.description,
  type: registry.type,
  url: registry.url,
  insecure: registry.insecure,
  ca_certificate: registry.caCertificate ?? '',
  credential: {
    type: registry.credentialType,
    access_key: registry.accessKey,
    access_secret: registry.accessSecret === null ? '' : MASKED,
  },
  status: registry.status,
  status_message: registry.statusMessage,
  ...(registry.statusReason && { status_reason_code: registry.statusReason }),
  ...(registry.checkedAt && { checked_time: registry.checkedAt.toISOString() }),
  max_transfers: registry.maxTransfers,
  bandwidth: registry.bandwidthKbps,
  ...(isPaused(registry) && { paused_until: registry.pausedUntil.toISOString() }),
  ...(registry.failingSince && { failing_since: registry.failingSince.toISOString() }),
  creation_time: registry.createdAt.toISOString(),
  update_time: registry.updatedAt.toISOString(),
})

// What is over stays written down until the registry has answered.
const isPaused = (registry: Registry): registry is Registry & { pausedUntil: Date } =>
  registry.pausedUntil !== null && registry.pausedUntil.getTime() > Date.now()

const inputOf = ({ credential, ca_certificate, max_transfers, bandwidth, ...body }: Schemas['Registry']) =>
  ({
    name: body.name,
    description: body.description,
    url: body.url,
    type: body.type,
    insecure: body.insecure,
    caCertificate: ca_certificate,
    credentialType: credential?.type,
    accessKey: credential?.access_key,
    accessSecret: credential?.access_secret,
    maxTransfers: max_transfers,
    bandwidthKbps: bandwidth,
  }) satisfies RegistryInput

/** Null stands for absent, as Harbor's clients send it. */
const changeOf = (body: Schemas['RegistryUpdate'] & Schemas['RegistryPing']) =>
  ({
    name: body.name ?? undefined,
    description: body.description ?? undefined,
    url: body.url ?? undefined,
    type: body.type ?? undefined,
    insecure: body.insecure ?? undefined,
    caCertificate: body.ca_certificate ?? undefined,
    credentialType: body.credential_type ?? undefined,
    accessKey: body.access_key ?? undefined,
    accessSecret: body.access_secret ?? undefined,
    maxTransfers: body.max_transfers ?? undefined,
    bandwidthKbps: body.bandwidth ?? undefined,
  }) satisfies RegistryInput

const presentKind = ({ endpoints, credential }: KindInfo): Schemas['RegistryProviderInfo'] => ({
  ...(endpoints && {
    endpoint_pattern: {
      endpoint_type: endpoints.fixed ? 'EndpointPatternTypeFix' : 'EndpointPatternTypeList',
      endpoints: endpoints.list.map(({ key, value }) => ({ key, value })),
    },
  }),
  ...(credential && {
    credential_pattern: {
      access_key_type: credential.accessKey === undefined ? 'AccessKeyTypeStandard' : 'AccessKeyTypeFix',
      access_key_data: credential.accessKey ?? '',
      access_secret_type: credential.secret === 'file' ? 'AccessSecretTypeFile' : 'AccessSecretTypePass',
      access_secret_data: '',
    },
  }),
})

export const registries: Handlers<
  | 'listRegistryProviderTypes'
  | 'listRegistryProviderInfos'
  | 'listRegistries'
  | 'createRegistry'
  | 'pingRegistry'
  | 'getRegistry'
  | 'updateRegistry'
  | 'deleteRegistry'
  | 'getRegistryInfo'
> = {
  async listRegistryProviderTypes({ actor }) {
    return ok([...listRegistryTypes(actor)])
  },

  async listRegistryProviderInfos({ actor }) {
    const kinds = listRegistryKinds(actor).map(([type, info]) => [type, presentKind(info)] as const)
    return ok(Object.fromEntries(kinds))
  },

  async listRegistries(context) {
    const { core, actor, query } = context
    const range = context.listQuery()
    const found = await listRegistries(core, actor, { name: query.name, query: range })
    return page(context, range, found, presentRegistry)
  },

  async createRegistry(context) {
    return created(context, await createRegistry(context.core, context.actor, inputOf(context.body)))
  },

  async pingRegistry({ core, actor, body }) {
    if (body.id === 0 && body.url == null && body.type == null) {
      mayReadLocal(actor)
      return done()
    }
    const stored = body.id ? { id: toId(body.id) || -1 } : {}
    await pingRegistry(core, actor, { ...changeOf(body), ...stored })
    return done()
  },

  async getRegistry({ core, actor, path }) {
    if (path.id === 0) {
      mayReadLocal(actor)
      return ok(presentEnd(core, undefined))
    }
    return ok(presentRegistry(await getRegistry(core, actor, toId(path.id))))
  },

  async updateRegistry({ core, actor, path, body }) {
    await updateRegistry(core, actor, toId(path.id), changeOf(body))
    return done()
  },

  async deleteRegistry({ core, actor, path, query }) {
    const id = toId(path.id)
    const removeUsers = query.with_policies ? await removingPolicies(core, actor, id) : undefined
    await deleteRegistry(core, actor, id, removeUsers)
    return done()
  },

  async getRegistryInfo({ core, actor, path }) {
    const { type, description, filters, triggers, chunks } = await getRegistryInfo(
      core,
      actor,
      path.id === 0 ? 0 : toId(path.id) || -1,
    )
    return ok({
      type,
      description,
      supported_resource_filters: filters,
      supported_triggers: triggers,
      supported_copy_by_chunk: chunks,
    })
  },
}
