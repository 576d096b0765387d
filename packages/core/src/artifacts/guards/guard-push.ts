import type { Manifest } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { immutableTags } from '../../immutable-rules/index.ts'
import { requireRoom } from '../../quotas/index.ts'
import { refuseReadOnly } from '../../read-only/index.ts'
import { projectOf } from '../name.ts'
import { refuseMove } from './refuse-immutable.ts'

/** What is about to come into a repository. */
export interface Incoming {
  /** Full name, project first. */
  repository: string
  digest: string
  /** The tag it will carry; undefined for a push by digest. */
  tag?: string
  /** Undefined when a tag is put on what the repository has already: then nothing is added to the project. */
  content?: { manifest: Manifest; sizeBytes: number }
}

/**
 * The one place that says no to a manifest or a tag that somebody may push: asked by the gateway, by tagging and by
 * copying, after the right to push is known, while `changingRepository` is held, before the registry hears of it.
 *
 * @throws DomainError DENIED (read-only, no room), PRECONDITION (immutable), NOT_FOUND; errors of the database and the
 * registry as they come: what cannot be checked does not get in
 */
export async function guardPush(core: Core, incoming: Incoming): Promise<void> {
  const { repository, tag, digest, content } = incoming
  await refuseReadOnly(core, { name: projectOf(repository) })
  if (tag !== undefined) await refuseMove(core, { repository, tag, digest })
  if (content) await requireRoom(core, { project: projectOf(repository), repository, digest, ...content })
}

/**
 * As `guardPush`, for several into one repository of a project without a storage limit.
 *
 * @returns for each why it is refused, undefined for what may come in
 * @throws what refuses all of them
 */
export async function guardPushes(
  core: Core,
  repository: string,
  incoming: readonly Pick<Incoming, 'tag' | 'digest'>[],
): Promise<unknown[]> {
  await refuseReadOnly(core, { name: projectOf(repository) })
  const immutable = await immutableTags(
    core,
    repository,
    incoming.flatMap(({ tag }) => tag ?? []),
  )
  return Promise.all(
    incoming.map(({ tag, digest }) =>
      tag !== undefined && immutable.has(tag)
        ? refuseMove(core, { repository, tag, digest }).then(
            () => undefined,
            (error: unknown) => error,
          )
        : undefined,
    ),
  )
}

/** Before the first byte of a blob is taken; what a blob may not do a manifest may not either. Errors as `guardPush`. */
export async function guardUpload(core: Core, repository: string): Promise<void> {
  await refuseReadOnly(core, { name: projectOf(repository) })
}
