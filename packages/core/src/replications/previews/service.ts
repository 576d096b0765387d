import type { RepositoryName } from '@berth/registry-client'
import { type Actor, authorizeSystem } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { badRequest, DomainError, notFound } from '../../errors/index.ts'
import { readRegistry } from '../../registries/index.ts'
import { Turns } from '../../turns/index.ts'
import { compileFilters } from '../filters.ts'
import { type PolicyInput, parsePolicy, type ReplicationPolicy } from '../model.ts'
import { reasonOf } from '../reasons.ts'
import { checkPolicy } from '../service.ts'
import { agreesWithAnother, readPolicy } from '../store.ts'
import {
  compareRepository,
  type Invalid,
  invalidNotes,
  isExplained,
  labelNotes,
  noteInvalid,
  nothingInvalid,
  openWays,
  type RunNote,
  repositoriesOf,
  sentenceOf,
  type Way,
} from '../work/index.ts'
import { itemsOf } from './items.ts'
import {
  BUDGET_MS,
  MAX_ITEMS,
  MAX_PREVIEWS,
  MAX_PROBLEMS,
  type Preview,
  type PreviewItem,
  type PreviewProblem,
} from './model.ts'
import { sizeOf } from './sizes.ts'

const REPOSITORIES_AT_ONCE = 8
const MANIFESTS_AT_ONCE = 8

let underWay = 0

/**
 * What a run of a policy would do now. Nothing is written, here or there.
 *
 * @param signal ends it when nobody waits for it any more
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, BAD_REQUEST, NOT_FOUND for its registry; TOO_MANY_REQUEST when two are under way in this process
 */
export async function previewPolicy(
  core: Core,
  actor: Actor,
  input: PolicyInput & { id?: number },
  { signal, budgetMs = BUDGET_MS }: { signal?: AbortSignal; budgetMs?: number } = {},
): Promise<Preview> {
  authorizeSystem(actor, 'create', 'replication-policy')
  const columns = await checkPolicy(core, parsePolicy({ ...input, name: input.name?.trim() || 'preview' }))
  const at = new Date(core.now())
  // A mirror that is saved knows what both sides had; of one that is to go elsewhere that is forgotten.
  const saved = input.id === undefined ? undefined : await readPolicy(core, input.id)
  const id = saved && !agreesWithAnother(saved, columns) ? saved.id : 0
  const policy: ReplicationPolicy = { ...columns, id, creatorName: '', createdAt: at, updatedAt: at }
  if (underWay >= MAX_PREVIEWS)
    throw new DomainError('TOO_MANY_REQUEST', `${MAX_PREVIEWS} previews are under way already`, {
      retryAfterSeconds: Math.ceil(BUDGET_MS / 1_000),
    })
  underWay++
  const ended = new AbortController()
  const timer = setTimeout(() => ended.abort(), budgetMs)
  try {
    const signals = [ended.signal, ...(signal ? [signal] : [])]
    const preview = await look(core, policy, AbortSignal.any(signals))
    if (signal?.aborted) throw badRequest('nobody waits for this preview any more')
    return preview
  } finally {
    clearTimeout(timer)
    // A failure of ours leaves comparisons behind.
    ended.abort()
    underWay--
  }
}

interface Looking {
  core: Core
  policy: ReplicationPolicy
  signal: AbortSignal
  preview: Preview
  /** What is listed, with where its manifests are. */
  listed: { item: PreviewItem; way: Way }[]
  /** That were compared, by their names at the source: those of a mirror are, in both ways. */
  names: Set<RepositoryName>
  invalid: Invalid
}

async function look(core: Core, policy: ReplicationPolicy, signal: AbortSignal): Promise<Preview> {
  const preview: Preview = {
    ...{ items: [], total: 0, bytes: 0, bytesKnown: true, inStep: 0, repositories: 0, complete: true },
    problems: [],
  }
  const looking: Looking = {
    ...{ core, policy, signal, preview, listed: [], names: new Set<RepositoryName>() },
    invalid: nothingInvalid(),
  }
  const notes: PreviewProblem[] = []
  try {
    const registry = await readRegistry(core, (policy.srcRegistryId ?? policy.destRegistryId)!)
    if (!registry) throw notFound('registry of the replication policy')
    const filters = compileFilters(policy.filters)
    notes.push(...noted(labelNotes(policy, registry)))
    for (const way of await openWays(core, policy, registry, filters, { remembers: false }))
      await lookWay(looking, way)
  } catch (error) {
    if (signal.aborted) preview.complete = false
    else complain(looking, undefined, error)
  }
  await addSizes(looking)
  preview.repositories = looking.names.size
  preview.items = looking.listed.map(({ item }) => item)
  const moving = preview.items.filter(({ action }) => action === 'copy' || action === 'replace')
  preview.bytes = moving.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0)
  preview.bytesKnown =
    preview.complete &&
    preview.problems.length === 0 &&
    preview.total === preview.items.length &&
    moving.every(({ sizeBytes }) => sizeBytes !== undefined)
  // They say what stays out by its nature, and make no size unknown.
  preview.problems.unshift(...notes, ...noted(invalidNotes(looking.invalid)))
  return preview
}

async function lookWay(looking: Looking, way: Way): Promise<void> {
  const { signal } = looking
  const turns = new Turns(REPOSITORIES_AT_ONCE)
  const onInvalid = (name: string) => noteInvalid(looking.invalid.repositories, name)
  for await (const names of repositoriesOf(way, signal, onInvalid)) {
    await Promise.all(names.map((name) => turns.run(() => lookAt(looking, way, name))))
    signal.throwIfAborted()
  }
}

async function lookAt(looking: Looking, way: Way, name: RepositoryName): Promise<void> {
  const { policy, signal, preview, listed, names } = looking
  if (signal.aborted) return
  try {
    const onInvalid = (tag: string) => noteInvalid(looking.invalid.tags, `${name}:${tag}`)
    const comparison = await compareRepository(way, name, signal, onInvalid)
    names.add(name)
    preview.inStep += comparison.inStep
    const { override } = policy
    for (const item of itemsOf(comparison, { direction: way.direction, override })) {
      preview.total++
      if (listed.length < MAX_ITEMS) listed.push({ item, way })
    }
  } catch (error) {
    if (!signal.aborted) complain(looking, name, error)
  }
}

const noted = (notes: readonly RunNote[]): PreviewProblem[] =>
  notes.map((note) => ({ repository: undefined, ...note }))

/** @throws what nobody refused: it is a failure of ours */
function complain(
  { policy, preview }: Looking,
  repository: RepositoryName | undefined,
  error: unknown,
): void {
  if (!isExplained(error)) throw error
  if (preview.problems.length < MAX_PROBLEMS)
    preview.problems.push({ repository, sentence: sentenceOf(error, policy.name), reason: reasonOf(error) })
}

/** From manifests, where lists did not tell. Those that cannot be read keep their secret. */
async function addSizes({ listed, signal }: Looking): Promise<void> {
  const turns = new Turns(MANIFESTS_AT_ONCE)
  await Promise.all(
    listed
      .filter(({ item }) => item.sizeBytes === undefined && item.action !== 'delete')
      .map(({ item, way }) =>
        turns.run(async () => {
          if (signal.aborted) return
          item.sizeBytes = await sizeOf(way.ends.from, item.source, item.digest, signal).catch(
            () => undefined,
          )
        }),
      ),
  )
}
