import type { Schemas } from '@berth/contract'
import { createTag, deleteTag, listTags, type Tag } from '@berth/core/tags'
import type { Handlers } from './handler.ts'
import { created, done, page } from './replies.ts'
import { repositoryOf } from './repositories.ts'

/** What Harbor's clients expect for a time that never was. */
export const NEVER = '0001-01-01T00:00:00.000Z'

export const presentTag = (tag: Tag): Schemas['Tag'] => ({
  id: tag.id,
  repository_id: tag.repositoryId,
  artifact_id: tag.artifactId,
  name: tag.name,
  push_time: tag.pushedAt.toISOString(),
  pull_time: tag.pulledAt?.toISOString() ?? NEVER,
  immutable: tag.immutable ?? false,
})

export const tags: Handlers<'listTags' | 'createTag' | 'deleteTag'> = {
  async listTags(context) {
    const query = context.listQuery()
    const ref = { repository: repositoryOf(context.path), reference: context.path.reference }
    const immutable = context.query.with_immutable_status ?? false
    const found = await listTags(context.core, context.actor, { ...ref, query, immutable })
    return page(context, query, found, presentTag)
  },

  async createTag(context) {
    const { name } = context.body
    const ref = { repository: repositoryOf(context.path), reference: context.path.reference }
    await createTag(context.core, context.actor, { ...ref, name })
    return created(context, name)
  },

  async deleteTag({ core, actor, path }) {
    const ref = { repository: repositoryOf(path), reference: path.reference }
    await deleteTag(core, actor, { ...ref, name: path.tag_name })
    return done()
  },
}
