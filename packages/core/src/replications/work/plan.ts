import { type Digest, parseRepositoryName, type RepositoryName } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { adapterOf, type Registry } from '../../registries/index.ts'
import { Turns } from '../../turns/index.ts'
import { type CompiledFilters, compileFilters } from '../filters.ts'
import { mapRepository } from '../mapping.ts'
import type { ReplicationPolicy } from '../model.ts'
import { planRepository } from '../planning/index.ts'
import { kindOf } from './kinds.ts'
import type { Claimed, Direction, NewTransfer } from './model.ts'
import { isExplained, mayPassLater, sentenceOf } from './outcome.ts'
import { type Ends, openEnds } from './sites.ts'
import { addTransfers, readPlanned, readSizes } from './store.ts'

const REPOSITORIES_AT_ONCE = 8
const BATCH = 200
const MAX_TOLD = 20

export interface Planned {
  copies: number
  inStep: number
  /** Sentences of repositories that could not be compared. */
  problems: string[]
  problemCount: number
}

interface Planning extends Claimed {
  core: Core
  policy: ReplicationPolicy
  registry: Registry
  filters: CompiledFilters
  signal: AbortSignal
  planned: Planned
}

/**
 * Compares both sides, repository by repository, and writes down what is to be copied, so that copies begin while others
 * are still compared. What cannot be compared for good keeps nothing else from going.
 *
 * @throws RegistryError of what may pass, errors of the database, the signal's reason
 */
export async function plan(
  core: Core,
  claimed: Claimed,
  policy: ReplicationPolicy,
  registry: Registry,
  signal: AbortSignal,
): Promise<Planned> {
  const planned: Planned = { copies: 0, inStep: 0, problems: [], problemCount: 0 }
  const filters = compileFilters(policy.filters)
  const planning: Planning = { ...claimed, core, policy, registry, filters, signal, planned }
  const { direction } = claimed.transfer
  await planWay(planning, direction, false)
  // What only the other side of a mirror has comes over; where both have a tag, this Berth's stands.
  if (policy.mirror) await planWay(planning, direction === 'push' ? 'pull' : 'push', true)
  return planned
}

async function planWay(planning: Planning, direction: Direction, onlyMissing: boolean): Promise<void> {
  const { core, policy, registry, filters, signal } = planning
  const ends = await openEnds(core, policy, registry, direction)
  const turns = new Turns(REPOSITORIES_AT_ONCE)
  for await (const names of namesOf(ends, filters, signal)) {
    const wanted = names.filter((name) => filters.matchesRepository(name))
    for (let start = 0; start < wanted.length; start += BATCH) {
      signal.throwIfAborted()
      const found = await Promise.all(
        wanted
          .slice(start, start + BATCH)
          .map((name) => turns.run(() => compare(planning, ends, direction, name, onlyMissing))),
      )
      await write(planning, found.flat())
    }
  }
}

async function* namesOf(
  { from }: Ends,
  { repositories }: CompiledFilters,
  signal: AbortSignal,
): AsyncIterable<RepositoryName[]> {
  if (repositories) yield repositories.map((name) => parseRepositoryName(name))
  else yield* from.repositories({ signal })
}

async function compare(
  planning: Planning,
  ends: Ends,
  direction: Direction,
  source: RepositoryName,
  onlyMissing: boolean,
): Promise<NewTransfer[]> {
  const { policy, planned, signal } = planning
  signal.throwIfAborted()
  try {
    return await compareRepository(planning, ends, direction, source, onlyMissing)
  } catch (error) {
    if (signal.aborted || mayPassLater(error) || !isExplained(error)) throw error
    planned.problemCount++
    if (planned.problems.length < MAX_TOLD)
      planned.problems.push(`${source}: ${sentenceOf(error, policy.name)}`)
    return []
  }
}

async function compareRepository(
  { core, policy, registry, filters, claim, transfer, planned, signal }: Planning,
  ends: Ends,
  direction: Direction,
  source: RepositoryName,
  onlyMissing: boolean,
): Promise<NewTransfer[]> {
  const { from, to } = ends
  // Whatever comes here belongs to a project.
  const nameParts = direction === 'push' ? adapterOf(registry.type).nameParts : 'at-least-two'
  const target = parseRepositoryName(mapRepository(source, policy, nameParts))
  const plan = await planRepository({ from, to, source, target, select: (t) => filters.select(t), signal })
  planned.inStep += plan.inStep
  const known = claim.run > 1 ? await readPlanned(core, transfer, direction, source) : new Set<string>()
  let copies = plan.copies.filter(({ digest }) => !known.has(digest))
  if (onlyMissing && copies.length > 0) {
    const held = new Set<string>((await to.tags(target, { signal })).map(({ tag }) => tag))
    copies = copies
      .map(({ digest, tags }) => ({ digest, tags: tags.filter((tag) => !held.has(tag)) }))
      .filter(({ tags }) => tags.length > 0)
  }
  copies = await ofKind(copies, (digest) => kindOf(from, source, digest, signal), policy)
  const digests = copies.map(({ digest }) => digest)
  const sizes = direction === 'push' ? await readSizes(core, source, digests) : new Map<string, number>()
  return copies.map(({ digest, tags }) => ({
    kind: 'copy',
    registryId: registry.id,
    direction,
    source,
    target,
    digest,
    tags,
    sizeBytes: sizes.get(digest),
  }))
}

async function ofKind<T extends { digest: Digest }>(
  copies: T[],
  kind: (digest: Digest) => Promise<string>,
  { filters }: ReplicationPolicy,
): Promise<T[]> {
  const wanted = filters.filter(({ type }) => type === 'resource').map(({ value }) => value)
  if (wanted.length === 0) return copies
  const chosen: T[] = []
  for (const copy of copies) {
    const is = await kind(copy.digest)
    if (wanted.every((value) => value === is)) chosen.push(copy)
  }
  return chosen
}

async function write({ core, transfer, claim, planned }: Planning, found: NewTransfer[]): Promise<void> {
  for (let start = 0; start < found.length; start += BATCH) {
    const batch = found.slice(start, start + BATCH)
    // Somebody else has it, or it is gone: the heartbeat says so in a moment.
    if (!(await addTransfers(core, transfer, claim, batch))) return
    planned.copies += batch.length
  }
}
