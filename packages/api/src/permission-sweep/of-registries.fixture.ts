import type { OperationId } from '@berth/contract'
import type { InSystem } from './in-system.fixture.ts'

const registry = { path: { id: 999_999 } }

/** Operations of the system on other registries, and on what goes there and comes from there. */
export const ofRegistries = {
  listReplicationPolicies: { resource: 'replication-policy', action: 'list' },
  createReplicationPolicy: { resource: 'replication-policy', action: 'create', input: { body: {} } },
  getReplicationPolicy: { resource: 'replication-policy', action: 'read', input: registry },
  updateReplicationPolicy: {
    resource: 'replication-policy',
    action: 'update',
    input: { ...registry, body: {} },
  },
  deleteReplicationPolicy: { resource: 'replication-policy', action: 'delete', input: registry },
  listReplicationExecutions: { resource: 'replication', action: 'list' },
  startReplication: { resource: 'replication', action: 'create', input: { body: { policy_id: 999_999 } } },
  getReplicationExecution: { resource: 'replication', action: 'read', input: registry },
  stopReplication: { resource: 'replication', action: 'create', input: registry },
  listReplicationTasks: { resource: 'replication', action: 'list', input: registry },
  getReplicationLog: {
    resource: 'replication',
    action: 'read',
    input: { path: { id: 999_999, task_id: 999_999 } },
  },
  retryReplication: { resource: 'replication', action: 'create', input: registry },
  retryReplicationTask: {
    resource: 'replication',
    action: 'create',
    input: { path: { id: 999_999, task_id: 999_999 } },
  },
  listReplicationMissing: { resource: 'replication', action: 'list', input: registry },
  previewReplicationPolicy: { resource: 'replication-policy', action: 'create', input: { body: {} } },
  getReplicationMap: { resource: 'replication-policy', action: 'list' },
  listRegistryProviderTypes: { resource: 'replication-adapter', action: 'list' },
  listRegistryProviderInfos: { resource: 'replication-adapter', action: 'list' },
  listRegistries: { resource: 'registry', action: 'list' },
  createRegistry: { resource: 'registry', action: 'create', input: { body: { type: 'NOT VALID' } } },
  getRegistry: { resource: 'registry', action: 'read', input: registry },
  getRegistryInfo: { resource: 'registry', action: 'read', input: registry },
  updateRegistry: { resource: 'registry', action: 'update', input: { ...registry, body: { name: 'x' } } },
  deleteRegistry: { resource: 'registry', action: 'delete', input: registry },
  // With anything else than an id it needs the right to make or change one: see registries.db.test.ts.
  pingRegistry: { resource: 'registry', action: 'read', input: { body: { id: 999_999 } } },
} satisfies Partial<Record<OperationId, InSystem>>
