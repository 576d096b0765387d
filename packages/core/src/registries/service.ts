import { type AuditLine, type AuditTransaction, oldAndNew, record } from '../audit/index.ts'
import { type Actor, authorizeSystem } from '../authorization/index.ts'
import { mayGo } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, conflict, DomainError, notFound } from '../errors/index.ts'
import type { ListQuery, Page } from '../list-query/index.ts'
import { probeStored, toChecked } from './check.ts'
import {
  parseRegistry,
  parseSecret,
  type Registry,
  type RegistryColumns,
  type RegistryInput,
  reachedAs,
  toEndpoint,
  wayTo,
} from './model.ts'
import { type Finding, probe } from './probe.ts'
import { readSecret } from './secret.ts'
import {
  endPause,
  insertRegistry,
  readPoliciesOf,
  readRegistries,
  readRegistry,
  removeRegistry,
  updateRegistryRow,
  writeCheck,
} from './store.ts'

/** What stands in an answer in the place of a secret; given back it means the one that there is. */
export const MASKED = '*****'

/** How often a change is begun anew because somebody else's came first. */
const CHANGE_TIMES = 3

/** @throws DomainError UNAUTHORIZED, FORBIDDEN */
export async function listRegistries(
  core: Core,
  actor: Actor,
  { name, query }: { name?: string; query: ListQuery },
): Promise<Page<Registry>> {
  authorizeSystem(actor, 'list', 'registry')
  return readRegistries(core, name, query)
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function getRegistry(core: Core, actor: Actor, id: number): Promise<Registry> {
  authorizeSystem(actor, 'read', 'registry')
  return find(core, id)
}

/** As `getRegistry` of this Berth itself, which has the id 0 and is always there. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export const mayReadLocal = (actor: Actor): void => authorizeSystem(actor, 'read', 'registry')

/**
 * Gives the id. The registry has to answer: what does not work now would be found out at night.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, BAD_REQUEST that says what is wrong with it, CONFLICT
 */
export async function createRegistry(core: Core, actor: Actor, input: RegistryInput): Promise<number> {
  authorizeSystem(actor, 'create', 'registry')
  const columns = parseRegistry(input)
  const secret = secretOf(input)
  const found = await require(probe(core, { ...columns, endpoint: toEndpoint(columns, secret ?? '') }))
  const made = { ...columns, accessSecret: seal(core, secret), ...toChecked(found) }
  const id = await insertRegistry(core, made, lineOf(actor, 'create', columns.name, shown(columns)))
  if (id === 'taken') throw sameName()
  return id
}

/**
 * What is not given stays as it was; the secret only for the same place, so that nobody has it sent to theirs. What changes
 * how the registry is reached has to work. What somebody else changes meanwhile is kept: the change is then made to that.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, BAD_REQUEST, CONFLICT
 */
export async function updateRegistry(
  core: Core,
  actor: Actor,
  id: number,
  input: RegistryInput,
): Promise<void> {
  authorizeSystem(actor, 'update', 'registry')
  for (let times = 0; times < CHANGE_TIMES; times++)
    if (await changeOnce(core, actor, await find(core, id), input)) return
  throw conflict('the registry is being changed by others; try again')
}

/** False when it was changed since it was read; asking the registry takes seconds. */
async function changeOnce(core: Core, actor: Actor, known: Registry, input: RegistryInput): Promise<boolean> {
  const columns = parseRegistry(merged(known, input))
  const { secret, encrypted } = keptOrGiven(core, known, columns, input)
  const change = { ...columns, accessSecret: encrypted }
  const found =
    reachedAs(change) !== reachedAs(known)
      ? await require(probe(core, { ...columns, endpoint: toEndpoint(columns, secret()) }))
      : undefined
  const checked = found && { ...toChecked(found), checkedAt: new Date(core.now()) }
  const detail = {
    ...oldAndNew(shown(known), shown(columns)),
    secretChanged: encrypted !== known.accessSecret,
  }
  const line = lineOf(actor, 'update', known.name, detail)
  const outcome = await updateRegistryRow(core, known.id, { ...change, ...checked }, line, known)
  if (outcome === 'taken') throw sameName()
  if (outcome === 'missing') throw missing()
  return outcome === 'done'
}

/**
 * `removeUsers` takes away what uses it, in the same transaction; without it that is what keeps it.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND; PRECONDITION, naming the policies that use it
 */
export async function deleteRegistry(
  core: Core,
  actor: Actor,
  id: number,
  removeUsers?: (tx: AuditTransaction) => Promise<void>,
): Promise<void> {
  authorizeSystem(actor, 'delete', 'registry')
  const known = await find(core, id)
  const policies = removeUsers ? [] : await readPoliciesOf(core, id)
  if (policies.length > 0) throw used(policies)
  const line = lineOf(actor, 'delete', known.name, shown(known))
  const outcome = await removeRegistry(core, id, line, removeUsers)
  if (outcome === 'missing') throw missing()
  if (outcome === 'used') throw used(await readPoliciesOf(core, id))
}

/**
 * Looks at a registry: a stored one by its id, perhaps with other settings in the place of its own, or one that is not yet.
 * Of a stored one as it stands that is its health from then on, and ends a pause.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND; BAD_REQUEST that says what is wrong with it
 */
export async function pingRegistry(
  core: Core,
  actor: Actor,
  { id, ...input }: RegistryInput & { id?: number },
): Promise<void> {
  authorizeSystem(actor, 'read', 'registry')
  const known = id ? await find(core, id) : undefined
  const other = Object.keys(given(input)).length > 0
  // Whoever may only look has nothing else asked than what is stored.
  if (other || !known) authorizeSystem(actor, known ? 'update' : 'create', 'registry')
  const name = known?.name ?? input.url ?? ''
  const typed = other || !known ? typedOver(core, known, input) : undefined
  // A form sends what it shows; where that is what is stored, what is seen is seen of the registry itself.
  const stored = known && (!typed || reachedAs(typed.columns) === reachedAs(known)) ? known : undefined
  const found = stored ? await probeStored(core, stored) : await typed!.probe()
  const outcome = found.healthy ? { ok: true } : { ok: false, message: found.message }
  await record(core, undefined, lineOf(actor, 'test', name, outcome))
  if (stored) {
    await writeCheck(core, stored, toChecked(found, stored.instanceId))
    if (found.healthy) await endPause(core, stored.id)
  }
  await require(Promise.resolve(found))
}

/** Settings on top of those of a stored one, or by themselves. @throws DomainError BAD_REQUEST */
function typedOver(core: Core, known: Registry | undefined, input: RegistryInput) {
  const columns = parseRegistry(known ? merged(known, input) : { name: 'unnamed', ...given(input) })
  const { secret, encrypted } = known
    ? keptOrGiven(core, known, columns, input)
    : { secret: () => secretOf(input) ?? '', encrypted: null }
  return {
    columns: { ...columns, accessSecret: encrypted },
    probe: () => probe(core, { ...columns, endpoint: toEndpoint(columns, secret()) }),
  }
}

const missing = () => notFound('registry')
const sameName = () => conflict('there is a registry of this name')
const used = (policies: readonly { name: string }[]) =>
  new DomainError(
    'PRECONDITION',
    `the registry is used by ${policies.length === 1 ? 'the replication policy' : 'the replication policies'} ${policies
      .slice(0, 10)
      .map(({ name }) => name)
      .join(', ')}${policies.length > 10 ? ` and ${policies.length - 10} more` : ''}`,
  )

async function find(core: Core, id: number): Promise<Registry> {
  const known = await readRegistry(core, id)
  if (!known) throw missing()
  return known
}

/** @throws DomainError BAD_REQUEST unless it is healthy */
async function require(looking: Promise<Finding>): Promise<Finding> {
  const found = await looking
  if (!found.healthy) {
    const { message, reason } = found
    throw new DomainError('BAD_REQUEST', `the registry cannot be used: ${message}`, { reason })
  }
  return found
}

/** Without what was not given, so that it takes the place of nothing. */
const given = (input: RegistryInput): RegistryInput =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))

/** What is known with the change on top; the secret is another matter. */
const merged = ({ accessSecret: _, ...known }: Registry, input: RegistryInput): RegistryInput => ({
  ...known,
  ...given(input),
})

/** Undefined: none was given. */
const secretOf = ({ accessSecret }: RegistryInput): string | undefined =>
  accessSecret === undefined || accessSecret === MASKED ? undefined : parseSecret(accessSecret)

const seal = (core: Core, secret: string | undefined): string | null =>
  secret ? core.secrets.encrypt('registries', secret) : null

/** The secret as it will be stored, and a way to read it. @throws DomainError BAD_REQUEST */
function keptOrGiven(
  core: Core,
  known: Registry,
  columns: RegistryColumns,
  input: RegistryInput,
): { secret: () => string; encrypted: string | null } {
  const secret = secretOf(input)
  if (secret !== undefined) return { secret: () => secret, encrypted: seal(core, secret) }
  const { accessSecret } = known
  if (accessSecret === null) return { secret: () => '', encrypted: null }
  if (!mayGo(wayTo(known), wayTo(columns)))
    throw badRequest(
      'the secret was given for another address, another kind or certificates of others; give the secret again',
    )
  return { secret: () => readSecret(core, known), encrypted: accessSecret }
}

const shown = (registry: RegistryColumns | Registry) => ({
  name: registry.name,
  description: registry.description,
  url: registry.url,
  type: registry.type,
  insecure: registry.insecure,
  ownAuthority: registry.caCertificate !== null,
  accessKey: registry.accessKey,
  maxTransfers: registry.maxTransfers,
  bandwidthKbps: registry.bandwidthKbps,
})

const lineOf = (
  actor: Actor,
  action: 'create' | 'update' | 'delete' | 'test',
  resource: string,
  detail: Record<string, unknown>,
): AuditLine => ({ resourceType: 'registry', action, actor, resource, detail })
