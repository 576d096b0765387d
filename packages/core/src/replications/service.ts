import { type AuditLine, type AuditTransaction, oldAndNew } from '../audit/index.ts'
import { type Actor, authorizeSystem } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, conflict, notFound } from '../errors/index.ts'
import { removeHidden } from '../executions/index.ts'
import type { ListQuery, Page } from '../list-query/index.ts'
import { adapterOf, listingOf, type Registry, readRegistriesById, readRegistry } from '../registries/index.ts'
import { compileFilters } from './filters.ts'
import { forgetStatesBeside } from './following/index.ts'
import {
  type PolicyColumns,
  type PolicyInput,
  parsePolicy,
  REMOVED,
  type ReplicationPolicy,
} from './model.ts'
import {
  type Ends,
  insertPolicy,
  readPolicies,
  readPolicy,
  readPolicyIdsOf,
  removePoliciesOf,
  removePolicy,
  updatePolicyRow,
} from './store.ts'

/** So long whoever deletes a policy waits for its history to go. */
const REMOVE_MS = 2_000

/** A policy with the registry at its other end. */
export interface SeenPolicy extends ReplicationPolicy {
  remote: Registry | undefined
}

/** The last made first, unless asked otherwise. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export async function listPolicies(
  core: Core,
  actor: Actor,
  { name, query }: { name?: string; query: ListQuery },
): Promise<Page<SeenPolicy>> {
  authorizeSystem(actor, 'list', 'replication-policy')
  const { items, total } = await readPolicies(core, name, query)
  return { items: await withRegistries(core, items), total }
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function getPolicy(core: Core, actor: Actor, id: number): Promise<SeenPolicy> {
  authorizeSystem(actor, 'read', 'replication-policy')
  const [policy] = await withRegistries(core, [await find(core, id)])
  return policy!
}

/** Gives the id. @throws DomainError UNAUTHORIZED, FORBIDDEN, BAD_REQUEST, NOT_FOUND for its registry, CONFLICT */
export async function createPolicy(core: Core, actor: Actor, input: PolicyInput): Promise<number> {
  authorizeSystem(actor, 'create', 'replication-policy')
  const columns = await checkPolicy(core, parsePolicy(input))
  const made = { ...columns, creatorName: nameOf(actor) }
  const id = await insertPolicy(core, made, lineOf(actor, 'create', columns.name, { ...columns }))
  if (id === 'taken') throw sameName()
  if (id === 'no-registry') throw noRegistry()
  return id
}

/** All of it is replaced. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, BAD_REQUEST, CONFLICT */
export async function updatePolicy(core: Core, actor: Actor, id: number, input: PolicyInput): Promise<void> {
  authorizeSystem(actor, 'update', 'replication-policy')
  const known = await find(core, id)
  const columns = await checkPolicy(core, parsePolicy(input))
  const detail = oldAndNew({ ...known }, { ...columns })
  const outcome = await updatePolicyRow(core, id, columns, lineOf(actor, 'update', known.name, detail))
  if (outcome === 'taken') throw sameName()
  if (outcome === 'missing') throw missing()
  if (outcome === 'no-registry') throw noRegistry()
}

/** Whatever runs: what is on its way ends within seconds. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function deletePolicy(core: Core, actor: Actor, id: number): Promise<void> {
  authorizeSystem(actor, 'delete', 'replication-policy')
  const known = await find(core, id)
  // A row for each tag; without them nothing is deleted anywhere.
  await forgetStatesBeside(core, id, new Set())
  if (!(await removePolicy(core, id, removalOf(actor)(known)))) throw missing()
  // It is gone; what cannot be removed now is removed within the hour.
  await removeHidden(core, REMOVED, AbortSignal.timeout(REMOVE_MS)).catch(() => {})
}

/**
 * For `deleteRegistry`: takes the policies away that use it. What they remember, a row for each tag, goes before: it may be
 * more than one transaction can remove.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN
 */
export async function removingPolicies(core: Core, actor: Actor, registryId: number) {
  authorizeSystem(actor, 'delete', 'replication-policy')
  authorizeSystem(actor, 'delete', 'registry')
  for (const id of await readPolicyIdsOf(core, registryId)) await forgetStatesBeside(core, id, new Set())
  return (tx: AuditTransaction) => removePoliciesOf(core, tx, registryId, removalOf(actor))
}

/** What the other end cannot do is said now and not at night; nothing is asked there. @throws DomainError BAD_REQUEST, NOT_FOUND */
export async function checkPolicy(core: Core, columns: PolicyColumns): Promise<PolicyColumns> {
  const { srcRegistryId, destRegistryId, filters, mirror, deletion } = columns
  const remote = await readRegistry(core, (srcRegistryId ?? destRegistryId)!)
  if (!remote) throw noRegistry()
  const adapter = adapterOf(remote.type)
  if (srcRegistryId !== null) {
    const { repositories, namespaces } = compileFilters(filters)
    const listing = listingOf(remote)
    if (listing === 'namespace' && !repositories && !namespaces)
      throw badRequest(
        `a registry of the type ${remote.type} lists one namespace at a time: begin a name filter with one, as team/**`,
      )
    if (listing === 'none' && !repositories)
      throw badRequest(
        `this registry of the type ${remote.type} does not tell its repositories: name them in a filter, without wildcards`,
      )
  } else if (deletion && !adapter.deletes.manifests && !adapter.deletes.tags)
    throw badRequest(`a registry of the type ${remote.type} deletes nothing that Berth asks it to`)
  if (mirror && adapter.listing !== 'api')
    throw badRequest('a mirror needs another Berth or a Harbor at the other end, which tells what it has')
  return columns
}

async function withRegistries(core: Core, policies: readonly ReplicationPolicy[]): Promise<SeenPolicy[]> {
  const idOf = ({ srcRegistryId, destRegistryId }: ReplicationPolicy) => srcRegistryId ?? destRegistryId
  const ids = [...new Set(policies.map(idOf).filter((id) => id !== null))]
  const byId = new Map((await readRegistriesById(core, ids)).map((registry) => [registry.id, registry]))
  return policies.map((policy) => ({ ...policy, remote: byId.get(idOf(policy) ?? 0) }))
}

async function find(core: Core, id: number): Promise<ReplicationPolicy> {
  const policy = await readPolicy(core, id)
  if (!policy) throw missing()
  return policy
}

const missing = () => notFound('replication policy')
const sameName = () => conflict('there is a replication policy of this name')
const noRegistry = () => notFound('registry of the replication policy')

const nameOf = (actor: Actor): string =>
  actor.kind === 'user' ? actor.username : actor.kind === 'robot' ? actor.name : 'system'

const removalOf =
  (actor: Actor) =>
  ({ name, srcRegistryId, destRegistryId }: Ends): AuditLine =>
    lineOf(actor, 'delete', name, { name, srcRegistryId, destRegistryId })

const lineOf = (
  actor: Actor,
  action: 'create' | 'update' | 'delete',
  resource: string,
  detail: Record<string, unknown>,
): AuditLine => ({ resourceType: 'replication_policy', action, actor, resource, detail })
