import { networkOf } from '../authentication/index.ts'
import { type AnonymousActor, refusal } from '../authorization/index.ts'
import { readSettings } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'

const WINDOW_MS = 60 * 60_000
/** Two classes behind one address make their accounts at once. */
const MOST_MADE_OF_A_NETWORK = 60
/** Names that were taken: the answer tells who is here. */
const MOST_TAKEN_OF_A_NETWORK = 30
/** More are somebody's machines. */
const MOST_MADE_IN_ALL = 500

interface Count {
  count: number
  since: number
}

/** A place among the accounts that may be made now. Call one of both when it is not used. */
export interface RegistrationPlace {
  /** The name or the address was somebody's already. */
  taken(): void
  /** Nothing was tried. */
  giveBack(): void
}

/** Opens self-registration: for people who have not signed in, while `self_registration` is on. @throws DomainError UNAUTHORIZED */
export async function authorizeRegistration(core: Core, actor: AnonymousActor): Promise<void> {
  const set = await readSettings(core, ['self_registration', 'auth_mode'])
  if (!set.self_registration || set.auth_mode !== 'db_auth') throw refusal(actor)
}

/**
 * For what could be an account: who mistypes uses up nothing.
 *
 * @throws DomainError TOO_MANY_REQUEST after many accounts, or many names that were taken, from this network, or many
 * accounts from everywhere, on this node within an hour
 */
export function takeRegistrationPlace(core: Core, address: string): RegistrationPlace {
  const network = networkOf(address)
  const made = countOf(core, 'users.registrations', network)
  const taken = countOf(core, 'users.registrations-taken', network)
  const all = madeInAll(core)
  for (const [known, most] of [
    [made, MOST_MADE_OF_A_NETWORK],
    [taken, MOST_TAKEN_OF_A_NETWORK],
    [all, MOST_MADE_IN_ALL],
  ] as const)
    if (known.count >= most)
      throw new DomainError('TOO_MANY_REQUEST', 'too many accounts are being made; try again later', {
        retryAfterSeconds: Math.ceil(Math.max(1_000, known.since + WINDOW_MS - core.now()) / 1_000),
      })
  made.count++
  all.count++
  const giveBack = () => {
    made.count--
    all.count--
  }
  return {
    giveBack,
    taken() {
      giveBack()
      taken.count++
    },
  }
}

function countOf(core: Core, name: string, network: string): Count {
  const counts = core.cache<Count>(name, WINDOW_MS, 10_000)
  const known = counts.peek(network) ?? { count: 0, since: core.now() }
  if (known.count === 0) counts.set(network, known)
  return known
}

/** Not beside the networks: a sender with many of them would push it out. */
const inAll = new WeakMap<Core, Count>()
function madeInAll(core: Core): Count {
  let known = inAll.get(core)
  if (!known || core.now() - known.since >= WINDOW_MS) {
    known = { count: 0, since: core.now() }
    inAll.set(core, known)
  }
  return known
}
