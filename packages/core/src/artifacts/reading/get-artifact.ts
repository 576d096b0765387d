import { type Actor, authorizeRepository, type ProjectResource } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { notFound } from '../../errors/index.ts'
import type { ListQuery, Page } from '../../list-query/index.ts'
import { readAccessoryPage } from '../accessories/store.ts'
import type { Accessory, Artifact, ArtifactParts } from '../model.ts'
import { referenceNamed, repositoryNamed } from '../name.ts'
import { addParts } from './parts.ts'
import { readArtifact } from './store.ts'

/** Names one artifact: the full name of its repository, and a tag or a digest. */
export interface ArtifactRef {
  repository: string
  reference: string
}

/**
 * The artifact for somebody who may do `action` on `resource` there.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, DIGEST_INVALID
 */
export async function findAuthorized(
  core: Core,
  actor: Actor,
  action: 'read' | 'list' | 'create' | 'delete',
  resource: ProjectResource,
  { repository, reference }: ArtifactRef,
): Promise<Artifact> {
  await authorizeRepository(core, actor, action, resource, repository)
  const artifact = await readArtifact(core, repositoryNamed(repository), referenceNamed(reference))
  if (!artifact) throw notFound('artifact')
  return artifact
}

/** One artifact with all lines of an index; errors as `findAuthorized`. */
export async function getArtifact(
  core: Core,
  actor: Actor,
  input: ArtifactRef & { parts?: ArtifactParts },
): Promise<Artifact> {
  const artifact = await findAuthorized(core, actor, 'read', 'artifact', input)
  const [complete] = await addParts(core, [artifact], input.parts ?? {}, true)
  return complete!
}

/** What is attached to the artifact, newest first; errors as `findAuthorized`. */
export async function listAccessories(
  core: Core,
  actor: Actor,
  { query, ...ref }: ArtifactRef & { query: ListQuery },
): Promise<Page<Accessory>> {
  const artifact = await findAuthorized(core, actor, 'list', 'accessory', ref)
  return readAccessoryPage(core, artifact, query)
}
