import { type Actor, authorizeSystem } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { type Execution, readLastExecutions } from '../../executions/index.ts'
import { everything } from '../../list-query/index.ts'
import { listRegistries, type Registry } from '../../registries/index.ts'
import { REPLICATION, type ReplicationPolicy } from '../model.ts'
import { readProgress } from '../progress/index.ts'
import { readPolicies } from '../store.ts'
import { shownOf } from './shown.ts'

/** A policy as a line from one registry to another; 0 is this Berth. */
export interface MapLine {
  policy: ReplicationPolicy
  from: number
  to: number
  last: (Execution & { totalBytes: number }) | undefined
}

export interface ReplicationMap {
  /** The others, this Berth aside. */
  registries: Registry[]
  /** At most 20 to a registry, 20 from it, and 1,000 in all. */
  lines: MapLine[]
  /** How many are left out, by registry. */
  leftOut: ReadonlyMap<number, number>
}

/** Who replicates to whom, and how it went last. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export async function getReplicationMap(core: Core, actor: Actor): Promise<ReplicationMap> {
  authorizeSystem(actor, 'list', 'replication-policy')
  authorizeSystem(actor, 'list', 'replication')
  const [registries, policies, executions] = await Promise.all([
    listRegistries(core, actor, { query: everything }),
    readPolicies(core, undefined, everything),
    readLastExecutions(core, REPLICATION),
  ])
  const ids = executions.map(({ id }) => id)
  const progress = await readProgress(core, ids)
  const last = new Map(
    executions.map((execution) => [
      execution.vendorId,
      { ...execution, totalBytes: progress.get(execution.id)?.totalBytes ?? 0 },
    ]),
  )
  const lines = policies.items.map((policy) => ({
    policy,
    from: policy.srcRegistryId ?? 0,
    to: policy.destRegistryId ?? 0,
    last: last.get(policy.id),
  }))
  const { shown, leftOut } = shownOf(lines)
  return { registries: registries.items, lines: shown, leftOut }
}
