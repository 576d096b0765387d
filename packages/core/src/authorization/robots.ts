import { includes, type Reach, union } from '../repository-limits/index.ts'
import { isBelowRepositories, type ProjectResource, type SystemResource, systemMatrix } from './matrix.ts'
import type { Action, RobotActor, RobotDeeds } from './model.ts'

/** How a right stands in a robot's list. */
export const deed = (resource: string, action: string): string => `${resource}:${action}`

/** Where in this project the robot's own list has it; undefined: nowhere. */
export function robotReach(
  { grants }: RobotActor,
  action: Action,
  resource: ProjectResource,
  projectId: number,
): Reach | undefined {
  const wanted = deed(resource, action)
  return union([
    ...[grants.everyProject.get(wanted) ?? []].flat(),
    ...[grants.projects.get(projectId)?.get(wanted) ?? []].flat(),
  ])
}

/** True when its own list has it for the whole project, or for the repository with this path in it. */
export function robotHolds(
  robot: RobotActor,
  action: Action,
  resource: ProjectResource,
  projectId: number,
  path?: string,
): boolean {
  const reach = robotReach(robot, action, resource, projectId)
  return reach === 'all' || (reach !== undefined && path !== undefined && includes(reach, path))
}

export const robotHoldsInSystem = (
  { grants }: RobotActor,
  action: Action,
  resource: SystemResource,
): boolean => systemMatrix[resource].robot.has(action) || grants.system.has(deed(resource, action))

/** Ids of the projects, in ascending order, where its list has this for the whole project, or anything at all. */
export function robotProjects(
  { grants }: RobotActor,
  wanted?: { action: Action; resource: ProjectResource },
): 'all' | number[] {
  const has = (deeds: RobotDeeds) =>
    wanted ? deeds.get(deed(wanted.resource, wanted.action)) === 'all' : deeds.size > 0
  if (has(grants.everyProject)) return 'all'
  return [...grants.projects]
    .filter(([, deeds]) => has(deeds))
    .map(([id]) => id)
    .sort((a, b) => a - b)
}

/** The projects, of those `among`, where its list has this for some repositories only. */
export function robotLimits(
  robot: RobotActor,
  { action, resource }: { action: Action; resource: ProjectResource },
  among: readonly number[],
): { id: number; reach: Exclude<Reach, 'all'> }[] {
  if (!isBelowRepositories(resource)) return []
  return among.flatMap((id) => {
    const reach = robotReach(robot, action, resource, id)
    return reach === undefined || reach === 'all' ? [] : [{ id, reach }]
  })
}
