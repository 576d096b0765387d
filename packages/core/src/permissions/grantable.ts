import type { Permission } from './model.ts'

// What can be given to a robot account, in Harbor's words: C R U D L, then others.
const letters: Record<string, string> = { C: 'create', R: 'read', U: 'update', D: 'delete', L: 'list' }

const expand = (table: Record<string, string>): Permission[] =>
  Object.entries(table).flatMap(([resource, cell]) =>
    cell
      .split(' ')
      .flatMap((word) => (/^[CRUDL]+$/.test(word) ? [...word].map((letter) => letters[letter]!) : [word]))
      .map((action) => ({ resource, action })),
  )

export const grantableInSystem = expand({
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

export const grantableInProjects = expand({
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
