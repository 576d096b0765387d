import type { Core } from '../context/index.ts'
import { seemToAsk, signInThroughDirectory } from '../directories/index.ts'
import { DomainError } from '../errors/index.ts'
import { guessOnceFound, type Party } from './attempts.ts'
import { FairQueue } from './fair-queue.ts'
import { rememberUser } from './known-users.ts'
import { readFacts, type UserFacts } from './store.ts'

/** Longer than a directory takes to find nobody, and short enough for who mistypes while it is away. */
const SEEM_TO_ASK_MS = 1_000

/** As many as the directory has connections of each kind. */
const ASKING = 8
/** Known people; each needs a connection of the database. */
const WRITING = 6
const MAX_WAITING = 2_000
/** Whoever has given up by then is not asked about any more. */
const LONGEST_WAIT_MS = 60_000
const asking = new FairQueue(ASKING, MAX_WAITING)
const writing = new FairQueue(WRITING, MAX_WAITING)

const tooManyAtOnce = () =>
  new DomainError('UNAVAILABLE', 'too many people sign in at this moment; try again', {
    retryAfterSeconds: 5,
  })

/**
 * The person whom the directory knows by this login name and password.
 *
 * A thousand at once wait for one another, `party` by `party`, and not for connections of the database.
 *
 * @throws DomainError UNAVAILABLE when the directory gives no verdict; FORBIDDEN for somebody it knows and Berth does not admit
 */
export async function verifyInDirectory(
  core: Core,
  login: string,
  password: string,
  party: Party,
): Promise<UserFacts | undefined> {
  // By whatever login attribute or spelling: the directory compares names more loosely than Berth can know.
  const facts = await guessOnceFound(core, party, async (found) => {
    const cameMs = core.now()
    const userId = await signInThroughDirectory(core, login, password, {
      found,
      refused: party.refused,
      ask: (work) =>
        asking.run(party.name, async () => {
          if (core.now() - cameMs > LONGEST_WAIT_MS) throw tooManyAtOnce()
          return work()
        }),
      write: (work) => writing.run(party.name, work),
    })
    return userId === undefined ? undefined : readFacts(core, userId)
  })
  if (!facts || facts.disabled) return undefined
  rememberUser(core, facts)
  return facts
}

/** After a wrong local password: what the others wait for. */
export const seemToAskDirectory = (core: Core, login: string): Promise<void> =>
  seemToAsk(core, login, SEEM_TO_ASK_MS)
