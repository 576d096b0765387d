import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copyBetween, localSite, remoteSite, type Site } from '@berth/core/replications'
import {
  collect,
  createRegistryClient,
  digestOf,
  parseReference,
  parseRepositoryName,
  type RegistryClient,
} from '@berth/registry-client'
import { image, index, type Pushable, startRegistry, type TestRegistry } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PASSWORD, startBerth, type TestBerth } from '../../test/berth.ts'

// Artifacts between real registries: plain distribution with accounts of its own, and two Berths.
const account = { username: 'berth', password: 'Registry-account-1' }
const accountLine = 'berth:$2b$05$abcdefghijklmnopqrstuucCB3DsjL4HhPnt6j5G7OgwXLK6lXELy\n'

let east: TestBerth
let west: TestBerth
let plain: TestRegistry
let folder: string
let plainClient: RegistryClient
let westClient: RegistryClient
let sites: { plain: Site; east: Site; west: Site; westFromAway: Site }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-replications-'))
  await writeFile(join(folder, 'htpasswd'), accountLine)
  ;[east, west, plain] = await Promise.all([
    startBerth(),
    startBerth(),
    startRegistry({ htpasswdPath: join(folder, 'htpasswd') }),
  ])
  await west.addUser('dev')
  await east.addProject('team')
  await west.addProject('team', { members: { dev: 'developer' } })
  plainClient = createRegistryClient({ baseUrl: plain.url, credentials: account })
  westClient = createRegistryClient({
    baseUrl: west.url,
    credentials: { username: 'dev', password: PASSWORD },
  })
  sites = {
    plain: remoteSite({ key: 1, client: plainClient }),
    east: localSite(east.core, { actorName: 'replication:test' }),
    west: localSite(west.core, { actorName: 'replication:test' }),
    westFromAway: remoteSite({ key: 2, client: westClient }),
  }
})
afterAll(async () => {
  await Promise.all([east?.close(), west?.close(), plain?.stop()])
  await rm(folder, { recursive: true, force: true })
})

async function pushTo(
  client: RegistryClient,
  repository: string,
  pushed: Pushable,
  tag?: string,
): Promise<void> {
  const name = parseRepositoryName(repository)
  for (const { digest, bytes } of pushed.blobs) await client.uploadBlob(name, digest, bytes)
  await client.putManifest(name, tag ? parseReference(tag) : pushed.digest, pushed)
}

async function expectWhole(client: RegistryClient, repository: string, ...all: Pushable[]): Promise<void> {
  const name = parseRepositoryName(repository)
  for (const { digest, blobs } of all) {
    expect((await client.getManifest(name, digest)).digest).toBe(digest)
    for (const blob of blobs)
      expect(digestOf(Buffer.concat(await collect((await client.getBlob(name, blob.digest)).stream)))).toBe(
        blob.digest,
      )
  }
}

test('from distribution to a Berth, to another Berth and back to distribution everything arrives', async () => {
  const children = [
    image('amd64', { layers: [randomBytes(3_000_000), 'shared'] }),
    image('arm64', { layers: [randomBytes(100_000), 'shared'] }),
  ]
  const both = index(children)
  const signature = image('signature')
  const tags = { v1: both, [`${both.digest.replace(':', '-')}.sig`]: signature }
  for (const child of children) await pushTo(plainClient, 'library/app', child)
  for (const [tag, pushed] of Object.entries(tags)) await pushTo(plainClient, 'library/app', pushed, tag)
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
      await pushTo(plainClient, 'late/app', sbom)
      await copyBetween(berth.core, { from, to, artifact: late, options })
    }
  }
  const all = [...children, both, signature]
  await expectWhole(westClient, 'team/deep/app', ...all, sbom)
  await expectWhole(plainClient, 'returned/app', ...all, sbom)
  for (const [tag, { digest }] of Object.entries(tags)) {
    expect((await westClient.headManifest(name('team/deep/app'), parseReference(tag)))?.digest).toBe(digest)
    expect((await plainClient.headManifest(name('returned/app'), parseReference(tag)))?.digest).toBe(digest)
  }
  // Distribution 2.8 has no referrers API: the list was kept for it.
  expect(await plainClient.referrers(name('returned/app'), both.digest)).toMatchObject([
    { digest: sbom.digest },
  ])
  expect(await westClient.referrers(name('team/deep/app'), both.digest)).toMatchObject([
    { digest: sbom.digest },
  ])
}, 60_000)

test('a blob that was stopped between two parts is gone on with at a Berth', async () => {
  const pushed = image('stopped', { layers: [randomBytes(4_000_000)] })
  await pushTo(plainClient, 'library/stopped', pushed, 'v1')
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
