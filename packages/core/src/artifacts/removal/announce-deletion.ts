import type { AuditLine, AuditTransaction } from '../../audit/index.ts'
import type { Core } from '../../context/index.ts'
import { announce, type News, type Place, TOLD } from '../news.ts'
import type { Deleted } from './store.ts'

/** One line for the artifact that was to go, an event for it and for each that went with it. */
export async function announceDeletion(
  core: Core,
  tx: AuditTransaction,
  actor: AuditLine['actor'],
  news: News,
  place: Place,
  deleted: readonly Deleted[],
  asked: string,
): Promise<void> {
  const others = deleted.filter(({ digest }) => digest !== asked).map(({ digest }) => digest)
  for (const { id: _, tags, ...artifact } of deleted) {
    const asRoot = artifact.digest === asked
    const alsoDeleted = asRoot && others.length > 0 && { also_deleted: others }
    await announce(core, tx, asRoot || news.as === 'silent' ? news : TOLD, place, {
      resourceType: 'artifact',
      action: 'delete',
      actor,
      artifact,
      tag: null,
      detail: { ...(tags.length > 0 && { tags }), ...alsoDeleted },
      more: {
        tags,
        ...(!asRoot && asked !== '' && { along: asked }),
        // Deletions that were asked for have a line for what was asked, or for all of a repository.
        ...(asRoot && news.as === 'told' && { isFound: true }),
      },
    })
  }
}
