import { currentAccessToken, currentRobot, currentUser } from '../authentication/index.ts'
import { type Actor, ANONYMOUS } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { isSessionLive } from './service.ts'

/**
 * Somebody who was let in a while ago, as they are now: at most some seconds old. Undefined when what they were let in
 * with has ended since: session, token, password or account. Renews nothing.
 */
export async function currentActor(core: Core, actor: Actor): Promise<Actor | undefined> {
  if (actor.kind === 'robot') {
    const robot = await currentRobot(core, actor.id)
    return robot?.credentialEpoch === actor.credentialEpoch ? robot : undefined
  }
  if (actor.kind !== 'user') return actor.kind === 'anonymous' ? ANONYMOUS : actor
  const { accessToken, sessionId, via } = actor
  if (accessToken) return currentAccessToken(core, accessToken.id)
  if (sessionId !== undefined && !(await isSessionLive(core, sessionId))) return undefined
  const person = await currentUser(core, actor.id)
  if (!person || person.credentialEpoch !== actor.credentialEpoch) return undefined
  return { ...person, via, ...(sessionId !== undefined && { sessionId }) }
}
