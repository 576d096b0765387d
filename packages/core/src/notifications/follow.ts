import { type Digest, ManifestError, parseDigest, type RepositoryName } from '@berth/registry-client'
import { adoptManifest, forgetManifest, forgetTag, type News, resolveReference } from '../artifacts/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { registryClient } from '../registry/index.ts'
import type { ManifestEvent } from './model.ts'

const TAGGED_WITHIN_MS = 2_000

/** Who it was is what the registry says: its account, which need not be one of Berth's. */
const newsOf = ({ actor }: ManifestEvent): News => ({
  as: 'recorded',
  actorName: actor || 'anonymous',
  credential: 'registry',
})

/** `early`: the registry has not done yet what it tells of; look again in a moment. */
export type Followed = 'done' | 'early'

/**
 * Makes the index agree with the registry about what the event names. An event is a hint, never a fact: what the
 * registry has now is asked and written down, so that repeated, late and overtaken events do no harm. Call it under
 * `changingRepository`.
 *
 * @throws errors of the database and the registry as they come
 */
export async function follow(core: Core, event: ManifestEvent): Promise<Followed> {
  if (event.action === 'delete') {
    await followDeletion(core, event)
    return 'done'
  }
  return followPush(core, event)
}

async function followPush(core: Core, event: ManifestEvent): Promise<Followed> {
  const { repository, digest, tag, at } = event
  if (!tag) {
    if (digest) await adopt(core, repository, digest, newsOf(event))
    return 'done'
  }
  const held = await registryClient(core).headManifest(repository, tag)
  // Distribution tells of a push when the manifest is written, and writes the tag after that: until then the tag is
  // missing, or still names its old manifest. Past that moment the event was overtaken by a later push.
  if (digest && held?.digest !== digest && core.now() - at.getTime() < TAGGED_WITHIN_MS) return 'early'
  const known = await resolveReference(core, repository, tag)
  if (held && known?.digest !== held.digest) await adopt(core, repository, tag, newsOf(event))
  if (!held && known) await forgetTag(core, repository, tag, newsOf(event))
  // What lost its tag again is still there, without one.
  if (digest && held?.digest !== digest) await adopt(core, repository, digest, newsOf(event))
  return 'done'
}

/** Indexes what the index lacks of a repository; what the registry lacks stays unindexed. */
export async function adopt(
  core: Core,
  repository: RepositoryName,
  reference: Parameters<typeof adoptManifest>[3],
  news?: News,
): Promise<void> {
  const known = reference.includes(':') && (await resolveReference(core, repository, reference))
  if (known) return
  await adoptManifest(core, SYSTEM, repository, reference, news).catch((error) => {
    // What cannot be a manifest of Berth's stays unindexed; saying so again would not change it.
    if (!(error instanceof ManifestError)) throw error
  })
}

async function followDeletion(core: Core, event: ManifestEvent): Promise<void> {
  const { repository, digest, tag } = event
  if (tag && (await resolveReference(core, repository, tag))) {
    const held = await registryClient(core).headManifest(repository, tag)
    if (!held) await forgetTag(core, repository, tag, newsOf(event))
  }
  if (digest) await forgetLost(core, repository, digest, newsOf(event))
}

/** Forgets a manifest that is gone and, of what only it held, what is gone too. */
async function forgetLost(core: Core, repository: RepositoryName, digest: Digest, news: News): Promise<void> {
  const left: Digest[] = [digest]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (!(await resolveReference(core, repository, next))) continue
    if (await registryClient(core).headManifest(repository, next)) continue
    for (const orphan of (await forgetManifest(core, repository, next, news)) ?? [])
      left.push(parseDigest(orphan))
  }
}
