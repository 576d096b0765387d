import { NotFoundError, parseReference, parseRepositoryName, type Tag } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { DomainError } from '../../errors/index.ts'
import { hasActiveRules, immutableTags } from '../../immutable-rules/index.ts'
import { askRegistry, registryClient } from '../../registry/index.ts'
import { projectOf } from '../name.ts'
import { resolveReference } from '../store.ts'

const immutable = (tag: string, deed: string) =>
  new DomainError('PRECONDITION', `tag ${tag} is immutable by a rule of its project: it cannot be ${deed}`)

/**
 * Keeps a tag that a rule covers where it is. A tag that does not exist yet may be made, and putting it on the manifest
 * it is on already changes nothing.
 *
 * @throws DomainError PRECONDITION; errors of the database and the registry as they come
 */
export async function refuseMove(
  core: Core,
  { repository, tag, digest }: { repository: string; tag: string; digest: string },
): Promise<void> {
  if ((await immutableTags(core, repository, [tag])).size === 0) return
  const held =
    (await resolveReference(core, repository, tag))?.digest ?? (await inRegistry(core, repository, tag))
  if (held !== undefined && held !== digest) throw immutable(tag, 'put on another manifest')
}

/** What was pushed past Berth can be pulled through it, so it is a tag like any other. */
const inRegistry = async (core: Core, repository: string, tag: string): Promise<string | undefined> =>
  (
    await askRegistry(() =>
      registryClient(core).headManifest(parseRepositoryName(repository), parseReference(tag)),
    )
  )?.digest

/** What would go out of a repository. */
export interface Leaving {
  /** Names, as the index has them. */
  tags: readonly string[]
  /** Manifests that the registry deletes with whatever tags it has on them; `all` of the repository. */
  digests?: readonly string[] | 'all'
  /** From `keptInRegistry`, when it was asked already. */
  kept?: ReadonlyMap<string, string>
}

/** @throws DomainError PRECONDITION; errors of the database and the registry as they come */
export async function refuseLoss(core: Core, repository: string, leaving: Leaving): Promise<void> {
  const { tags, digests = [] } = leaving
  if (tags.length > 0) {
    const [held] = await immutableTags(core, repository, tags)
    if (held !== undefined) throw immutable(held, 'deleted')
  }
  if (digests.length === 0) return
  const kept = leaving.kept ?? (await keptInRegistry(core, repository))
  for (const [tag, digest] of kept)
    if (digests === 'all' || digests.includes(digest)) throw immutable(tag, 'deleted')
}

const PAGE = 1_000
const HEADS_AT_ONCE = 8

/**
 * Immutable tags as the registry has them, each with its digest: what was pushed past Berth may be on a manifest of
 * which the index knows nothing, or something else. Costs a request for each tag that a rule covers, and none in a
 * project without rules in force.
 */
export async function keptInRegistry(core: Core, repository: string): Promise<Map<string, string>> {
  const kept = new Map<string, string>()
  if (!(await hasActiveRules(core, projectOf(repository)))) return kept
  const client = registryClient(core)
  const name = parseRepositoryName(repository)
  await askRegistry(async () => {
    for (const tags of await pagesOf(client.tags(name, { pageSize: PAGE }))) {
      const covered = [...(await immutableTags(core, repository, tags))] as Tag[]
      const workers = Array.from({ length: Math.min(HEADS_AT_ONCE, covered.length) }, async () => {
        for (let tag = covered.pop(); tag !== undefined; tag = covered.pop()) {
          const held = await client.headManifest(name, tag)
          if (held) kept.set(tag, held.digest)
        }
      })
      await Promise.all(workers)
    }
  })
  return kept
}

/** Nothing for a repository that the registry does not know. */
async function pagesOf(pages: AsyncIterable<{ items: Tag[] }>): Promise<Tag[][]> {
  const names: Tag[][] = []
  try {
    for await (const { items } of pages) names.push(items)
    return names
  } catch (error) {
    if (error instanceof NotFoundError) return []
    throw error
  }
}
