import { SYSTEM } from '@berth/core'
import { getArtifact } from '@berth/core/artifacts'
import { notificationsSecret } from '@berth/core/notifications'
import { registryClient } from '@berth/core/registry'
import { digestOf, parseReference, parseRepositoryName, parseTag } from '@berth/registry-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startBerth, type TestBerth } from '../../test/berth.ts'
import { ociManifest, TestClient } from '../../test/client.ts'

let berth: TestBerth
beforeAll(async () => {
  berth = await startBerth({}, { notifies: true })
  await berth.addUser('visitor')
  await berth.addProject('direct', { members: { visitor: 'guest' } })
})
afterAll(() => berth.close())

const eventually = { timeout: 15_000, interval: 50 }

/** Pushes past Berth, as clients of a registry do that is reached directly. */
async function pushDirectly(repository: string, tag: string, note: string, at = berth): Promise<string> {
  const client = registryClient(at.core)
  const name = parseRepositoryName(repository)
  const config = new TextEncoder().encode(JSON.stringify({ architecture: 'arm64', os: 'linux', note }))
  const digest = digestOf(config)
  await client.uploadBlob(name, digest, config)
  const manifest = {
    schemaVersion: 2,
    mediaType: ociManifest,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: config.byteLength },
    layers: [],
  }
  const bytes = new TextEncoder().encode(JSON.stringify(manifest))
  await client.putManifest(name, parseTag(tag), { bytes, mediaType: ociManifest })
  return digestOf(bytes)
}

const artifact = (repository: string, reference: string) =>
  getArtifact(berth.core, SYSTEM, { repository: `direct/${repository}`, reference })

const post = (body: unknown, authorization = `Bearer ${notificationsSecret(berth.core)}`, at = berth) =>
  fetch(`${at.url}/service/notifications`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/vnd.docker.distribution.events.v1+json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const event = (action: string, target: object) => ({
  id: 'e1',
  timestamp: '2026-01-02T03:04:05.678Z',
  action,
  target: { mediaType: ociManifest, ...target },
})

describe('a registry that clients reach directly', () => {
  it('tells of a push, a pull and a deletion, and the index follows', async () => {
    const digest = await pushDirectly('direct/app', '1', 'first')
    await vi.waitFor(async () => expect(await artifact('app', '1')).toMatchObject({ digest }), eventually)

    const visitor = new TestClient(berth, 'visitor')
    const manifest = `${berth.registry.url}/v2/direct/app/manifests/1`
    const pull = await visitor.send('GET', manifest, ['repository:direct/app:pull'], {
      headers: { accept: ociManifest },
    })
    expect(pull.status).toBe(200)
    // Berth has read it too, before and now; the visitor's is the only pull.
    await vi.waitFor(async () => expect((await artifact('app', '1')).pullCount).toBe(1), eventually)
    expect((await artifact('app', '1')).pulledAt).toBeInstanceOf(Date)

    const client = registryClient(berth.core)
    await client.deleteManifest(parseRepositoryName('direct/app'), parseReference(digest))
    await vi.waitFor(
      () => expect(artifact('app', digest)).rejects.toMatchObject({ code: 'NOT_FOUND' }),
      eventually,
    )
  })

  it('moves a tag to what the registry holds now, whatever the order of the events', async () => {
    const first = await pushDirectly('direct/moving', 'latest', 'one')
    const second = await pushDirectly('direct/moving', 'latest', 'two')
    await vi.waitFor(async () => expect((await artifact('moving', 'latest')).digest).toBe(second), eventually)
    const late = event('push', { repository: 'direct/moving', digest: first, tag: 'latest' })
    expect((await post({ events: [late, late] })).status).toBe(202)
    expect((await artifact('moving', 'latest')).digest).toBe(second)
  })

  it('waits for a tag that the registry writes after it has told of the manifest', async () => {
    const quiet = await startBerth()
    try {
      await quiet.addProject('direct')
      const digest = await pushDirectly('direct/late', 'old', 'late', quiet)
      const told = {
        ...event('push', { repository: 'direct/late', digest, tag: 'new' }),
        timestamp: new Date(),
      }
      const answer = post({ events: [told] }, `Bearer ${notificationsSecret(quiet.core)}`, quiet)
      await pushDirectly('direct/late', 'new', 'late', quiet)
      expect((await answer).status).toBe(202)
      const found = await getArtifact(quiet.core, SYSTEM, { repository: 'direct/late', reference: 'new' })
      expect(found.digest).toBe(digest)
    } finally {
      await quiet.close()
    }
  })

  it('does not forget what is still there, though an event says that it was deleted', async () => {
    const digest = await pushDirectly('direct/kept', '1', 'kept')
    await vi.waitFor(async () => expect((await artifact('kept', '1')).digest).toBe(digest), eventually)
    expect((await post({ events: [event('delete', { repository: 'direct/kept', digest })] })).status).toBe(
      202,
    )
    expect((await artifact('kept', '1')).digest).toBe(digest)
  })
})

describe('the door', () => {
  it('401 without the secret or with another', async () => {
    for (const authorization of ['', 'Bearer x', `Basic ${notificationsSecret(berth.core)}`])
      expect((await post({ events: [] }, authorization)).status).toBe(401)
  })

  it('400 for what is no envelope, 405 for another method', async () => {
    for (const body of ['', '{', '[]', 'null', '{"events":{}}'])
      expect([body, (await post(body)).status]).toEqual([body, 400])
    expect((await fetch(`${berth.url}/service/notifications`)).status).toBe(405)
  })

  it('202 for events that are not Berth’s or cannot be read, and nothing is written', async () => {
    const hostile = [
      event('push', { repository: 'elsewhere/app', digest: `sha256:${'0'.repeat(64)}`, tag: '1' }),
      event('push', { repository: '../../etc', tag: '1' }),
      event('push', { repository: 'direct/ghost', tag: 'a b' }),
      event('push', { repository: 'direct/ghost', digest: `sha256:${'0'.repeat(64)}` }),
      event('delete', { repository: 'direct/ghost', digest: 'sha256:short' }),
      event('explode', { repository: 'direct/ghost' }),
      null,
      'text',
    ]
    expect((await post({ events: hostile })).status).toBe(202)
    expect(await berth.core.db.query('SELECT id FROM repositories WHERE name LIKE ?', ['%ghost%'])).toEqual(
      [],
    )
  })

  it('503 while the registry is away, so that it is told again', async () => {
    await berth.registry.kill()
    const answer = await post({ events: [event('push', { repository: 'direct/later', tag: '1' })] })
    expect(answer.status).toBe(503)
    await berth.registry.restart()
  })
})
