import {
  type Actor,
  authorizeRepository,
  authorizeWithin,
  type ProjectRef,
} from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { notFound } from '../../errors/index.ts'
import { and, type ListQuery, type Page } from '../../list-query/index.ts'
import type { Artifact, ArtifactParts } from '../model.ts'
import { repositoryNamed } from '../name.ts'
import { artifactConditions, isPlain } from './filters.ts'
import { addParts } from './parts.ts'
import {
  countArtifacts,
  inProject,
  inRepository,
  newestOfEach,
  readArtifactCount,
  readArtifactCountOfProject,
  readArtifacts,
} from './store.ts'

/**
 * A repository's artifacts, newest push first.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND; BAD_REQUEST for values that `base` and `tags` cannot have
 */
export async function listArtifacts(
  core: Core,
  actor: Actor,
  { repository, query, parts = {} }: { repository: string; query: ListQuery; parts?: ArtifactParts },
): Promise<Page<Artifact>> {
  await authorizeRepository(core, actor, 'list', 'artifact', repository)
  const conditions = artifactConditions(query.filters, core.db.provider)
  const scope = inRepository(repositoryNamed(repository))
  const [items, listed, matching] = await Promise.all([
    readArtifacts(core, scope, conditions, query),
    readArtifactCount(core, repository),
    isPlain(query) ? undefined : countArtifacts(core, scope, conditions),
  ])
  if (listed === undefined) throw notFound('repository')
  return { items: await addParts(core, items, parts), total: matching ?? listed }
}

/** The artifacts of all repositories of a project, newest push first; errors as `listArtifacts`. */
export async function listArtifactsOfProject(
  core: Core,
  actor: Actor,
  input: { project: ProjectRef; query: ListQuery; parts?: ArtifactParts; latestInRepository?: boolean },
): Promise<Page<Artifact>> {
  const { query, parts = {}, latestInRepository = false } = input
  const { project, within } = await authorizeWithin(core, actor, 'list', 'artifact', input.project)
  const asked = artifactConditions(query.filters, core.db.provider)
  const conditions = latestInRepository ? and([asked, newestOfEach(project.id)]) : asked
  const scope = inProject(project.id, within)
  const plain = isPlain(query) && !latestInRepository && !within
  const [items, total] = await Promise.all([
    readArtifacts(core, scope, conditions, query),
    plain ? readArtifactCountOfProject(core, project.id) : countArtifacts(core, scope, conditions),
  ])
  return { items: await addParts(core, items, parts), total }
}
