import type { ProjectResource, SystemResource } from './matrix.ts'
import type { Action, RobotActor } from './model.ts'

/** How a right stands in a robot's list. */
export const deed = (resource: string, action: string): string => `${resource}:${action}`

/** What every robot may do outside projects, as everybody who is signed in. */
const everyRobot: ReadonlySet<string> = new Set([
  'system-info:read',
  'statistics:read',
  'label:read',
  'label:list',
])

/** True when the robot's own list has it for this project. */
export const robotHolds = (
  { grants }: RobotActor,
  action: Action,
  resource: ProjectResource,
  projectId: number,
): boolean => {
  const wanted = deed(resource, action)
  return grants.everyProject.has(wanted) || grants.projects.get(projectId)?.has(wanted) === true
}

export const robotHoldsInSystem = (
  { grants }: RobotActor,
  action: Action,
  resource: SystemResource,
): boolean => {
  const wanted = deed(resource, action)
  return everyRobot.has(wanted) || grants.system.has(wanted)
}

/** Ids of the projects, in ascending order, where its list has this, or anything. */
export function robotProjects(
  { grants }: RobotActor,
  wanted?: { action: Action; resource: ProjectResource },
): 'all' | number[] {
  const has = (deeds: ReadonlySet<string>) =>
    wanted ? deeds.has(deed(wanted.resource, wanted.action)) : deeds.size > 0
  if (has(grants.everyProject)) return 'all'
  return [...grants.projects]
    .filter(([, deeds]) => has(deeds))
    .map(([id]) => id)
    .sort((a, b) => a - b)
}
