import {
  type Action,
  type Column,
  crossesRepositories,
  type ProjectResource,
  projectMatrix,
  type SystemResource,
  systemMatrix,
} from '@berth/core/authorization'
import { grantableInProjects, grantableInSystem } from '@berth/core/permissions'
import { ROLES } from '../api.fixture.ts'

/** Who asks in the sweep, and what the tables give them. */

export type Who =
  | 'anonymous'
  | 'outsider'
  | 'sysadmin'
  | (typeof ROLES)[number]
  | 'limitedMember'
  | 'projectRobot'
  | 'systemRobot'
  | 'bareRobot'
/** Of the project with all that can be granted there; of the system with that and the right to look at every project; and of no project here. */
const robots: readonly Who[] = ['projectRobot', 'systemRobot', 'bareRobot']
export const everybody: readonly Who[] = [
  'anonymous',
  'outsider',
  ...ROLES,
  'limitedMember',
  ...robots,
  'sysadmin',
]
export const signedIn: readonly Who[] = everybody.filter((who) => who !== 'anonymous')
export const people: readonly Who[] = signedIn.filter((who) => !robots.includes(who))

/** What the robot of the system may do in every project. */
export const looking = grantableInProjects.filter(({ action }) => ['read', 'list', 'pull'].includes(action))

const holds = (list: readonly { resource: string; action: Action }[], resource: string, action: Action) =>
  list.some((entry) => entry.resource === resource && entry.action === action)

export function allowedInProject(
  who: Who,
  project: { public: boolean },
  resource: ProjectResource,
  action: Action,
): boolean {
  const cells = projectMatrix[resource]
  const columns: Column[] = [
    ...(ROLES.includes(who as never) ? [who as Column] : []),
    ...(project.public ? (['anyone'] as const) : []),
  ]
  return (
    who === 'sysadmin' ||
    (who === 'projectRobot' && holds(grantableInProjects, resource, action)) ||
    (who === 'systemRobot' && holds(looking, resource, action)) ||
    // A maintainer limited to all that has a name of one part: what reaches every repository is not theirs.
    (who === 'limitedMember' && cells.maintainer.has(action) && !crossesRepositories(resource, action)) ||
    columns.some((column) => cells[column].has(action))
  )
}

export function allowedInSystem(who: Who, resource: SystemResource, action: Action): boolean {
  const { administrator, person, robot } = systemMatrix[resource]
  if (who === 'anonymous') return false
  if (who === 'sysadmin') return administrator.has(action)
  if (!robots.includes(who)) return person.has(action)
  return robot.has(action) || (who === 'systemRobot' && holds(grantableInSystem, resource, action))
}
