import { SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { inLockedRepository } from '../indexing/tag-changes.ts'
import { announce, type News, TOLD } from '../news.ts'
import { placeNamed } from '../place.ts'
import { settleRepository } from './begun/settle.ts'
import { takeTag } from './store.ts'

/** Takes a tag out of the index that the registry no longer has; as `forgetManifest`. Call it under `changingRepository`. */
export async function forgetTag(
  core: Core,
  repository: string,
  name: string,
  news: News = TOLD,
): Promise<void> {
  await settleRepository(core, repository)
  const place = await placeNamed(core, repository)
  if (!place) return
  await inLockedRepository(core, place.repositoryId, async (tx) => {
    const artifact = await takeTag(tx, place.repositoryId, name)
    if (!artifact) return []
    const change = { resourceType: 'tag', action: 'delete', actor: SYSTEM } as const
    await announce(core, tx, news, place, {
      ...change,
      artifact,
      tag: name,
      detail: { digest: artifact.digest },
      ...(news.as === 'told' && { more: { isFound: true } }),
    })
    return [artifact.id]
  })
}
