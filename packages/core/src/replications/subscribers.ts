import type { Core } from '../context/index.ts'
import type { EventTransaction, OutboxEvent, Subscriber } from '../events/index.ts'
import { type Registry, readRegistriesById } from '../registries/index.ts'
import { readInstanceId } from '../system-info/index.ts'
import { holdEnabled, holdWaiting, mergeInto, type Waiting } from './events/store.ts'
import { followersOf, happeningOf, type Wanted, wantedBy } from './events/wanted.ts'
import { readEventPolicies } from './store.ts'
import { insertReplications, type NewReplication } from './work/index.ts'

/** Makes work for policies that follow what happens here; nothing is looked at before a worker does it. */
export const replicationSubscriber: Subscriber = {
  name: 'replications',
  types: ['artifact.pushed', 'tag.created', 'artifact.deleted', 'tag.deleted'],
  take,
}

/** What one transaction writes: a few seconds on a busy machine. */
const MAX_AT_ONCE = 1_000
/** After so long a Berth that others send something to has it, or somebody has failed. */
const LOOK_AFTER_MS = 2 * 60_000
/** Of a policy, from events that are told together; more of them are one run. */
const MAX_RUNS = 20
/** Digests that are remembered of one tag while something waits. */
const MAX_HAD = 20

async function take(core: Core, tx: EventTransaction, events: readonly OutboxEvent[]): Promise<void> {
  const policies = await readEventPolicies(core)
  if (policies.length === 0) return
  const ids = [...new Set(policies.flatMap(({ destRegistryId }) => destRegistryId ?? []))]
  const registries = new Map<number, Registry>(
    (await readRegistriesById(core, ids)).map((registry) => [registry.id, registry]),
  )
  const followers = followersOf(policies, registries)
  const instanceId = await readInstanceId(core)
  const wanted = events.flatMap((event) => {
    const happening = happeningOf(event)
    return happening ? wantedBy(happening, followers, instanceId) : []
  })
  if (wanted.length === 0) return
  // The dispatcher then gives the events in halves, in their order.
  if (wanted.length > MAX_AT_ONCE && events.length > 1)
    throw new Error(`${wanted.length} replications are too many for one transaction`)
  // Deleted or disabled meanwhile, a policy follows nothing any more.
  const held = await holdEnabled(tx, [...new Set(wanted.map(({ policyId }) => policyId))])
  await write(
    core,
    tx,
    wanted.filter(({ policyId }) => held.has(policyId)),
  )
}

async function write(core: Core, tx: EventTransaction, wanted: readonly Wanted[]): Promise<void> {
  if (wanted.length === 0) return
  const waiting = await holdWaiting(tx, wanted)
  const lookAt = new Date(core.now() + LOOK_AFTER_MS)
  const added: (Wanted & { waiting: Waiting })[] = []
  for (const one of wanted) {
    const found = waiting.find((each) => includes(each, one))
    if (!found) {
      const { policyId, kind, source, tags, digest, had, isLook } = one
      const entry = { policyId, kind, source, tags, digest, had, isLook }
      waiting.push(entry)
      added.push({ ...one, waiting: entry })
      continue
    }
    const wasLook = found.isLook
    found.had = [...new Set([...found.had, ...one.had])].slice(-MAX_HAD)
    // The last one says whether the target gets what is there now from elsewhere.
    found.isLook = one.isLook
    if (found.taskId === undefined) continue
    const dueAt = one.isLook ? lookAt : wasLook ? new Date(core.now()) : undefined
    const { had, isLook } = found
    const createdAt = isLook ? new Date(core.now()) : undefined
    await mergeInto(tx, found.taskId, { had, isLook, seen: one.seen, dueAt, createdAt })
  }
  await insertReplications(core, tx, executionsFor(added, lookAt))
}

/** What waits will see what this event tells of. */
const includes = (waiting: Waiting, wanted: Wanted): boolean =>
  waiting.policyId === wanted.policyId &&
  waiting.kind === wanted.kind &&
  waiting.source === wanted.source &&
  (wanted.digest === undefined || waiting.digest === wanted.digest) &&
  (wanted.tags.length > 0 || waiting.digest === wanted.digest) &&
  wanted.tags.every((tag) => waiting.tags.includes(tag))

/** One for each event, or for each policy where a lot happens at once; looks, which mostly find nothing to do, share one. */
function executionsFor(added: readonly (Wanted & { waiting: Waiting })[], lookAt: Date): NewReplication[] {
  const transferOf = ({ waiting, kind, ...wanted }: Wanted & { waiting: Waiting }) => ({
    kind: kind === 'delete' ? ('withdraw' as const) : ('follow' as const),
    direction: 'push' as const,
    registryId: wanted.registryId,
    source: wanted.source,
    target: wanted.target,
    tags: wanted.tags,
    ...(wanted.digest && { digest: wanted.digest }),
    had: waiting.had,
    seen: wanted.seen,
    isLook: waiting.isLook,
    ...(waiting.isLook && { dueAt: lookAt }),
  })
  const trigger = 'EVENT' as const
  const byPolicy = Map.groupBy(added, ({ policyId }) => policyId)
  return [...byPolicy].flatMap(([policyId, all]) => {
    const looks = all.filter(({ waiting }) => waiting.isLook)
    const others = all.filter(({ waiting }) => !waiting.isLook)
    const groups = others.length > MAX_RUNS ? [others, looks] : [...others.map((one) => [one]), looks]
    return groups
      .filter((group) => group.length > 0)
      .map((group) => ({ policyId, trigger, transfers: group.map(transferOf) }))
  })
}
