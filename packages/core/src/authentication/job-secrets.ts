import type { RobotActor } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { forgetRobot, isActive, robotFacts, toRobotActor } from './known-robots.ts'
import type { RobotFacts } from './robot-store.ts'

/** Of what a job is given for the token of its CI system. */
export const JOB_SECRET_LIFETIME_MS = 15 * 60_000
const PREFIX = 'bwi_'

interface Content {
  /** Robot id, its credential epoch, expiry in milliseconds. */
  r: number
  e: number
  x: number
}

/** A password that is kept nowhere: it says itself whose it is and how long, for Berth's eyes only. */
export function makeJobSecret(core: Core, robot: RobotFacts, expiresAt: Date): string {
  const content: Content = { r: robot.id, e: robot.credentialEpoch, x: expiresAt.getTime() }
  return PREFIX + core.secrets.encrypt('job-secrets', JSON.stringify(content))
}

/**
 * The robot of this name while its secret lasts; it ends with the secret. Undefined for anything that Berth did not make
 * for this, which may still be a secret of another kind. Neither a right one nor one that has ended is a guess: nobody can
 * make one up.
 *
 * @throws DomainError UNAUTHORIZED for one that has ended, was withdrawn, or is another robot's
 */
export async function redeemJobSecret(
  core: Core,
  name: string,
  secret: string,
): Promise<RobotActor | undefined> {
  const content = secret.startsWith(PREFIX) ? open(core, secret.slice(PREFIX.length)) : undefined
  if (!content) return undefined
  let facts = await robotFacts(core, content.r)
  if (facts && facts.credentialEpoch < content.e) {
    // Made on another node after a change that this node has not seen yet.
    forgetRobot(core, content.r)
    facts = await robotFacts(core, content.r)
  }
  const holds = facts?.name === name && facts.credentialEpoch === content.e && isActive(core, facts)
  if (!facts || !holds || content.x <= core.now())
    throw new DomainError('UNAUTHORIZED', 'wrong username or password')
  return { ...(await toRobotActor(core, facts)), expiresAt: new Date(content.x) }
}

function open(core: Core, encrypted: string): Content | undefined {
  try {
    return JSON.parse(core.secrets.decrypt('job-secrets', encrypted)) as Content
  } catch {
    return undefined
  }
}
