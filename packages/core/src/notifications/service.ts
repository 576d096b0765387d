import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { sameSecret } from '../secrets/index.ts'
import { INTERNAL_SUBJECT } from '../tokens/index.ts'
import { type ManifestEvent, parseEnvelope } from './model.ts'
import { insertEvents, removeEvents } from './store.ts'

const HOUR_MS = 3_600_000
// The registry repeats an envelope until it is accepted, and no longer.
const KEEP_DONE_MS = 24 * HOUR_MS
const KEEP_GIVEN_UP_MS = 30 * 24 * HOUR_MS

/** What the registry's `Authorization` header carries behind `Bearer`. The same on every node. */
export const notificationsSecret = (core: Core): string => core.secrets.mac('notifications', 'registry')

/** @throws DomainError UNAUTHORIZED */
export function requireNotificationsSecret(core: Core, authorization: string | undefined): void {
  if (!sameSecret(authorization ?? '', `Bearer ${notificationsSecret(core)}`))
    throw new DomainError('UNAUTHORIZED', 'this door is for the registry')
}

/**
 * Puts what a registry that clients reach directly says into the inbox; `drainNotifications` does the rest. Told again,
 * it changes nothing.
 *
 * @returns how many events are new
 * @throws DomainError BAD_REQUEST; errors of the database as they come
 */
export async function receiveNotifications(core: Core, body: unknown): Promise<number> {
  const events = parseEnvelope(body).filter((event) => !isOwnPull(core, event))
  return events.length === 0 ? 0 : insertEvents(core, events, new Date(core.now()))
}

/** Berth reads manifests to index them; that is nobody's pull. */
const isOwnPull = (core: Core, { action, actor }: ManifestEvent): boolean =>
  action === 'pull' && (actor === INTERNAL_SUBJECT || actor === core.settings.registryCredentials?.username)

/** Forgets events that are long done, and those long given up; gives how many. */
export function purgeNotifications(core: Core): Promise<number> {
  const now = core.now()
  return removeEvents(core, new Date(now - KEEP_DONE_MS), new Date(now - KEEP_GIVEN_UP_MS))
}
