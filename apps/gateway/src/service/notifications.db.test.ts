import { SYSTEM } from '@berth/core'
import { getArtifact } from '@berth/core/artifacts'
import { notificationsSecret, purgeNotifications } from '@berth/core/notifications'
import { readUsage, writeLimit } from '@berth/core/quotas'
import { registryClient } from '@berth/core/registry'
import { type Digest, parseReference, parseRepositoryName } from '@berth/registry-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startBerth, type TestBerth } from '../../test/berth.ts'
import { ociManifest, TestClient } from '../../test/client.ts'
import { eventOf, inboxOf, pushDirectly, tell } from '../../test/direct.ts'

let berth: TestBerth
beforeAll(async () => {
  berth = await startBerth({}, { notifies: true })
  await berth.addUser('visitor')
  await berth.addProject('direct', { members: { visitor: 'guest' } })
})
afterAll(() => berth.close())

const eventually = { timeout: 15_000, interval: 50 }
const artifact = (repository: string, reference: string, at = berth) =>
  getArtifact(at.core, SYSTEM, { repository: `direct/${repository}`, reference })
/** Waits until nothing of the repository is left to do. */
const settled = (repository: string, at = berth) =>
  vi.waitFor(async () => {
    const rows = await inboxOf(at, `direct/${repository}`)
    expect(rows.filter((row) => row.processed_at === null)).toEqual([])
    return rows
  }, eventually)

describe('a registry that clients reach directly', () => {
  it('tells of a push, a pull and a deletion, and the index follows', async () => {
    const digest = await pushDirectly(berth, 'direct/app', '1', 'first')
    await vi.waitFor(async () => expect(await artifact('app', '1')).toMatchObject({ digest }), eventually)

    const visitor = new TestClient(berth, 'visitor')
    const manifest = `${berth.registry.url}/v2/direct/app/manifests/1`
    // Most clients look first. That is no pull.
    for (const method of ['HEAD', 'GET']) {
      const pull = await visitor.send(method, manifest, ['repository:direct/app:pull'], {
        headers: { accept: ociManifest },
      })
      expect(pull.status).toBe(200)
    }
    // Berth has read it too, before and now; the visitor's is the only pull.
    await vi.waitFor(async () => expect((await artifact('app', '1')).pullCount).toBe(1), eventually)
    expect((await artifact('app', '1')).pulledAt).toBeInstanceOf(Date)

    const client = registryClient(berth.core)
    await client.deleteManifest(parseRepositoryName('direct/app'), parseReference(digest) as Digest)
    await vi.waitFor(
      () => expect(artifact('app', digest)).rejects.toMatchObject({ code: 'NOT_FOUND' }),
      eventually,
    )
    expect((await settled('app')).length).toBeGreaterThan(2)
  })

  it('moves a tag to what the registry holds now, whatever the order of the events', async () => {
    const first = await pushDirectly(berth, 'direct/moving', 'latest', 'one')
    const second = await pushDirectly(berth, 'direct/moving', 'latest', 'two')
    await vi.waitFor(async () => expect((await artifact('moving', 'latest')).digest).toBe(second), eventually)
    const target = { repository: 'direct/moving', digest: first, tag: 'latest' }
    expect((await tell(berth, [eventOf('push', target), eventOf('push', target)])).status).toBe(202)
    await settled('moving')
    expect((await artifact('moving', 'latest')).digest).toBe(second)
    // What lost its tag is still in the registry, and so in the index.
    expect((await artifact('moving', first)).tags).toEqual([])
  })

  it('does not forget what is still there, though an event says that it was deleted', async () => {
    const digest = await pushDirectly(berth, 'direct/kept', '1', 'kept')
    await vi.waitFor(async () => expect((await artifact('kept', '1')).digest).toBe(digest), eventually)
    const deletions = [
      eventOf('delete', { repository: 'direct/kept', digest }),
      eventOf('delete', { repository: 'direct/kept', tag: '1' }),
    ]
    expect((await tell(berth, deletions)).status).toBe(202)
    await settled('kept')
    expect((await artifact('kept', '1')).digest).toBe(digest)
  })
})

describe('the inbox', () => {
  // No notifications of the registry's own: only what a test tells.
  let quiet: TestBerth
  beforeAll(async () => {
    quiet = await startBerth()
    await quiet.addProject('direct')
  })
  afterAll(() => quiet.close())

  it('waits for a tag that the registry writes after it has told of the manifest', async () => {
    const digest = await pushDirectly(quiet, 'direct/late', 'old', 'late')
    const told = eventOf('push', { repository: 'direct/late', digest, tag: 'new' }, new Date())
    expect((await tell(quiet, [told])).status).toBe(202)
    await pushDirectly(quiet, 'direct/late', 'new', 'late')
    await settled('late', quiet)
    expect((await artifact('late', 'new', quiet)).digest).toBe(digest)
  })

  it('counts a pull once, however often and wherever it is told', async () => {
    const digest = await pushDirectly(quiet, 'direct/pulled', '1', 'pulled')
    await tell(quiet, [eventOf('push', { repository: 'direct/pulled', digest, tag: '1' })])
    const pulls = Array.from({ length: 5 }, () =>
      eventOf('pull', { repository: 'direct/pulled', digest, tag: '1' }),
    )
    const answers = await Promise.all(
      [pulls, pulls, [...pulls].reverse(), pulls.slice(2), pulls.slice(0, 3)].map((list) =>
        tell(quiet, list),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202])
    expect(await settled('pulled', quiet)).toHaveLength(6)
    expect((await artifact('pulled', '1', quiet)).pullCount).toBe(5)
  })

  it('writes down what was pushed past a limit: it is there, and it is counted', async () => {
    await quiet.addProject('tight')
    const { projectId } = (await readUsage(quiet.core, 'tight'))!
    await writeLimit(quiet.core, { projectId }, 10, SYSTEM)
    const digest = await pushDirectly(quiet, 'tight/app', '1', 'too much')
    await tell(quiet, [eventOf('push', { repository: 'tight/app', digest, tag: '1' })])
    await vi.waitFor(
      async () => expect((await readUsage(quiet.core, 'tight'))!.usedBytes).toBeGreaterThan(300),
      eventually,
    )
    const found = await getArtifact(quiet.core, SYSTEM, { repository: 'tight/app', reference: '1' })
    expect(found.digest).toBe(digest)
  })

  it('learns from a pull of a push that it missed', async () => {
    const digest = await pushDirectly(quiet, 'direct/missed', '1', 'missed')
    await tell(quiet, [eventOf('pull', { repository: 'direct/missed', digest, tag: '1' })])
    await settled('missed', quiet)
    expect(await artifact('missed', digest, quiet)).toMatchObject({ digest, pullCount: 1 })
  })

  it('forgets an index whose children went before it, and nothing that is still there', async () => {
    const client = registryClient(quiet.core)
    const name = parseRepositoryName('direct/multi')
    const children = [
      await pushDirectly(quiet, 'direct/multi', 'a', 'child a'),
      await pushDirectly(quiet, 'direct/multi', 'b', 'child b'),
    ]
    const manifests = children.map((digest) => ({ mediaType: ociManifest, digest, size: 300 }))
    const mediaType = 'application/vnd.oci.image.index.v1+json'
    const bytes = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, mediaType, manifests }))
    const { digest } = await client.putManifest(name, parseReference('multi'), { bytes, mediaType })
    await tell(quiet, [
      eventOf('push', { repository: 'direct/multi', digest, tag: 'multi', mediaType }),
      eventOf('push', { repository: 'direct/multi', digest: children[0], tag: 'a' }),
    ])
    await settled('multi', quiet)
    expect((await artifact('multi', 'multi', quiet)).digest).toBe(digest)

    const gone = [children[1]!, digest]
    for (const lost of gone) await client.deleteManifest(name, lost as Digest)
    await tell(
      quiet,
      gone.map((lost) => eventOf('delete', { repository: 'direct/multi', digest: lost })),
    )
    await settled('multi', quiet)
    for (const lost of gone)
      await expect(artifact('multi', lost, quiet)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await artifact('multi', 'a', quiet)).digest).toBe(children[0])
    expect(await client.headManifest(name, children[0] as Digest)).toBeDefined()
  })

  it('while the registry is away 202, and everything is done when it is back', async () => {
    const digest = await pushDirectly(quiet, 'direct/later', '1', 'later')
    await quiet.registry.kill()
    const answer = await tell(quiet, [
      eventOf('push', { repository: 'direct/later', digest, tag: '1' }),
      eventOf('pull', { repository: 'direct/later', digest, tag: '1' }),
    ])
    expect(answer.status).toBe(202)
    await vi.waitFor(() => expect(quiet.logged.join()).toContain('the registry is away'), eventually)
    const waiting = await inboxOf(quiet, 'direct/later')
    expect(waiting.map((row) => [row.attempts, row.processed_at])).toEqual([
      [0, null],
      [0, null],
    ])
    await quiet.registry.restart()
    await settled('later', quiet)
    expect(await artifact('later', '1', quiet)).toMatchObject({ digest, pullCount: 1 })
  })

  it('keeps what is done for a day, and no longer', async () => {
    const digest = await pushDirectly(quiet, 'direct/old', '1', 'old')
    const told = eventOf('push', { repository: 'direct/old', digest, tag: '1' })
    await tell(quiet, [told])
    await settled('old', quiet)
    expect(await purgeNotifications(quiet.core)).toBe(0)
    const later = { ...quiet.core, now: () => Date.now() + 25 * 3_600_000 }
    expect(await purgeNotifications(later)).toBeGreaterThan(0)
    expect(await inboxOf(quiet, 'direct/old')).toEqual([])
  })
})

describe('the door', () => {
  it('401 without the secret or with another', async () => {
    for (const authorization of ['', 'Bearer x', `Basic ${notificationsSecret(berth.core)}`])
      expect((await tell(berth, [], authorization)).status).toBe(401)
  })

  it('400 for what is no envelope, 413 for a huge one, 405 for another method', async () => {
    for (const body of ['', '{', '[]', 'null', '{"events":{}}'])
      expect([body, (await tell(berth, body)).status]).toEqual([body, 400])
    expect((await tell(berth, ' '.repeat(4 * 1024 * 1024 + 1))).status).toBe(413)
    expect((await fetch(`${berth.url}/service/notifications`)).status).toBe(405)
  })

  it('202 for events that are not Berth’s or cannot be read, and nothing is written', async () => {
    const zeros = `sha256:${'0'.repeat(64)}`
    const hostile = [
      eventOf('push', { repository: 'elsewhere/app', digest: zeros, tag: '1' }),
      eventOf('push', { repository: '../../etc', tag: '1' }),
      eventOf('push', { repository: 'direct/ghost', tag: 'a b' }),
      eventOf('push', { repository: 'direct/ghost', digest: zeros }),
      eventOf('delete', { repository: 'direct/ghost', digest: 'sha256:short' }),
      eventOf('explode', { repository: 'direct/ghost' }),
      { ...eventOf('pull', { repository: 'direct/ghost', digest: zeros }), id: 'x'.repeat(70_000) },
      {
        ...eventOf('pull', { repository: 'direct/ghost', digest: zeros }),
        id: ['no', 'text'],
        timestamp: '275760-09-13',
        actor: { name: `\0\ud800${'x'.repeat(1_000)}` },
        request: null,
      },
      null,
      'text',
    ]
    expect((await tell(berth, hostile)).status).toBe(202)
    await settled('ghost')
    expect(await berth.core.db.query('SELECT id FROM repositories WHERE name LIKE ?', ['%ghost%'])).toEqual(
      [],
    )
  })
})
