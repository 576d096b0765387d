import type { Core } from '../context/index.ts'
import { seemToAsk, signInThroughDirectory } from '../directories/index.ts'
import { rememberUser } from './known-users.ts'
import { readFacts, type UserFacts } from './store.ts'

/** Longer than a directory takes to find nobody, and short enough for who mistypes while it is away. */
const SEEM_TO_ASK_MS = 1_000

/**
 * The person whom the directory knows by this login name and password.
 *
 * @throws DomainError UNAVAILABLE when the directory gives no verdict; FORBIDDEN for somebody it knows and Berth does not admit
 */
export async function verifyInDirectory(
  core: Core,
  login: string,
  password: string,
): Promise<UserFacts | undefined> {
  const userId = await signInThroughDirectory(core, login, password)
  const facts = userId === undefined ? undefined : await readFacts(core, userId)
  if (!facts || facts.disabled) return undefined
  rememberUser(core, facts)
  return facts
}

/** After a wrong local password: what the others wait for. */
export const seemToAskDirectory = (core: Core, login: string): Promise<void> =>
  seemToAsk(core, login, SEEM_TO_ASK_MS)
