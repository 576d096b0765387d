import { networkOf } from '../authentication/index.ts'
import { type AnonymousActor, refusal } from '../authorization/index.ts'
import { readSettings } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'

const WINDOW_MS = 60 * 60_000
const MOST_OF_A_NETWORK = 10
/** A class in one room makes accounts at once; a thousand addresses are somebody's machines. */
const MOST_IN_ALL = 200

/**
 * Opens self-registration: for people who have not signed in, while `self_registration` is on and new people come from here.
 *
 * @throws DomainError UNAUTHORIZED; TOO_MANY_REQUEST after many tries from this network, or from everywhere, on
 * this node within an hour
 */
export async function authorizeRegistration(
  core: Core,
  actor: AnonymousActor,
  address: string,
): Promise<void> {
  const set = await readSettings(core, ['self_registration', 'auth_mode'])
  if (!set.self_registration || set.auth_mode !== 'db_auth') throw refusal(actor)
  countTry(core, networkOf(address))
}

/** Every try counts, also one that finds the name taken: the answer tells who is here. */
function countTry(core: Core, network: string): void {
  const tries = core.cache<{ count: number; since: number }>('users.registrations', WINDOW_MS, 10_000)
  for (const [key, most] of [
    [`network ${network}`, MOST_OF_A_NETWORK],
    ['all', MOST_IN_ALL],
  ] as const) {
    const known = tries.peek(key)
    if (known && known.count >= most)
      throw new DomainError('TOO_MANY_REQUEST', 'too many accounts are being made; try again later', {
        retryAfterSeconds: Math.ceil(Math.max(1_000, known.since + WINDOW_MS - core.now()) / 1_000),
      })
    if (known) known.count++
    else tries.set(key, { count: 1, since: core.now() })
  }
}
