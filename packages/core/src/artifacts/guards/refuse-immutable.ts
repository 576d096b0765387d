import { parseReference, parseRepositoryName } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { DomainError } from '../../errors/index.ts'
import { immutableTags } from '../../immutable-rules/index.ts'
import { askRegistry, registryClient } from '../../registry/index.ts'
import { resolveReference } from '../store.ts'

const immutable = (tag: string, deed: string) =>
  new DomainError('PRECONDITION', `tag ${tag} is immutable by a rule of its project: it cannot be ${deed}`)

/**
 * Keeps a tag that a rule covers where it is. A tag that does not exist yet may be made, and putting it on the manifest
 * it is on already changes nothing.
 *
 * @throws DomainError PRECONDITION; errors of the database and the registry as they come
 */
export async function refuseMove(
  core: Core,
  { repository, tag, digest }: { repository: string; tag: string; digest: string },
): Promise<void> {
  if ((await immutableTags(core, repository, [tag])).size === 0) return
  const held =
    (await resolveReference(core, repository, tag))?.digest ?? (await inRegistry(core, repository, tag))
  if (held !== undefined && held !== digest) throw immutable(tag, 'put on another manifest')
}

/** What was pushed past Berth can be pulled through it, so it is a tag like any other. */
const inRegistry = async (core: Core, repository: string, tag: string): Promise<string | undefined> =>
  (
    await askRegistry(() =>
      registryClient(core).headManifest(parseRepositoryName(repository), parseReference(tag)),
    )
  )?.digest

/** @param tags those that would go @throws DomainError PRECONDITION; errors of the database as they come */
export async function refuseLoss(core: Core, repository: string, tags: readonly string[]): Promise<void> {
  if (tags.length === 0) return
  const [held] = await immutableTags(core, repository, tags)
  if (held !== undefined) throw immutable(held, 'deleted')
}
