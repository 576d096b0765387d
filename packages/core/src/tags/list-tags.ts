import { type ArtifactRef, findAuthorized } from '../artifacts/index.ts'
import type { Actor } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import type { ListQuery, Page } from '../list-query/index.ts'
import type { Tag } from './model.ts'
import { readTagsOf } from './store.ts'

/** An artifact's tags, newest first. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, DIGEST_INVALID */
export async function listTags(
  core: Core,
  actor: Actor,
  { query, ...ref }: ArtifactRef & { query: ListQuery },
): Promise<Page<Tag>> {
  const artifact = await findAuthorized(core, actor, 'list', 'tag', ref)
  return readTagsOf(core, artifact.id, query)
}
