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
  /** `pausedUntil`: it waits for the registry at its other end, which is left alone until then. */
  last: (Execution & { totalBytes: number; pausedUntil: Date | undefined }) | undefined
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
  const last = new Map(executions.map((execution) => [execution.vendorId, execution]))
  const pauses = new Map(registries.items.map(({ id, pausedUntil }) => [id, pausedUntil]))
  const lines = policies.items.map((policy) => {
    const [from, to] = [policy.srcRegistryId ?? 0, policy.destRegistryId ?? 0]
    const run = last.get(policy.id)
    const pausedUntil = pauses.get(from || to)
    const isPaused = !run?.endedAt && pausedUntil && pausedUntil.getTime() > core.now()
    return {
      ...{ policy, from, to },
      last: run && {
        ...run,
        totalBytes: progress.get(run.id)?.totalBytes ?? 0,
        pausedUntil: isPaused ? pausedUntil : undefined,
      },
    }
  })
  const { shown, leftOut } = shownOf(lines)
  return { registries: registries.items, lines: shown, leftOut }
}
