import {
  type Digest,
  type FetchedManifest,
  isDigest,
  type Manifest,
  parseManifest,
  parseTag,
  type RepositoryName,
  type Tag,
} from '@berth/registry-client'
import {
  changingRepository,
  guardPush,
  guardPushes,
  indexManifests,
  projectOf,
  resolveReference,
  SILENT,
} from '../../artifacts/index.ts'
import { SYSTEM } from '../../authorization/index.ts'
import { type Core, isUnavailable } from '../../context/index.ts'
import { Gatherings } from '../../gathering/index.ts'
import { limitedProjectId } from '../../quotas/index.ts'
import { registryClient } from '../../registry/index.ts'
import { Turns } from '../../turns/index.ts'
import type { PutManifest } from './model.ts'
import { steadily } from './steadily.ts'

/** Under one lock; whoever pushes meanwhile waits for as long. */
const AT_ONCE = 12
const REQUESTS_AT_ONCE = 4

interface Put extends PutManifest {
  reference: Tag | Digest
  fetched: FetchedManifest
  manifest: Manifest
  actorName: string
}
type Outcome = PromiseSettledResult<void>

const done: Outcome = { status: 'fulfilled', value: undefined }
const refused = (reason: unknown): Outcome => ({ status: 'rejected', reason })

const puttings = new WeakMap<Core, Gatherings<RepositoryName, Put, Outcome>>()

function openPutting(core: Core): Gatherings<RepositoryName, Put, Outcome> {
  const putting = new Gatherings<RepositoryName, Put, Outcome>(AT_ONCE, (repository, puts) =>
    putAll(core, repository, puts),
  )
  puttings.set(core, putting)
  return putting
}

/**
 * Puts a manifest into this Berth as a push does: guards, registry, index. Those that come for one repository while one is
 * being put are put together after it, under one lock and in one transaction, each with an outcome of its own.
 *
 * @throws DomainError of the guards and the index; RegistryError; the signal's reason
 */
export async function putHere(
  core: Core,
  repository: RepositoryName,
  { reference, fetched, ...options }: Omit<Put, 'manifest' | 'reference'> & { reference: string },
): Promise<void> {
  const manifest = parseManifest(fetched.bytes, fetched.mediaType)
  const named = isDigest(reference) ? reference : parseTag(reference)
  const put = { ...options, fetched, manifest, reference: named }
  const outcome = await (puttings.get(core) ?? openPutting(core)).run(repository, put)
  if (outcome.status === 'rejected') throw outcome.reason
}

async function putAll(core: Core, repository: RepositoryName, puts: readonly Put[]): Promise<Outcome[]> {
  const outcomes = new Map<Put, Outcome>()
  for (const some of withoutTwins(puts)) {
    try {
      await changingRepository(core, repository, async () => {
        const isLimited = (await limitedProjectId(core, projectOf(repository))) !== undefined
        // What one brings takes room from the next: each is looked at when the one before it has been counted.
        for (const part of isLimited ? some.map((put) => [put]) : [some])
          for (const [put, outcome] of await putTogether(core, repository, part, isLimited))
            outcomes.set(put, outcome)
      })
    } catch (error) {
      for (const put of some) if (!outcomes.has(put)) outcomes.set(put, refused(error))
    }
  }
  return puts.map((put) => outcomes.get(put)!)
}

/** In their order; of those that are put together no two have one digest or one tag. */
function withoutTwins(puts: readonly Put[]): Put[][] {
  const groups: { puts: Put[]; names: Set<string> }[] = []
  for (const put of puts) {
    const names = [put.reference, put.fetched.digest]
    const last = groups.at(-1)
    if (last && !names.some((name) => last.names.has(name))) {
      last.puts.push(put)
      for (const name of names) last.names.add(name)
    } else groups.push({ puts: [put], names: new Set(names) })
  }
  return groups.map((group) => group.puts)
}

async function putTogether(
  core: Core,
  repository: RepositoryName,
  puts: readonly Put[],
  isLimited: boolean,
): Promise<Map<Put, Outcome>> {
  const outcomes = new Map<Put, Outcome>()
  const refusals = isLimited
    ? [await refusalOf(core, repository, puts[0]!)]
    : await guardPushes(
        core,
        repository,
        puts.map(({ reference, fetched }) => ({
          digest: fetched.digest,
          ...(isDigest(reference) ? {} : { tag: reference }),
        })),
      )
  const allowed = puts.filter((put, position) => {
    if (refusals[position] !== undefined) outcomes.set(put, refused(refusals[position]))
    return refusals[position] === undefined
  })
  const turns = new Turns(REQUESTS_AT_ONCE)
  const sent = await Promise.allSettled(allowed.map((put) => turns.run(() => send(core, repository, put))))
  const taken = allowed.filter((put, position) => {
    const outcome = sent[position]!
    if (outcome.status === 'rejected') outcomes.set(put, outcome)
    return outcome.status === 'fulfilled'
  })
  for (const [put, outcome] of await index(core, repository, taken)) outcomes.set(put, outcome)
  return outcomes
}

/** In a project with a limit. */
async function refusalOf(core: Core, repository: RepositoryName, put: Put): Promise<unknown> {
  const { reference, fetched, manifest } = put
  const { digest, sizeBytes } = fetched
  const known = await resolveReference(core, repository, digest)
  try {
    await guardPush(core, {
      repository,
      digest,
      ...(isDigest(reference) ? {} : { tag: reference }),
      ...(known ? {} : { content: { manifest, sizeBytes } }),
    })
    return undefined
  } catch (error) {
    return error
  }
}

async function send(
  core: Core,
  repository: RepositoryName,
  { reference, fetched, signal }: Put,
): Promise<void> {
  signal?.throwIfAborted()
  await steadily(() => registryClient(core).putManifest(repository, reference, fetched, { signal }), signal)
}

/** All in one transaction; where that fails for one of them, each in its own. */
async function index(
  core: Core,
  repository: RepositoryName,
  puts: readonly Put[],
): Promise<(readonly [Put, Outcome])[]> {
  if (puts.length === 0) return []
  const pushed = puts.map(({ reference, fetched, manifest, seen, tagsFollow, config, actorName }) => ({
    reference: isDigest(reference) ? { digest: reference } : { tag: reference },
    ...{ digest: fetched.digest, mediaType: fetched.mediaType, bytes: fetched.bytes, manifest, seen, config },
    // Its arrival is told with its tags: told twice, it would also be sent on twice.
    news: tagsFollow ? SILENT : ({ as: 'recorded', actorName } as const),
  }))
  try {
    await indexManifests(core, SYSTEM, repository, pushed)
    return puts.map((put) => [put, done])
  } catch (error) {
    if (puts.length === 1 || isUnavailable(error)) return puts.map((put) => [put, refused(error)])
    const each = []
    for (const put of puts) each.push(...(await index(core, repository, [put])))
    return each
  }
}
