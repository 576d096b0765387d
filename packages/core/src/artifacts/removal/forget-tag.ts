import type { Core } from '../../context/index.ts'
import { readRepositoryId } from '../indexing/store.ts'
import { inLockedRepository } from '../indexing/tag-changes.ts'
import { takeTag } from './store.ts'

/** Takes a tag out of the index that the registry no longer has. Call it under `changingRepository`. */
export async function forgetTag(core: Core, repository: string, name: string): Promise<void> {
  const repositoryId = await readRepositoryId(core, repository)
  if (repositoryId === undefined) return
  await inLockedRepository(core, repositoryId, (tx) => takeTag(tx, repositoryId, name))
}
