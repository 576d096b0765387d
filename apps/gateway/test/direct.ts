import { randomUUID } from 'node:crypto'
import { notificationsSecret } from '@berth/core/notifications'
import { registryClient } from '@berth/core/registry'
import { digestOf, parseRepositoryName, parseTag } from '@berth/registry-client'
import type { TestBerth } from './berth.ts'
import { ociManifest } from './client.ts'

/** The bytes of a small image; `note` makes it different from others. */
function imageOf(note: string): { config: Uint8Array; manifest: Uint8Array } {
  const config = new TextEncoder().encode(JSON.stringify({ architecture: 'arm64', os: 'linux', note }))
  const mediaType = 'application/vnd.oci.image.config.v1+json'
  const manifest = {
    schemaVersion: 2,
    mediaType: ociManifest,
    config: { mediaType, digest: digestOf(config), size: config.byteLength },
    layers: [],
  }
  return { config, manifest: new TextEncoder().encode(JSON.stringify(manifest)) }
}

/** Pushes past Berth, as clients of a registry do that is reached directly; gives the digest. */
export async function pushDirectly(
  berth: Pick<TestBerth, 'core'>,
  repository: string,
  tag: string,
  note: string,
): Promise<string> {
  const client = registryClient(berth.core)
  const name = parseRepositoryName(repository)
  const { config, manifest } = imageOf(note)
  await client.uploadBlob(name, digestOf(config), config)
  await client.putManifest(name, parseTag(tag), { bytes: manifest, mediaType: ociManifest })
  return digestOf(manifest)
}

/** An event as distribution tells it, long ago unless `at` is given. */
export const eventOf = (action: string, target: object, at = new Date('2026-01-02T03:04:05.678Z')) => ({
  id: randomUUID(),
  timestamp: at.toISOString(),
  action,
  target: { mediaType: ociManifest, ...target },
  actor: { name: 'somebody' },
  request: { method: action === 'pull' ? 'GET' : 'PUT' },
})

/** Tells of events, or of whatever else `body` is, as the registry would. */
export const tell = (
  berth: Pick<TestBerth, 'core' | 'url'>,
  body: object | string,
  authorization = `Bearer ${notificationsSecret(berth.core)}`,
): Promise<Response> =>
  fetch(`${berth.url}/service/notifications`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/vnd.docker.distribution.events.v1+json' },
    body: typeof body === 'string' ? body : JSON.stringify(Array.isArray(body) ? { events: body } : body),
  })

export interface InboxRow extends Record<string, unknown> {
  event_id: string
  attempts: number
  error: string | null
  due_at: Date | null
  processed_at: Date | null
}

/** How many stored events of a repository are not done, and are. */
export async function inboxCounts(
  { core }: Pick<TestBerth, 'core'>,
  repository: string,
): Promise<{ open: number; done: number }> {
  const [row] = await core.db.query<{ done: number; told: number }>(
    'SELECT COUNT(processed_at) AS done, COUNT(*) AS told FROM registry_events WHERE repository = ?',
    [repository],
  )
  return { open: Number(row!.told) - Number(row!.done), done: Number(row!.done) }
}

export const inboxOf = (berth: Pick<TestBerth, 'core'>, repository: string): Promise<InboxRow[]> =>
  berth.core.db.query<InboxRow>(
    `SELECT event_id, attempts, error, due_at, processed_at FROM registry_events
      WHERE repository = ? ORDER BY id`,
    [repository],
  )
