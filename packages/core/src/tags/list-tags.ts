import { type ArtifactRef, findAuthorized } from '../artifacts/index.ts'
import type { Actor } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { immutableTags } from '../immutable-rules/index.ts'
import type { ListQuery, Page } from '../list-query/index.ts'
import type { Tag } from './model.ts'
import { readTagsOf } from './store.ts'

/**
 * An artifact's tags, newest first; with `immutable`, each says whether a rule keeps it where it is.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, DIGEST_INVALID
 */
export async function listTags(
  core: Core,
  actor: Actor,
  { query, immutable = false, ...ref }: ArtifactRef & { query: ListQuery; immutable?: boolean },
): Promise<Page<Tag>> {
  const artifact = await findAuthorized(core, actor, 'list', 'tag', ref)
  const page = await readTagsOf(core, artifact.id, query)
  if (!immutable) return page
  const names = page.items.map((tag) => tag.name)
  const kept = await immutableTags(core, artifact.repositoryName, names)
  return { ...page, items: page.items.map((tag) => ({ ...tag, immutable: kept.has(tag.name) })) }
}
