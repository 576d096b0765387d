import { forgetUser } from '../authentication/index.ts'
import {
  type Actor,
  authorizeInPerson,
  authorizeSystem,
  refusal,
  type UserActor,
} from '../authorization/index.ts'
import { currentSetting } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest } from '../errors/index.ts'
import type { Page } from '../list-query/index.ts'
import { nextLook } from './accounts.ts'
import { endHeld, endOfHold, type HeldPerson, keepHeld, readHeld } from './hold-store.ts'
import { configuredDirectory } from './opened.ts'

const MAX_PAGE_SIZE = 100
/** More are left for the next call: each is a few statements. */
const MOST_ENDED = 1_000

/** Until when they keep their access, if nobody decides and the directory does not show them. */
export type Held = HeldPerson & { until: Date }

/**
 * People of the directory whom it does not show, among too many to end them at once; those who are held last come first.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN
 */
export async function listHeldPeople(
  core: Core,
  actor: Actor,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<Page<Held>> {
  authorizeSystem(actor, 'list', 'ldap-user')
  const hours = await currentSetting(core, 'ldap_missing_hold_hours')
  const size = pageSize > 0 ? Math.min(pageSize, MAX_PAGE_SIZE) : MAX_PAGE_SIZE
  const { items, total } = await readHeld(core, { page, pageSize: size })
  return { total, items: items.map((held) => ({ ...held, until: endOfHold(held.heldSince, hours) })) }
}

/**
 * They are gone: ends the access of all who were held at `upTo` already; whoever is held since then was not in the list that
 * the decision is about. `left`: how many of them are still held, because there are more than the `most` that one call ends.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, BAD_REQUEST
 */
export async function endHeldPeople(
  core: Core,
  actor: Actor,
  upTo: Date,
  most = MOST_ENDED,
): Promise<{ people: number; left: number }> {
  const administrator = authorizeDecision(actor, upTo)
  const next = await lookAgainAt(core)
  const ended = await endHeld(core, administrator, upTo, { most, nextLookAt: next })
  for (const userId of ended) forgetUser(core, userId)
  const { total } = await readHeld(core, { page: 1, pageSize: 1 }, upTo)
  return { people: ended.length, left: total }
}

/**
 * The directory is wrong: they keep their access. Whoever it still does not show at two looks after this is held anew, for
 * as long again.
 *
 * @throws as `endHeldPeople`
 */
export async function keepHeldPeople(core: Core, actor: Actor, upTo: Date): Promise<{ people: number }> {
  const administrator = authorizeDecision(actor, upTo)
  return { people: await keepHeld(core, administrator, upTo, await lookAgainAt(core)) }
}

function authorizeDecision(actor: Actor, upTo: Date): UserActor {
  authorizeSystem(actor, 'update', 'ldap-user')
  authorizeInPerson(actor)
  if (actor.kind !== 'user') throw refusal(actor)
  if (Number.isNaN(upTo.getTime())) throw badRequest('held_up_to must be a time')
  return actor
}

async function lookAgainAt(core: Core): Promise<Date> {
  const current = await configuredDirectory(core)
  return current ? nextLook(core, current) : new Date(core.now())
}
