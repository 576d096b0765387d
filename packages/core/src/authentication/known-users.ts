import type { UserActor } from '../authorization/index.ts'
import type { Core, TtlCache } from '../context/index.ts'
import { readFacts, type UserFacts } from './store.ts'

// A disabled or demoted person, and a changed password, take effect on every node after at most this long.
const FACTS_TTL_MS = 3_000

const byId = (core: Core): TtlCache<UserFacts> => core.cache('authentication.users', FACTS_TTL_MS, 20_000)

export const userFacts = (core: Core, userId: number): Promise<UserFacts | undefined> =>
  byId(core).get(String(userId), () => readFacts(core, userId))

/** What was just read from the database need not be read again for the next request. */
export function rememberUser(core: Core, facts: UserFacts): void {
  byId(core).set(String(facts.id), facts)
}

/** Call after a change to a person, so that this node does not wait for the memory to age. */
export function forgetUser(core: Core, userId: number): void {
  byId(core).delete(String(userId))
}

export const toActor = (facts: UserFacts, via: UserActor['via']): UserActor => ({
  kind: 'user',
  id: facts.id,
  username: facts.username,
  sysadmin: facts.sysadmin,
  credentialEpoch: facts.credentialEpoch,
  via,
})

/** The person as of at most three seconds ago; undefined when disabled or deleted, or not proven any more. */
export async function currentUser(core: Core, userId: number): Promise<UserActor | undefined> {
  const facts = await userFacts(core, userId)
  return facts && !facts.disabled && facts.proven ? toActor(facts, 'token') : undefined
}
