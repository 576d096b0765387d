import { type AuditLine, type AuditTransaction, currentOrigin, record, tell } from '../audit/index.ts'
import type { ProjectFacts } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import type { ArtifactPayload } from '../events/index.ts'

/** How a change becomes known: by a line and an event, by an event alone, or not at all. */
export interface News {
  as: 'recorded' | 'told' | 'silent'
  /** Who the registry says it was, where Berth itself only follows. */
  actorName?: string
  credential?: string
}

export const RECORDED: News = { as: 'recorded' }
/** Found by Berth later than it happened: nobody is known who did it. */
export const TOLD: News = { as: 'told' }
/** What was always so, and stands in the index only now. */
export const SILENT: News = { as: 'silent' }

/** A repository as an event names it. */
export interface Place {
  project: Pick<ProjectFacts, 'id' | 'public'>
  /** Full name, project first. */
  repository: string
  repositoryId: number
}

/** Columns of an artifact that its events carry. */
export const toldFields = {
  digest: true,
  mediaType: true,
  manifestMediaType: true,
  artifactType: true,
  sizeBytes: true,
} as const

export interface Told {
  digest: string
  mediaType: string
  manifestMediaType: string
  artifactType: string
  sizeBytes: number | bigint
}

export const payloadOf = (place: Place, artifact: Told, tag: string | null): ArtifactPayload => ({
  repository: place.repository,
  repositoryId: place.repositoryId,
  digest: artifact.digest,
  tag,
  mediaType: artifact.mediaType,
  manifestMediaType: artifact.manifestMediaType,
  artifactType: artifact.artifactType,
  sizeBytes: Number(artifact.sizeBytes),
  public: place.project.public,
})

/** `project/app:tag`, or `project/app@digest` without one, as Harbor writes it. */
export const resourceOf = (repository: string, digest: string, tag: string | null): string =>
  tag === null ? `${repository}@${digest}` : `${repository}:${tag}`

/** What changes an artifact or a tag. */
export type Change = Pick<AuditLine, 'actor' | 'detail'> &
  (
    | { resourceType: 'artifact'; action: 'create' | 'delete' | 'update' }
    | { resourceType: 'tag'; action: 'create' | 'delete' }
  ) & { artifact: Told; tag: string | null; more?: Record<string, unknown> }

/** Makes a change to an artifact or a tag known, in its transaction. */
export const announce = (
  core: Core,
  tx: AuditTransaction,
  news: News,
  place: Place,
  change: Change,
): Promise<void> => announceAll(core, tx, place, [{ news, change }])

/** As `announce`, for several changes of one repository, with the same few statements. */
export async function announceAll(
  core: Core,
  tx: AuditTransaction,
  place: Place,
  changes: readonly { news: News; change: Change }[],
): Promise<void> {
  const linesOf = (as: News['as']) =>
    changes.filter(({ news }) => news.as === as).map(({ news, change }) => lineOf(news, place, change))
  const [recorded, told] = [linesOf('recorded'), linesOf('told')]
  if (recorded.length > 0) await record(core, tx, ...recorded)
  if (told.length > 0) await tell(core, tx, ...told)
}

function lineOf({ as, ...who }: News, place: Place, change: Change): AuditLine {
  const { artifact, tag, more, ...rest } = change
  // Those who deleted it first, or are told by whoever did, need not be told by this Berth: it may be back there.
  const { seen = [] } = rest.action === 'delete' ? currentOrigin() : {}
  return {
    ...rest,
    ...who,
    resource: resourceOf(place.repository, artifact.digest, tag),
    projectId: place.project.id,
    subject: place.repository,
    event: { ...payloadOf(place, artifact, tag), ...more, ...(seen.length > 0 && { seen }) },
  }
}
