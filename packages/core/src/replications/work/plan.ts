import type { RepositoryName } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { type Registry, recognise } from '../../registries/index.ts'
import { Turns } from '../../turns/index.ts'
import { compileFilters } from '../filters.ts'
import { forgetStatesBeside } from '../following/index.ts'
import type { ReplicationPolicy } from '../model.ts'
import { reasonOf } from '../reasons.ts'
import { writeAsked } from '../store.ts'
import { compareRepository, openWays, repositoriesOf, targetOf, type Way } from './compare.ts'
import { type Invalid, labelWords, noteInvalid, nothingInvalid } from './left-out.ts'
import type { Claimed, NewTransfer } from './model.ts'
import { isExplained, mayPassLater, sentenceOf } from './outcome.ts'
import { addTransfers, readPlanned } from './store.ts'

const REPOSITORIES_AT_ONCE = 8
const BATCH = 200

export interface Planned {
  copies: number
  inStep: number
  /** Repositories that could not be compared; each has a task that says why. */
  problems: number
  /** Of what the source lists. */
  invalid: Invalid
  /** Sentences: what else bears on what goes. */
  notes: string[]
}

interface Planning extends Claimed {
  core: Core
  signal: AbortSignal
  planned: Planned
  /** Names here of the repositories of a mirror. */
  visited: Set<string>
}

/**
 * Compares both sides, repository by repository, and writes down what is to be copied, so that copies begin while others
 * are still compared. What cannot be compared for good keeps nothing else from going. A plan that names a repository is for
 * that one only.
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
  const planned: Planned = {
    ...{ copies: 0, inStep: 0, problems: 0 },
    ...{ invalid: nothingInvalid(), notes: labelWords(policy, registry) },
  }
  const { source, direction } = claimed.transfer
  const ended = new AbortController()
  const planning: Planning = {
    ...{ ...claimed, core, planned, visited: new Set() },
    signal: AbortSignal.any([signal, ended.signal]),
  }
  const other = policy.mirror ? await recognise(core, registry, signal) : registry
  // Its tasks went with it.
  if (!other) return planned
  const ways = await openWays(core, policy, other, compileFilters(policy.filters))
  try {
    for (const way of ways)
      if (source === '') await planWay(planning, way)
      else if (way.direction === direction) {
        const { inStep, copies } = await found(planning, way, source)
        planned.inStep += inStep
        await write(planning, copies)
      }
  } finally {
    // Of what failed others are under way: nobody asks on for a comparison that has ended.
    ended.abort()
  }
  for (const { asking } of source === '' ? ways : [])
    if (asking) await writeAsked(core, policy.id, asking.after(planned.inStep + planned.copies))
  if (policy.mirror && source === '') await forgetStatesBeside(core, policy.id, planning.visited)
  return planned
}

async function planWay(planning: Planning, way: Way): Promise<void> {
  const { signal } = planning
  const turns = new Turns(REPOSITORIES_AT_ONCE)
  const onInvalid = (name: string) => noteInvalid(planning.planned.invalid.repositories, name)
  for await (const names of repositoriesOf(way, signal, onInvalid)) {
    for (let start = 0; start < names.length; start += BATCH) {
      signal.throwIfAborted()
      const batch = names.slice(start, start + BATCH)
      for (const name of batch) planning.visited.add(name)
      const found = await Promise.all(batch.map((name) => turns.run(() => compare(planning, way, name))))
      await write(planning, found.flat())
    }
  }
}

async function compare(planning: Planning, way: Way, source: RepositoryName): Promise<NewTransfer[]> {
  const { planned, signal, claim, core, transfer } = planning
  signal.throwIfAborted()
  try {
    const { inStep, copies } = await found(planning, way, source)
    planned.inStep += inStep
    return copies
  } catch (error) {
    if (signal.aborted || mayPassLater(error) || !isExplained(error)) throw error
    planned.problems++
    const { direction, registry, policy } = way
    // Its worker before had come so far.
    if (claim.run > 1 && (await readPlanned(core, transfer, direction, source)).isComparison) return []
    const failed = sentenceOf(error, policy.name)
    const target = targetIfAny(way, source)
    const reason = reasonOf(error)
    return [{ kind: 'plan', direction, registryId: registry.id, source, target, failed, reason }]
  }
}

function targetIfAny(way: Way, source: RepositoryName): RepositoryName | undefined {
  try {
    return targetOf(way, source)
  } catch {
    return undefined
  }
}

async function found(
  { core, claim, transfer, planned, signal }: Planning,
  way: Way,
  source: RepositoryName,
): Promise<{ inStep: number; copies: NewTransfer[] }> {
  const { registry, direction } = way
  const { target, inStep, copies, deletions } = await compareRepository(way, source, signal, (tag) =>
    noteInvalid(planned.invalid.tags, `${source}:${tag}`),
  )
  const again = claim.run > 1 || transfer.source !== ''
  const known = again ? await readPlanned(core, transfer, direction, source) : undefined
  const registryId = registry.id
  // Of a mirror the names are the same on both sides: a deletion goes back where the tag was looked for.
  const back = direction === 'push' ? 'pull' : 'push'
  return {
    inStep,
    copies: [
      ...copies
        .filter(({ digest }) => !known?.copies.has(digest))
        .map(
          ({ digest, tags, sizeBytes, held }): NewTransfer => ({
            ...{ kind: 'copy', registryId, direction, source, target, digest, tags, sizeBytes },
            ...(way.policy.mirror && { had: held }),
          }),
        ),
      ...deletions
        .filter(({ digest }) => !known?.deletions.has(digest))
        .map(
          ({ digest, tags, doubt }): NewTransfer => ({
            ...{ kind: 'delete', registryId, direction: back, source: target, target: source, digest, tags },
            had: [digest],
            ...(doubt !== undefined && { failed: doubt, reason: 'doubtful' as const }),
          }),
        ),
    ],
  }
}

async function write({ core, transfer, claim, planned }: Planning, found: NewTransfer[]): Promise<void> {
  const inStep = transfer.source === '' ? planned.inStep : undefined
  for (let start = 0; start < found.length; start += BATCH) {
    const batch = found.slice(start, start + BATCH)
    // Somebody else has it, or it is gone: the heartbeat says so in a moment.
    if (!(await addTransfers(core, transfer, claim, batch, inStep))) return
    planned.copies += batch.filter(({ kind }) => kind === 'copy').length
  }
}
