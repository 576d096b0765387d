import { type AuditActor, type Origin, type PastLine, recordPast } from '../../audit/index.ts'
import { projectFacts } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { projectOf } from '../name.ts'
import { payloadOf, resourceOf } from '../news.ts'
import type { PullCount } from './record-pulls.ts'
import type { PulledArtifact, PullTransaction } from './store.ts'
import { projectsWantingPulls } from './wanted.ts'

/** Who pulled, from where. */
export interface Puller {
  actor: AuditActor
  origin: Origin
  /** In place of the actor's, where only the registry knows who it was. */
  actorName?: string
  credential?: string
}

/** A line for each; their events only where somebody asks for them. */
export async function recordPullLines(
  core: Core,
  tx: PullTransaction,
  pulls: readonly PullCount[],
  known: ReadonlyMap<string, PulledArtifact>,
): Promise<void> {
  const wanting = await projectsWantingPulls(core)
  const lines: PastLine[] = []
  for (const { repository, digest, tag, count, at, by } of pulls) {
    if (!by || count < 1) continue
    const { origin, ...who } = by
    const project = await projectFacts(core, { name: projectOf(repository) })
    // Without one it was never Berth's.
    if (!project) continue
    const artifact = known.get(`${repository}@${digest}`)
    const told = artifact !== undefined && wanting.has(project.id)
    const line: PastLine['line'] = {
      ...who,
      resourceType: 'artifact',
      action: 'pull',
      resource: resourceOf(repository, digest, tag ?? null),
      subject: repository,
      projectId: project.id,
      times: count,
      ...(tag !== undefined && { detail: { digest } }),
      ...(told && { event: { ...eventOf(artifact, project, tag ?? null), times: count } }),
    }
    lines.push({ line, origin, at, told })
  }
  if (lines.length > 0) await recordPast(core, tx, lines)
}

const eventOf = (
  row: PulledArtifact,
  project: Parameters<typeof payloadOf>[0]['project'],
  tag: string | null,
) =>
  payloadOf(
    { project, repository: row.repository, repositoryId: row.repository_id },
    {
      digest: row.digest,
      mediaType: row.media_type,
      manifestMediaType: row.manifest_media_type,
      artifactType: row.artifact_type,
      sizeBytes: row.size_bytes,
    },
    tag,
  )
