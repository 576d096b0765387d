import type { RobotActor } from '../authorization/index.ts'
import { robotNamePrefix } from '../configurations/index.ts'
import type { Core, TtlCache } from '../context/index.ts'
import { type RobotFacts, readRobotFacts } from './robot-store.ts'

// A robot that was deleted, disabled or given less ends on every node after at most this long.
const FACTS_TTL_MS = 3_000
const byId = (core: Core): TtlCache<RobotFacts> => core.cache('authentication.robots', FACTS_TTL_MS, 20_000)

export const robotFacts = (core: Core, robotId: number): Promise<RobotFacts | undefined> =>
  byId(core).get(String(robotId), () => readRobotFacts(core, robotId))

/** What was just read from the database need not be read again for the next request. */
export function rememberRobot(core: Core, facts: RobotFacts): void {
  byId(core).set(String(facts.id), facts)
}

/** Call after a change to a robot, so that this node does not wait for the memory to age. */
export function forgetRobot(core: Core, robotId: number): void {
  byId(core).delete(String(robotId))
}

/** Expiry is looked at each time, never remembered. */
export const isActive = (core: Core, { disabled, expiresAt }: RobotFacts): boolean =>
  !disabled && (expiresAt === null || expiresAt.getTime() > core.now())

export async function toRobotActor(core: Core, facts: RobotFacts): Promise<RobotActor> {
  const { id, projectId, expiresAt, grants, credentialEpoch } = facts
  const name = (await robotNamePrefix(core)) + facts.name
  return { kind: 'robot', id, name, projectId, expiresAt, grants, credentialEpoch }
}

/** The robot as of at most three seconds ago; undefined when deleted, disabled or expired. */
export async function currentRobot(core: Core, robotId: number): Promise<RobotActor | undefined> {
  const facts = await robotFacts(core, robotId)
  return facts && isActive(core, facts) ? toRobotActor(core, facts) : undefined
}
