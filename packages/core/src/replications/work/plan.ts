import type { RegistryError, RepositoryName } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { type Registry, recognise } from '../../registries/index.ts'
import { Turns } from '../../turns/index.ts'
import { compileFilters } from '../filters.ts'
import { forgetStatesBeside } from '../following/index.ts'
import type { ReplicationPolicy } from '../model.ts'
import type { LongWait } from '../planning/index.ts'
import { reasonOf } from '../reasons.ts'
import { mayPass, originOf } from '../sites/index.ts'
import { writeAsked } from '../store.ts'
import { compareRepository, openWays, repositoriesOf, targetOf, type Way } from './compare.ts'
import { Findings } from './findings.ts'
import { type Invalid, labelNotes, noteInvalid, nothingInvalid, type RunNote } from './left-out.ts'
import type { Claimed, NewTransfer } from './model.ts'
import { askedMs, isExplained, mayPassLater, sentenceOf } from './outcome.ts'
import { notePause } from './patience/store.ts'
import { forgetResting, noteResting, watchRest } from './resting.ts'
import { type Apart, addTransfers, beginAgain, readPlanned } from './store.ts'

const REPOSITORIES_AT_ONCE = 8
const BATCH = 200
/** Before a repository is compared once more, alone. */
const ONCE_MORE_MS = 10_000

export interface Planned {
  copies: number
  inStep: number
  /** Of these, as far as the sums know of them. */
  toldInStep: number
  /** Repositories that could not be compared; each has a task that says why. */
  problems: number
  /** Repositories that are compared once more; each has a task for it. */
  waiting: number
  /** Of what the source lists. */
  invalid: Invalid
  /** What else bears on what goes. */
  notes: RunNote[]
  /** Whether the other registry has answered anything. */
  heard: boolean
}

interface Planning extends Claimed {
  core: Core
  signal: AbortSignal
  planned: Planned
  /** Names here of the repositories of a mirror. */
  visited: Set<string>
  apart: readonly Apart[]
  /** Comparisons that failed since the registry has answered anything, and its answers until then. */
  inVain: { count: number; answers: number }
}

/**
 * Compares both sides, repository by repository, and writes down what is to be copied, so that copies begin while others
 * are still compared. What cannot be compared keeps nothing else from going: as long as the registry answers for others, it
 * is compared once more by a task of its own. A plan that names a repository is for that one only.
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
    ...{ copies: 0, inStep: 0, toldInStep: 0, problems: 0, waiting: 0 },
    ...{ invalid: nothingInvalid(), notes: labelNotes(policy, registry), heard: false },
  }
  const { source, direction } = claimed.transfer
  const ended = new AbortController()
  const planning: Planning = {
    ...{ ...claimed, core, planned, visited: new Set() },
    apart: source === '' && claimed.claim.run > 1 ? await beginAgain(core, claimed.transfer) : [],
    inVain: { count: 0, answers: 0 },
    signal: AbortSignal.any([signal, ended.signal]),
  }
  const other = policy.mirror ? await recognise(core, registry, signal) : registry
  // Its tasks went with it.
  if (!other) return planned
  const { taskId } = claimed.transfer
  const pauses: Promise<void>[] = []
  let rest: (() => void) | undefined
  const pauseAll = async (askedMs: number) => {
    await notePause(core, registry.id, { pauseMs: askedMs, askedMs })
    rest ??= watchRest(core, taskId, other, (why) => ended.abort(why))
  }
  const waitOut: LongWait = (error, askedMs) => {
    if (originOf(error) !== registry.id) return false
    // Should the database not hear of it, whoever asks next hears the same.
    if (noteResting(core, taskId, askedMs)) pauses.push(pauseAll(askedMs).catch(() => {}))
    return true
  }
  const ways: Way[] = await openWays(core, policy, other, compileFilters(policy.filters), {
    // Until something was answered, also of a list or on the other way, nothing is lost by another attempt.
    onLongWait: (error, askedMs) => ways.some(({ ends }) => ends.heard()) && waitOut(error, askedMs),
  })
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
    forgetResting(core, taskId)
    await Promise.all(pauses)
    rest?.()
  }
  planned.heard = ways.some(({ ends }) => ends.heard())
  for (const { asking } of source === '' ? ways : [])
    if (asking) await writeAsked(core, policy.id, asking.after(planned.inStep + planned.copies))
  if (policy.mirror && source === '') await forgetStatesBeside(core, policy.id, planning.visited)
  return planned
}

async function planWay(planning: Planning, way: Way): Promise<void> {
  const { signal } = planning
  const turns = new Turns(REPOSITORIES_AT_ONCE)
  const findings = new Findings((found) => write(planning, found))
  const look = async (name: RepositoryName, position: number) =>
    findings.add(position, await compare(planning, way, name))
  const onInvalid = (name: string) => noteInvalid(planning.planned.invalid.repositories, name)
  let listed = 0
  try {
    for await (const names of repositoriesOf(way, signal, onInvalid))
      for (let start = 0; start < names.length; start += BATCH) {
        signal.throwIfAborted()
        const batch = names.slice(start, start + BATCH)
        for (const name of batch) planning.visited.add(name)
        await Promise.all(batch.map((name, n) => turns.run(() => look(name, listed + n))))
        listed += batch.length
      }
  } finally {
    // What was found goes, whatever became of the rest; of one that is to end nothing more begins.
    await findings.end({ drop: signal.aborted })
  }
}

async function compare(planning: Planning, way: Way, source: RepositoryName): Promise<NewTransfer[]> {
  const { planned, signal, core, apart } = planning
  signal.throwIfAborted()
  const { direction, registry, policy } = way
  const own = apart.find((one) => one.source === source && one.direction === direction)
  if (own) {
    if (own.isWaiting) planned.waiting++
    else planned.problems++
    return []
  }
  try {
    const { inStep, copies } = await found(planning, way, source)
    planned.inStep += inStep
    return copies
  } catch (error) {
    const isAlone = mayPass(error) && isOfRepository(planning, way, error)
    if (signal.aborted || (!isAlone && (mayPassLater(error) || !isExplained(error)))) throw error
    const transfer = { direction, registryId: registry.id, source, target: targetIfAny(way, source) }
    if (isAlone) {
      planned.waiting++
      return [{ kind: 'plan', ...transfer, dueAt: new Date(core.now() + ONCE_MORE_MS) }]
    }
    planned.problems++
    const failed = sentenceOf(error, policy.name)
    return [{ kind: 'plan', ...transfer, failed, reason: reasonOf(error) }]
  }
}

/**
 * Whether a failure that may pass is one of a repository: the registry answers for others. It is away when it has answered
 * nothing, or nothing while as many as are compared at once have failed; and what it asks for itself all have to wait out.
 */
function isOfRepository({ inVain }: Planning, { registry, ends }: Way, error: RegistryError): boolean {
  if (originOf(error) !== registry.id || askedMs(error) > 0) return false
  const answers = ends.answers()
  inVain.count = answers === inVain.answers ? inVain.count + 1 : 1
  inVain.answers = answers
  return answers > 0 && inVain.count < REPOSITORIES_AT_ONCE
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
        // It may have got a tag since.
        .filter(({ digest, tags }) => {
          const brought = known?.copies.get(digest)
          return !brought || !tags.every((tag) => brought.has(tag))
        })
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
  for (let start = 0; start < found.length; start += BATCH) {
    const batch = found.slice(start, start + BATCH)
    // Somebody else has it, or it is gone: the heartbeat says so in a moment.
    const { inStep, toldInStep } = planned
    if (!(await addTransfers(core, transfer, claim, batch, inStep - toldInStep))) return
    planned.toldInStep = inStep
    planned.copies += batch.filter(({ kind }) => kind === 'copy').length
  }
}
