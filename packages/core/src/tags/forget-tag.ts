import type { RepositoryName, Tag } from '@berth/registry-client'
import { inLockedRepository } from '../artifacts/index.ts'
import type { Core } from '../context/index.ts'
import { readHolderNamed, removeTag } from './store.ts'

/**
 * Takes a tag out of the index that the registry has lost; its artifact stays. Call it under `changingRepository`, when
 * the registry has just said that the tag is gone.
 */
export async function forgetTag(core: Core, repository: RepositoryName, name: Tag): Promise<void> {
  const holder = await readHolderNamed(core, repository, name)
  if (!holder) return
  const { repositoryId, artifactId } = holder
  await inLockedRepository(core, repositoryId, async (tx) =>
    (await removeTag(tx, { repositoryId, artifactId, name })) ? [artifactId] : [],
  )
}
