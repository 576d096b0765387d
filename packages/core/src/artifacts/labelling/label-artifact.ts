import type { AuditTransaction } from '../../audit/index.ts'
import type { Actor } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { conflict, notFound } from '../../errors/index.ts'
import { labelFor } from '../../labels/index.ts'
import { refuseReadOnly } from '../../read-only/index.ts'
import type { Artifact } from '../model.ts'
import { announce, RECORDED } from '../news.ts'
import { placeOf } from '../place.ts'
import { type ArtifactRef, findAuthorized } from '../reading/get-artifact.ts'
import { insertArtifactLabel, removeArtifactLabel } from './store.ts'

/**
 * Puts a label on an artifact: a global one, or one of the artifact's project. Another project's label looks missing.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, DIGEST_INVALID, DENIED (read-only); CONFLICT when it is there
 */
export async function addLabel(
  core: Core,
  actor: Actor,
  { labelId, ...ref }: ArtifactRef & { labelId: number },
): Promise<void> {
  const artifact = await findAuthorized(core, actor, 'create', 'artifact-label', ref)
  await refuseReadOnly(core, { id: artifact.projectId })
  const label = await labelFor(core, artifact.projectId, labelId)
  if (!label) throw notFound('label')
  const recorded = await recordsLabel(core, actor, artifact, { added: label.name })
  const result = await insertArtifactLabel(core, artifact, label.id, recorded)
  if (result === 'taken') throw conflict('the artifact has this label already')
  if (result === 'missing') throw notFound('artifact or label')
}

/** Takes it off again. Errors as `addLabel`; NOT_FOUND also when the artifact does not have it. */
export async function removeLabel(
  core: Core,
  actor: Actor,
  { labelId, ...ref }: ArtifactRef & { labelId: number },
): Promise<void> {
  const artifact = await findAuthorized(core, actor, 'delete', 'artifact-label', ref)
  await refuseReadOnly(core, { id: artifact.projectId })
  const label = await labelFor(core, artifact.projectId, labelId)
  const recorded = await recordsLabel(core, actor, artifact, { removed: label?.name ?? String(labelId) })
  if (!(await removeArtifactLabel(core, artifact.id, labelId, recorded))) throw notFound('label')
}

/** What writes down that the artifact's labels changed. */
async function recordsLabel(
  core: Core,
  actor: Actor,
  artifact: Artifact,
  labels: { added: string } | { removed: string },
): Promise<(tx: AuditTransaction) => Promise<void>> {
  const place = await placeOf(core, artifact)
  const change = { resourceType: 'artifact', action: 'update', actor, artifact, tag: null } as const
  return (tx) => announce(core, tx, RECORDED, place, { ...change, detail: { labels }, more: { labels } })
}
