import type { CallInput, Schemas } from '@berth/contract'

export const robotInput = (id: number) => ({ path: { robot_id: id } }) satisfies CallInput<'GetRobotByID'>

/** Where the robots of a project, or with null those of the system, are shown. */
export const robotsPath = (project: string | null): string =>
  project === null ? '/robots' : `/projects/${encodeURIComponent(project)}/robots`

const SOON_MS = 7 * 86_400_000

/** `soon`: it still works, but its expiry is less than a week away. */
export type RobotState = 'active' | 'soon' | 'expired' | 'disabled'

export function robotState(robot: Schemas['Robot'], nowMs: number): RobotState {
  if (robot.disable) return 'disabled'
  const expiresAtMs = expiryMs(robot)
  if (expiresAtMs === null) return 'active'
  if (expiresAtMs <= nowMs) return 'expired'
  return expiresAtMs - nowMs < SOON_MS ? 'soon' : 'active'
}

/** Null: never. The API gives seconds, and -1 for never. */
export function expiryMs({ expires_at }: { expires_at?: number }): number | null {
  return expires_at === undefined || expires_at < 0 ? null : expires_at * 1000
}

/** True for a robot of this project: its one permission names it. */
export const belongsTo = ({ level, permissions }: Schemas['Robot'], project: string): boolean =>
  level === 'project' && (permissions ?? []).every(({ namespace }) => namespace === project)
