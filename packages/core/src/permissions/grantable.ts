import type { Action, ProjectResource } from '../authorization/index.ts'

// What can be given to a robot account, in Harbor's words: C R U D L, then others.
const letters: Record<string, Action> = { C: 'create', R: 'read', U: 'update', D: 'delete', L: 'list' }

const expand = <R extends string>(table: Partial<Record<R, string>>): { resource: R; action: Action }[] =>
  (Object.entries(table) as [R, string][]).flatMap(([resource, cell]) =>
    cell
      .split(' ')
      .flatMap((word) =>
        /^[CRUDL]+$/.test(word) ? [...word].map((letter) => letters[letter]!) : [word as Action],
      )
      .map((action) => ({ resource, action })),
  )

export const grantableInSystem = expand<string>({
  'audit-log': 'L',
  'preheat-instance': 'CRUDL',
  project: 'CL',
  'replication-policy': 'CRUDL',
  replication: 'CRL',
  'replication-adapter': 'L',
  registry: 'CRUDL',
  'scan-all': 'CRU stop',
  'system-volumes': 'R',
  'garbage-collection': 'CRUL stop',
  'purge-audit': 'CRUL stop',
  'jobservice-monitor': 'L stop',
  scanner: 'CRUDL',
  label: 'CRUD',
  'security-hub': 'RL',
  catalog: 'R',
  quota: 'RLU',
  robot: 'CRDL',
  user: 'CRUDL',
  'ldap-user': 'CL',
  'user-group': 'CRUDL',
})

export const grantableInProjects = expand<ProjectResource>({
  log: 'L',
  project: 'RUD',
  metadata: 'CRUD',
  repository: 'RUDL pull push',
  artifact: 'CRDL',
  scan: 'CR stop',
  sbom: 'CR stop',
  tag: 'CDL',
  accessory: 'L',
  'artifact-addition': 'R',
  'artifact-label': 'CD',
  scanner: 'CR',
  'preheat-policy': 'CRUDL',
  'immutable-tag': 'CUDL',
  'notification-policy': 'CRUDL',
  'tag-retention': 'CRUDL operate',
  label: 'CRUDL',
  quota: 'R',
  robot: 'CRDL',
  'export-cve': 'CR',
  member: 'CRUDL',
})
