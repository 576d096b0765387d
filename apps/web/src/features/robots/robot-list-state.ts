import type { CallInput, Schemas } from '@berth/contract'
import { asPart } from '../../data/as-part.ts'
import { readListState } from '../../data/list-state.ts'

export const robotSorts = ['name', 'creation_time'] as const
export const robotSort = 'name'
export const robotPageSize = 25

/** The robots of one project, or with null those of the system. */
export function robotsInput(
  projectId: number | null,
  params: { get(name: string): string | null },
): CallInput<'ListRobot'> {
  const { q, sort, page } = readListState(params, robotSorts)
  const conditions = [
    ...(projectId === null ? [] : ['Level=project', `ProjectID=${projectId}`]),
    ...(q ? [`name=~${asPart(q)}`] : []),
  ]
  return {
    query: {
      page,
      page_size: robotPageSize,
      sort: sort || robotSort,
      ...(conditions.length > 0 && { q: conditions.join(',') }),
    },
  }
}

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
