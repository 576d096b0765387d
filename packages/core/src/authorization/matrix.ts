import type { Action, Role } from './model.ts'

// C R U D L and words, exactly as in Harbor 2.16, so that its clients meet no surprise.
const letters: Record<string, Action> = { C: 'create', R: 'read', U: 'update', D: 'delete', L: 'list' }

/** Column order: project admin, maintainer, developer, guest, limited guest, anyone in a public project. */
const columns = ['projectAdmin', 'maintainer', 'developer', 'guest', 'limitedGuest', 'anyone'] as const
export type Column = Role | 'anyone'

// Rows whose features come later stand here already: the table also feeds GET /users/current/permissions.
const table = {
  project: ['RUD', 'R', 'R', 'R', 'R', 'R'],
  member: ['CRUDL', 'RL', 'RL', 'RL', '', ''],
  metadata: ['CRUD', 'R', '', '', '', ''],
  log: ['L', '', '', '', '', ''],
  label: ['CRUDL', 'CRUDL', 'RL', 'RL', '', 'RL'],
  quota: ['R', 'R', 'R', 'R', 'R', ''],
  repository: ['CRUDL pull push', 'CRUDL pull push', 'CRUL pull push', 'RL pull', 'RL pull', 'L pull'],
  artifact: ['CRDL', 'CRDL', 'CRL', 'RL', 'RL', 'RL'],
  tag: ['CDL', 'CDL', 'CL', 'L', 'L', 'L'],
  accessory: ['L', 'L', 'L', 'L', 'L', 'L'],
  'artifact-addition': ['R', 'R', 'R', 'R', 'R', 'R'],
  'artifact-label': ['CD', 'CD', 'CD', '', '', ''],
  scan: ['CR stop', 'CR stop', 'R', 'R', 'R', 'R'],
  sbom: ['CR stop', 'CR stop', 'R', 'R', 'R', ''],
  scanner: ['CR', 'R', 'R', 'R', 'R', 'R'],
  'tag-retention': ['CRUDL operate', 'CRUDL operate', 'CRUDL operate', '', '', ''],
  'immutable-tag': ['CUDL', 'CUDL', '', '', '', ''],
  configuration: ['RU', 'R', 'R', 'R', 'R', ''],
  robot: ['CRUDL', 'RL', 'RL', 'RL', '', ''],
  'identity-trust': ['CRUDL', '', '', '', '', ''],
  'notification-policy': ['CRUDL', 'RL', '', '', '', ''],
  'preheat-policy': ['CRUDL', '', '', '', '', ''],
  'export-cve': ['CRL', 'CRL', 'CRL', '', '', ''],
} as const satisfies Record<string, readonly [string, string, string, string, string, string]>

export type ProjectResource = keyof typeof table

const actionsOf = (cell: string): Action[] =>
  cell
    .split(' ')
    .flatMap((word) =>
      /^[CRUDL]+$/.test(word) ? [...word].map((letter) => letters[letter]!) : word ? [word as Action] : [],
    )

/** resource → column → actions. The one table that decides rights inside projects. */
export const projectMatrix = Object.fromEntries(
  Object.entries(table).map(([resource, cells]) => [
    resource,
    Object.fromEntries(cells.map((cell, index) => [columns[index], new Set(actionsOf(cell))])),
  ]),
) as Record<ProjectResource, Record<Column, ReadonlySet<Action>>>

const belowRepositories: ReadonlySet<ProjectResource> = new Set<ProjectResource>([
  'repository',
  'artifact',
  'tag',
  'accessory',
  'artifact-addition',
  'artifact-label',
  'scan',
  'sbom',
])
/** Whether a right to this can be limited to some repositories of the project. */
export const isBelowRepositories = (resource: ProjectResource): boolean => belowRepositories.has(resource)

const crossing: ReadonlySet<ProjectResource> = new Set<ProjectResource>([
  'immutable-tag',
  'tag-retention',
  'preheat-policy',
  'export-cve',
  'notification-policy',
  'log',
])
/**
 * Deeds that belong to the project and change or tell about its repositories, all of them: whoever is limited to some
 * does not have them, whatever the role.
 */
export const crossesRepositories = (resource: ProjectResource, action: Action): boolean => {
  // A label that changes or goes does so on every artifact that carries it; a new one is on none.
  if (resource === 'label') return action === 'update' || action === 'delete'
  // What a webhook delivered and what stands in the log tell of every repository, to whoever reads it.
  const tells = ['export-cve', 'log', 'notification-policy'].includes(resource)
  return crossing.has(resource) && (tells || (action !== 'read' && action !== 'list'))
}

/** Column order: administrator, any person, any robot. A robot may besides do what its own list holds. */
const systemColumns = ['administrator', 'person', 'robot'] as const
export type SystemColumn = (typeof systemColumns)[number]

const systemTable = {
  project: ['CL', 'CL', ''],
  user: ['CRUDL', '', ''],
  'user-search': ['L', 'L', ''],
  'user-group': ['CRUDL', '', ''],
  'user-group-search': ['L', 'L', ''],
  'system-info': ['R', 'R', 'R'],
  catalog: ['R', '', ''],
  'registry-walk': ['CRL stop operate', '', ''],
  configuration: ['RU', '', ''],
  'ldap-user': ['CUL', '', ''],
  label: ['CRUDL', 'RL', 'RL'],
  statistics: ['R', 'R', 'R'],
  permissions: ['L', '', ''],
  quota: ['RUL', '', ''],
  registry: ['CRUDL', '', ''],
  'replication-policy': ['CRUDL', '', ''],
  replication: ['CRL', '', ''],
  'replication-adapter': ['L', '', ''],
  'registry-event': ['UL', '', ''],
  'event-failure': ['UDL', '', ''],
  robot: ['CRUDL', '', ''],
  'audit-log': ['RL', '', ''],
  'audit-destination': ['CRUDL', '', ''],
  'identity-trust': ['CRUDL', '', ''],
  'purge-audit': ['CRUL stop', '', ''],
  'jobservice-monitor': ['L stop', '', ''],
} as const satisfies Record<string, readonly [string, string, string]>
export type SystemResource = keyof typeof systemTable

/** resource → column → actions. The one table that decides rights outside projects. */
export const systemMatrix = Object.fromEntries(
  Object.entries(systemTable).map(([resource, cells]) => [
    resource,
    Object.fromEntries(cells.map((cell, index) => [systemColumns[index], new Set(actionsOf(cell))])),
  ]),
) as Record<SystemResource, Record<SystemColumn, ReadonlySet<Action>>>

/** True when one of the columns holds the action. */
export const allows = (columns: readonly Column[], resource: ProjectResource, action: Action): boolean =>
  columns.some((column) => projectMatrix[resource][column].has(action))
