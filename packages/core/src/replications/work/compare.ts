import {
  type Digest,
  isRepositoryName,
  type ListPosition,
  ProtocolError,
  parseRepositoryName,
  type RepositoryName,
  type Tag,
} from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { adapterOf, type Registry } from '../../registries/index.ts'
import type { CompiledFilters } from '../filters.ts'
import { readTagStates, remembers, writeTagStates } from '../following/index.ts'
import { mapRepository } from '../mapping.ts'
import type { ReplicationPolicy } from '../model.ts'
import {
  type Asking,
  type LongWait,
  openAsking,
  openTurns,
  type PatientTurns,
  type PlannedCopy,
  type Planning,
  planRepository,
} from '../planning/index.ts'
import { readAsked } from '../store.ts'
import { Kinds } from './kinds.ts'
import { type MirrorDeletion, MirrorJudge } from './mirror.ts'
import type { Direction } from './model.ts'
import { type Ends, openEnds } from './sites.ts'

/** One of the ways that images go by a policy. */
export interface Way {
  core: Core
  policy: ReplicationPolicy
  registry: Registry
  filters: CompiledFilters
  direction: Direction
  ends: Ends
  /** Whether what is in step is remembered, of policies that have to know. A preview only looks. */
  remembers: boolean
  /** For all of its repositories: many at once would open a connection for each of their tags. */
  turns: PatientTurns
  /** Of a source whose lists do not tell what is attached. */
  asking?: Asking | undefined
}

export interface Comparison {
  source: RepositoryName
  target: RepositoryName
  copies: PlannedCopy[]
  /** Tags; of a mirror counted on the way from here. */
  inStep: number
  /** Of a mirror: what the target has deleted and the source has still. */
  deletions: MirrorDeletion[]
}

/**
 * Both ways of a mirror, one of another policy. `onLongWait`: without it, nothing is waited out for long.
 *
 * @throws RegistryError where credentials have to be asked for first
 */
export async function openWays(
  core: Core,
  policy: ReplicationPolicy,
  registry: Registry,
  filters: CompiledFilters,
  { remembers = true, onLongWait }: { remembers?: boolean; onLongWait?: LongWait } = {},
): Promise<Way[]> {
  const there: Direction = policy.srcRegistryId === null ? 'push' : 'pull'
  const back: Direction = there === 'push' ? 'pull' : 'push'
  const isTold = there === 'push' || adapterOf(registry.type).listing === 'api'
  const asking = isTold ? undefined : openAsking(await readAsked(core, policy.id), core.now())
  const open = async (direction: Direction): Promise<Way> => {
    const ends = await openEnds(core, policy, registry, direction)
    const turns = openTurns(onLongWait)
    return { core, policy, registry, filters, direction, remembers, asking, ends, turns }
  }
  return Promise.all((policy.mirror ? [there, back] : [there]).map(open))
}

/** Nobody has more; and what leads on for ever must end. */
const MAX_REPOSITORIES = 1_000_000

/** The repositories of the source that a policy means, in pages; each once. `onInvalid`: for names that can be no repository's and that it means. */
export async function* repositoriesOf(
  { ends, filters, registry, turns }: Way,
  signal: AbortSignal,
  onInvalid?: (name: string) => void,
): AsyncGenerator<RepositoryName[]> {
  if (filters.repositories) {
    yield validOf(filters.repositories, onInvalid)
    return
  }
  const listed = new Set<RepositoryName>()
  const left = new Set<string>()
  const at: ListPosition = {}
  const leaveOut = (name: string) => {
    count++
    if (!filters.matchesRepository(name) || left.has(name)) return
    left.add(name)
    onInvalid?.(name)
  }
  const list = () =>
    ends.from
      .repositories({ signal, onInvalid: leaveOut, namespaces: filters.namespaces, at })
      [Symbol.asyncIterator]()
  let pages: ReturnType<typeof list> | undefined
  let count = 0
  const nextPage = async () => {
    // One that broke off and cannot go on there is read from its beginning: what it told before is not given again.
    if (!pages && !at.next) count = 0
    pages ??= list()
    try {
      return await pages.next()
    } catch (error) {
      pages = undefined
      throw error
    }
  }
  try {
    for (;;) {
      const { done, value: names } = await turns.run(nextPage, signal)
      if (done) return
      count += names.length
      if (count > MAX_REPOSITORIES && ends.from.key !== 0)
        throw new ProtocolError(`${registry.name} lists more than ${MAX_REPOSITORIES} repositories`, {
          code: 'LIST_WITHOUT_END',
        })
      const fresh = names.filter((name) => filters.matchesRepository(name) && !listed.has(name))
      for (const name of fresh) listed.add(name)
      yield fresh
    }
  } finally {
    await pages?.return?.()
  }
}

/** Names of a policy that was saved before they were checked are no different from those of a list. */
const validOf = (
  names: readonly string[],
  onInvalid: ((name: string) => void) | undefined,
): RepositoryName[] =>
  names.flatMap((name) => {
    if (isRepositoryName(name)) return [name]
    onInvalid?.(name)
    return []
  })

/** What a repository is called at the target. @throws DomainError BAD_REQUEST, InvalidReferenceError */
export function targetOf({ policy, registry, direction }: Way, source: RepositoryName): RepositoryName {
  // Whatever comes here belongs to a project.
  const nameParts = direction === 'push' ? adapterOf(registry.type).nameParts : 'at-least-two'
  return parseRepositoryName(mapRepository(source, policy, nameParts))
}

/**
 * What there is to do for one repository.
 *
 * @param onInvalid given what the source lists and no filter leaves out, but can be no tag
 * @throws RegistryError, DomainError, the signal's reason
 */
export async function compareRepository(
  way: Way,
  source: RepositoryName,
  signal: AbortSignal,
  onInvalid?: (tag: string) => void,
): Promise<Comparison> {
  const { core, filters, policy, registry, direction, turns, asking } = way
  const { from, to } = way.ends
  const target = targetOf(way, source)
  const judged = { policy, registry, direction, repository: source }
  const judge = policy.mirror ? await MirrorJudge.open(core, judged) : undefined
  const kinds = new Kinds({ site: from, repository: source, filters: policy.filters, turns, signal })
  const select: Planning['select'] = async (tags, held) => {
    const passed = await kinds.select(filters, tags)
    return judge ? judge.choose(passed, tags, held) : passed
  }
  const inStepNow = new Map<Tag, Digest>()
  const isWritten = way.remembers && !judge && remembers(policy)
  const known = isWritten ? await readTagStates(core, policy.id, source) : new Map<Tag, Digest>()
  const planning: Planning = {
    ...{ from, to, source, target, select, turns, signal, asking },
    ...(isWritten && { onInStep: (tag, digest) => inStepNow.set(tag, digest) }),
    onInvalid: (tag) => filters.select([{ tag }]).length > 0 && onInvalid?.(tag),
  }
  const { inStep, copies } = await planRepository(planning)
  if (way.remembers) await judge?.remember((fresh) => kinds.surelyWanted(fresh))
  await rememberInStep(way, source, inStepNow, known, kinds, signal)
  return {
    source,
    target,
    copies: await kinds.wanted(copies),
    inStep: judge && direction === 'pull' ? 0 : inStep,
    deletions: await kinds.surelyWanted(judge?.deletions ?? []),
  }
}

/**
 * What is deleted here later goes there as well only as far as it is known to have gone there.
 *
 * @param known as it was when the comparison began: what an event has written or forgotten since is younger
 */
async function rememberInStep(
  { core, policy, registry, ends, turns }: Way,
  repository: RepositoryName,
  inStep: ReadonlyMap<Tag, Digest>,
  known: ReadonlyMap<Tag, Digest>,
  kinds: Kinds,
  signal: AbortSignal,
): Promise<void> {
  const all = [...inStep].map(([tag, digest]) => ({ tag, digest }))
  const fresh = all.filter(({ tag, digest }) => known.get(tag) !== digest)
  if (fresh.length === 0) return
  const wanted = await kinds.surelyWanted(fresh)
  const now = new Map(
    (await turns.run(() => ends.from.tags(repository, { signal }), signal)).map((fact) => [fact.tag, fact]),
  )
  const still = wanted.filter(({ tag, digest }) => now.get(tag)?.digest === digest)
  const states = new Map(still.map(({ tag, digest }) => [tag, digest]))
  await writeTagStates(core, { policyId: policy.id, registry }, repository, states, known)
}
