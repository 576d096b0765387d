import { setTimeout } from 'node:timers/promises'
import { ManifestError } from '@berth/registry-client'
import {
  adoptManifest,
  changingRepository,
  projectOf,
  recordPulls,
  removeManifest,
  resolveReference,
} from '../artifacts/index.ts'
import { projectFacts, SYSTEM } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { registryClient } from '../registry/index.ts'
import { sameSecret } from '../secrets/index.ts'
import { INTERNAL_SUBJECT } from '../tokens/index.ts'
import { type ManifestEvent, parseEnvelope } from './model.ts'

const TAGGED_WITHIN_MS = 2_000
const TAG_POLL_MS = 40

/** What the registry's `Authorization` header carries behind `Bearer`. The same on every node. */
export const notificationsSecret = (core: Core): string => core.secrets.mac('notifications', 'registry')

/** @throws DomainError UNAUTHORIZED */
export function requireNotificationsSecret(core: Core, authorization: string | undefined): void {
  if (!sameSecret(authorization ?? '', `Bearer ${notificationsSecret(core)}`))
    throw new DomainError('UNAUTHORIZED', 'this door is for the registry')
}

/**
 * Takes in what a registry that clients reach directly says. An event is a hint, never a fact: what the registry has
 * now is asked and written down, so that repeated and overtaken events do no harm (but a pull told twice counts twice).
 * When anything fails the whole envelope fails, and the registry sends it again.
 *
 * @returns how many events concerned a project of Berth's
 * @throws DomainError BAD_REQUEST; errors of the database and the registry as they come
 */
export async function receiveNotifications(core: Core, body: unknown): Promise<number> {
  let counted = 0
  for (const event of parseEnvelope(body)) {
    // Repositories outside every project are not Berth's.
    if (!(await projectFacts(core, { name: projectOf(event.repository) }))) continue
    counted++
    if (event.action === 'pull') await countPull(core, event)
    else await changingRepository(core, event.repository, () => follow(core, event))
  }
  return counted
}

async function countPull(core: Core, event: ManifestEvent): Promise<void> {
  const { repository, digest, tag, at, actor } = event
  // Berth reads manifests to index them; that is nobody's pull.
  if (actor === INTERNAL_SUBJECT || actor === core.settings.registryCredentials?.username) return
  if (digest) await recordPulls(core, [{ repository, digest, tag, count: 1, at }])
}

async function follow(core: Core, event: ManifestEvent): Promise<void> {
  const { action, repository, digest, tag } = event
  if (action === 'push') {
    await untilTagged(core, event)
    const reference = tag ?? digest
    if (reference) await adoptManifest(core, SYSTEM, repository, reference).catch(passOverOddManifests)
    return
  }
  if (!digest || !(await resolveReference(core, repository, digest))) return
  if (await registryClient(core).headManifest(repository, digest)) return
  await removeManifest(core, SYSTEM, { repository, digest })
}

/**
 * Distribution tells of a push when the manifest is written, and writes the tag after that: until then the tag is
 * missing, or still names its old manifest. An event older than that moment was overtaken by a later push.
 */
async function untilTagged(core: Core, { repository, tag, digest, at }: ManifestEvent): Promise<void> {
  if (!tag || !digest) return
  for (let waited = 0; waited < TAGGED_WITHIN_MS; waited += TAG_POLL_MS) {
    if (core.now() - at.getTime() > TAGGED_WITHIN_MS) return
    if ((await registryClient(core).headManifest(repository, tag))?.digest === digest) return
    await setTimeout(TAG_POLL_MS)
  }
}

/** What cannot be a manifest of Berth's stays unindexed; saying so again would not change it. */
function passOverOddManifests(error: unknown): void {
  if (!(error instanceof ManifestError)) throw error
}
