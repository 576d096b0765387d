import { randomBytes } from 'node:crypto'
import { copyBetween, localSite, remoteSite, type Site } from '@berth/core/replications'
import {
  createRegistryClient,
  parseReference,
  parseRepositoryName,
  type RegistryClient,
} from '@berth/registry-client'
import { image, index } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PASSWORD, startBerth, type TestBerth } from '../../test/berth.ts'
import { expectWhole, type PlainRegistry, pushTo, startPlainRegistry } from '../../test/plain-registry.ts'

// Artifacts between real registries: plain distribution with accounts of its own, and two Berths.
let east: TestBerth
let west: TestBerth
let plain: PlainRegistry
let westClient: RegistryClient
let sites: { plain: Site; east: Site; west: Site; westFromAway: Site }

beforeAll(async () => {
  ;[east, west, plain] = await Promise.all([startBerth(), startBerth(), startPlainRegistry()])
  await west.addUser('dev')
  await east.addProject('team')
  await west.addProject('team', { members: { dev: 'developer' } })
  westClient = createRegistryClient({
    baseUrl: west.url,
    credentials: { username: 'dev', password: PASSWORD },
  })
  sites = {
    plain: remoteSite({ key: 1, client: plain.client }),
    east: localSite(east.core, { actorName: 'replication:test' }),
    west: localSite(west.core, { actorName: 'replication:test' }),
    westFromAway: remoteSite({ key: 2, client: westClient }),
  }
})
afterAll(async () => {
  await Promise.all([east?.close(), west?.close(), plain?.stop()])
})

test('from distribution to a Berth, to another Berth and back to distribution everything arrives', async () => {
  const children = [
    image('amd64', { layers: [randomBytes(3_000_000), 'shared'] }),
    image('arm64', { layers: [randomBytes(100_000), 'shared'] }),
  ]
  const both = index(children)
  const signature = image('signature')
  const tags = { v1: both, [`${both.digest.replace(':', '-')}.sig`]: signature }
  for (const child of children) await pushTo(plain.client, 'library/app', child)
  for (const [tag, pushed] of Object.entries(tags)) await pushTo(plain.client, 'library/app', pushed, tag)
  const sbom = image('sbom', { subject: both })
  const artifact = { digest: both.digest, tags: [parseReference('v1') as never] }
  const options = { override: true, chunkBytes: 1_000_000 }
  const name = parseRepositoryName

  const legs = [
    [east, sites.plain, sites.east, 'library/app', 'team/app'],
    [east, sites.east, sites.westFromAway, 'team/app', 'team/deep/app'],
    [west, sites.west, sites.plain, 'team/deep/app', 'returned/app'],
  ] as const
  for (const [berth, from, to, source, target] of legs) {
    const copying = {
      from,
      to,
      artifact: { ...artifact, source: name(source), target: name(target) },
      options,
    }
    expect(await copyBetween(berth.core, copying)).toMatchObject({
      outcome: 'copied',
      blobsSent: to === sites.east ? 7 : 9,
      warnings: [],
    })
    expect(await copyBetween(berth.core, copying)).toMatchObject({ outcome: 'inStep', bytesSent: 0 })
    // What names its subject comes later, and is told apart from what was there.
    if (to === sites.east) {
      const late = { source: name('late/app'), target: name('team/app'), digest: sbom.digest, tags: [] }
      await pushTo(plain.client, 'late/app', sbom)
      await copyBetween(berth.core, { from, to, artifact: late, options })
    }
  }
  const all = [...children, both, signature]
  await expectWhole(westClient, 'team/deep/app', ...all, sbom)
  await expectWhole(plain.client, 'returned/app', ...all, sbom)
  for (const [tag, { digest }] of Object.entries(tags)) {
    expect((await westClient.headManifest(name('team/deep/app'), parseReference(tag)))?.digest).toBe(digest)
    expect((await plain.client.headManifest(name('returned/app'), parseReference(tag)))?.digest).toBe(digest)
  }
  // Distribution 2.8 has no referrers API: the list was kept for it.
  expect(await plain.client.referrers(name('returned/app'), both.digest)).toMatchObject([
    { digest: sbom.digest },
  ])
  expect(await westClient.referrers(name('team/deep/app'), both.digest)).toMatchObject([
    { digest: sbom.digest },
  ])
}, 60_000)

test('a blob that was stopped between two parts is gone on with at a Berth', async () => {
  const pushed = image('stopped', { layers: [randomBytes(4_000_000)] })
  await pushTo(plain.client, 'library/stopped', pushed, 'v1')
  const stop = new AbortController()
  const copying = {
    from: sites.plain,
    to: sites.westFromAway,
    artifact: {
      source: parseRepositoryName('library/stopped'),
      target: parseRepositoryName('team/stopped'),
      digest: pushed.digest,
      tags: [parseReference('v1') as never],
    },
  }
  const upload = sites.westFromAway.upload
  const stopping: Site = {
    ...sites.westFromAway,
    upload: (repository, digest, source, options) =>
      upload(repository, digest, source, {
        ...options,
        async onSession(session, confirmedBytes) {
          await options?.onSession?.(session, confirmedBytes)
          if (confirmedBytes === 2_000_000) stop.abort(new Error('stopped'))
        },
      }),
  }
  const options = { override: true, chunkBytes: 1_000_000 }
  await expect(
    copyBetween(east.core, { ...copying, to: stopping, options: { ...options, signal: stop.signal } }),
  ).rejects.toThrow('stopped')
  const result = await copyBetween(east.core, { ...copying, options })
  expect(result.bytesSent).toBeLessThan(2_000_000 + 10_000)
  await expectWhole(westClient, 'team/stopped', pushed)
}, 60_000)
