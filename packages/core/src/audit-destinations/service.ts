import { type AuditLine, oldAndNew, readLastPosition, record } from '../audit/index.ts'
import { type Actor, authorizeInPerson, authorizeSystem } from '../authorization/index.ts'
import { mayGo, type Way } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, conflict, notFound } from '../errors/index.ts'
import { overlapUntil } from '../signatures/index.ts'
import { DeliveryError } from './failure.ts'
import {
  CONFIGURED_NAME,
  type Destination,
  type DestinationInput,
  parseDestination,
  type Target,
} from './model.ts'
import { deliver, toTarget } from './send.ts'
import { type WatchedDestination, watchDestinations } from './spool.ts'
import { insertDestination, readDestination, removeDestination, updateDestinationRow } from './store.ts'

/** @throws DomainError UNAUTHORIZED, FORBIDDEN */
export async function listDestinations(core: Core, actor: Actor): Promise<WatchedDestination[]> {
  authorizeSystem(actor, 'list', 'audit-destination')
  return watchDestinations(core)
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function getDestination(core: Core, actor: Actor, id: number): Promise<WatchedDestination> {
  authorizeSystem(actor, 'read', 'audit-destination')
  const destination = (await watchDestinations(core)).find((one) => one.id === id)
  if (!destination) throw missing()
  return destination
}

/**
 * Gives the id. It gets what happens from now on, or with `fromBeginning` all that there still is.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, BAD_REQUEST, CONFLICT
 */
export async function createDestination(
  core: Core,
  actor: Actor,
  { fromBeginning = false, ...input }: DestinationInput & { fromBeginning?: boolean },
): Promise<number> {
  authorizeSystem(actor, 'create', 'audit-destination')
  authorizeInPerson(actor)
  const { secret, ...columns } = parseDestination(input)
  requireSecret(columns.auth, secret)
  requireFreeName(columns.name)
  const position = fromBeginning ? 0 : await readLastPosition(core)
  const made = { ...columns, secretEncrypted: seal(core, secret), position }
  const line = lineOf(actor, 'create', columns.name, { ...shown(columns), fromBeginning })
  const id = await insertDestination(core, made, line)
  if (id === undefined) throw sameName()
  return id
}

/**
 * Everything but the secret is replaced; without a secret in the input it stays, unless it would go to another address.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, BAD_REQUEST, CONFLICT
 */
export async function updateDestination(
  core: Core,
  actor: Actor,
  id: number,
  input: DestinationInput,
): Promise<void> {
  authorizeSystem(actor, 'update', 'audit-destination')
  authorizeInPerson(actor)
  const known = await changeable(core, id)
  const { secret, ...columns } = parseDestination(input)
  requireFreeName(columns.name)
  const keeps = columns.auth !== 'none' && secret === undefined
  if (keeps && known.secretEncrypted !== null && !mayGo(wayTo(known), wayTo(columns)))
    throw badRequest(
      'the address is another one, or other certificates are believed there; give the secret again, which is to be sent to it',
    )
  requireSecret(columns.auth, keeps && known.secretEncrypted !== null ? 'as it was' : secret)
  const change = {
    ...columns,
    ...(!keeps && rotate(core, known, columns, { secret, overlapHours: input.overlapHours })),
  }
  const detail = oldAndNew(shown(known), shown(columns))
  const line = lineOf(actor, 'update', known.name, { ...detail, secretChanged: secret !== undefined })
  const updated = await updateDestinationRow(core, id, change, line)
  if (updated === undefined) throw sameName()
  if (!updated) throw missing()
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, BAD_REQUEST */
export async function deleteDestination(core: Core, actor: Actor, id: number): Promise<void> {
  authorizeSystem(actor, 'delete', 'audit-destination')
  authorizeInPerson(actor)
  const known = await changeable(core, id)
  const detail = { ...shown(known), position: known.position }
  if (!(await removeDestination(core, id, lineOf(actor, 'delete', known.name, detail)))) throw missing()
}

/** Sends one record that says that it is a test, whether or not the destination is switched on, and tells what came of it. */
export async function testDestination(
  core: Core,
  actor: Actor,
  id: number,
): Promise<{ ok: boolean; message: string }> {
  authorizeSystem(actor, 'update', 'audit-destination')
  authorizeInPerson(actor)
  const known = await readDestination(core, id)
  if (!known) throw missing()
  const at = new Date(core.now())
  let outcome: { ok: boolean; message: string }
  try {
    const message = await deliver(
      core,
      toTarget(core, known),
      [{ kind: 'test', at }],
      AbortSignal.timeout(20_000),
    )
    outcome = { ok: true, message }
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error
    outcome = { ok: false, message: error.message }
  }
  await record(core, undefined, lineOf(actor, 'test', known.name, outcome))
  return outcome
}

const wayTo = ({ address, caPem }: Pick<Target, 'address' | 'caPem'>): Way => ({
  servers: [address],
  protections: { verified: true },
  authorities: caPem ?? '',
})

const missing = () => notFound('audit destination')
const sameName = () => conflict('there is a destination of this name')

async function changeable(core: Core, id: number): Promise<Destination> {
  const known = await readDestination(core, id)
  if (!known) throw missing()
  if (known.configured)
    throw badRequest(`this destination is that of the setting ${CONFIGURED_NAME}; change it there`)
  return known
}

function requireFreeName(name: string): void {
  if (name === CONFIGURED_NAME)
    throw badRequest(`${CONFIGURED_NAME} is the name of the setting's own destination`)
}

function requireSecret(auth: Destination['auth'], secret: string | undefined): void {
  if (auth !== 'none' && !secret) throw badRequest(`${auth} needs a secret`)
}

/** The new secret; the former one signs on for a while, where both are keys of an HMAC for the same address. */
function rotate(
  core: Core,
  known: Destination,
  { auth, address }: Pick<Destination, 'auth' | 'address'>,
  { secret, overlapHours }: Pick<DestinationInput, 'secret' | 'overlapHours'>,
) {
  const overlap = overlapUntil(core.now(), overlapHours)
  const signed = known.auth === 'hmac' && auth === 'hmac' && known.address === address
  const until = signed && secret ? overlap : null
  return {
    secretEncrypted: seal(core, secret),
    previousSecretEncrypted: until && known.secretEncrypted,
    previousSecretUntil: until,
  }
}

const seal = (core: Core, secret: string | undefined): string | null =>
  secret ? core.secrets.encrypt('audit-destinations', secret) : null

const shown = ({
  name,
  kind,
  enabled,
  address,
  tls,
  caPem,
  auth,
}: Pick<Destination, 'name' | 'kind' | 'enabled' | 'address' | 'tls' | 'caPem' | 'auth'>) => ({
  name,
  kind,
  enabled,
  address,
  tls,
  ownAuthority: caPem !== null,
  auth,
})

const lineOf = (
  actor: Actor,
  action: 'create' | 'update' | 'delete' | 'test',
  resource: string,
  detail: Record<string, unknown>,
): AuditLine => ({ resourceType: 'audit_destination', action, actor, resource, detail })
