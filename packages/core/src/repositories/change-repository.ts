import {
  changingRepository,
  deleteFromRegistry,
  endRemoval,
  guardRemoval,
  type Place,
  payloadOf,
  removing,
  repositoryNamed,
} from '../artifacts/index.ts'
import { type AuditLine, oldAndNew, record, tell } from '../audit/index.ts'
import { type Actor, authorizeRepository } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, conflict, notFound } from '../errors/index.ts'
import { plainText } from '../plain-text/index.ts'
import { repositoryBytes } from '../quotas/index.ts'
import { refuseReadOnly } from '../read-only/index.ts'
import { MAX_DESCRIPTION_BYTES, type Repository } from './model.ts'
import { deleteRepositoryRows, readDigests, readRepository, readTagNames, writeDescription } from './store.ts'

/** `name`: full name, project first. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function getRepository(core: Core, actor: Actor, name: string): Promise<Repository> {
  await authorizeRepository(core, actor, 'read', 'repository', name)
  const repository = await readRepository(core, repositoryNamed(name))
  if (!repository) throw notFound('repository')
  return { ...repository, storageBytes: await repositoryBytes(core, repository.id) }
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND; DENIED (read-only); BAD_REQUEST for a description that is too long */
export async function updateRepository(
  core: Core,
  actor: Actor,
  { name, description }: { name: string; description: string },
): Promise<void> {
  const project = await authorizeRepository(core, actor, 'update', 'repository', name)
  await refuseReadOnly(core, { id: project.id })
  const text = plainText(description)
  if (Buffer.byteLength(text) > MAX_DESCRIPTION_BYTES)
    throw badRequest('the description is longer than 64 KiB')
  const lineOf = (before: string): AuditLine => ({
    resourceType: 'repository',
    action: 'update',
    actor,
    resource: name,
    projectId: project.id,
    detail: oldAndNew({ description: before }, { description: text }),
  })
  if (!(await writeDescription(core, repositoryNamed(name), text, lineOf))) throw notFound('repository')
}

// Whoever writes without the lock gets one more round before it counts as a conflict.
const ATTEMPTS = 2
const REGISTRY_TIMEOUT_MS = 10 * 60_000

/**
 * Deletes every manifest in the registry, then the rows; pushes into it wait. When the registry fails half-way,
 * everything stays listed and the next attempt goes on.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND; CONFLICT when somebody keeps writing into it;
 * what `guardRemoval` refuses;
 * UNAVAILABLE, UNSUPPORTED, UNKNOWN from the registry
 */
export async function deleteRepository(core: Core, actor: Actor, name: string): Promise<void> {
  const project = await authorizeRepository(core, actor, 'delete', 'repository', name)
  const removeAll = async () => {
    const repository = await readRepository(core, repositoryNamed(name))
    if (!repository) throw notFound('repository')
    await guardRemoval(core, name, { tags: await readTagNames(core, repository.id), digests: 'all' })
    const what = { kind: 'repository', repository: repository.name, projectId: project.id } as const
    const place = { project, repository: repository.name, repositoryId: repository.id }
    await removing(core, actor, what, async ({ id, asking }) => {
      const gone = new Set<string>()
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const digests = (await readDigests(core, repository.id)).filter((digest) => !gone.has(digest))
        asking()
        await deleteFromRegistry(core, name, digests, REGISTRY_TIMEOUT_MS)
        for (const digest of digests) gone.add(digest)
        if (await removeRows(core, actor, place, gone, id)) return
      }
      throw conflict('somebody is writing into this repository; try again')
    })
  }
  await changingRepository(core, name, removeAll, { adds: false })
}

/** Takes a repository out of the index that holds nothing any more. False when it does, or is not there. */
export async function forgetEmptyRepository(core: Core, name: string): Promise<boolean> {
  const repository = await readRepository(core, name)
  if (!repository) return false
  // What was in it has been told when it went.
  const removed = await core.db.transaction((tx) => deleteRepositoryRows(tx, repository, new Set()))
  return removed !== 'changed'
}

/** Removes the repository's rows and makes it known: one line, an event for it and for each artifact. */
const removeRows = (
  core: Core,
  actor: Actor,
  place: Place,
  gone: ReadonlySet<string>,
  removalId: bigint,
): Promise<boolean> =>
  core.db.transaction(async (tx) => {
    const { project, repository, repositoryId } = place
    const deleted = await deleteRepositoryRows(tx, { id: repositoryId, projectId: project.id }, gone)
    if (deleted !== 'changed') await endRemoval(tx, removalId)
    if (typeof deleted === 'string') return deleted === 'gone'
    const line = { actor, resource: repository, subject: repository, projectId: project.id }
    await tell(
      core,
      tx,
      ...deleted.map(
        ({ tags, ...artifact }): AuditLine => ({
          ...line,
          resourceType: 'artifact',
          action: 'delete',
          event: { ...payloadOf(place, artifact, null), tags },
        }),
      ),
    )
    await record(core, tx, {
      ...line,
      resourceType: 'repository',
      action: 'delete',
      detail: { artifacts: deleted.length },
      event: { repository, repositoryId, artifacts: deleted.length, public: project.public },
    })
    return true
  })
