import { SYSTEM } from '@berth/core'
import { copyArtifact, deleteArtifact, getArtifact } from '@berth/core/artifacts'
import { copyBetween, localSite, remoteSite } from '@berth/core/replications'
import { createRegistryClient, parseReference, parseRepositoryName } from '@berth/registry-client'
import { buildCache } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PASSWORD, startBerth, type TestBerth } from '../../test/berth.ts'
import { codeOf, ociIndex, TestClient } from '../../test/client.ts'
import { expectWhole, type PlainRegistry, pushTo, startPlainRegistry } from '../../test/plain-registry.ts'

// Indexes whose lines are blobs, which distribution takes and Berth must as well, at the real one.
let berth: TestBerth
let plain: PlainRegistry
let dev: TestClient
beforeAll(async () => {
  ;[berth, plain] = await Promise.all([startBerth(), startPlainRegistry()])
  await berth.addUser('dev')
  await berth.addProject('team', { members: { dev: 'maintainer' } })
  dev = new TestClient(berth, 'dev')
})
afterAll(async () => {
  await Promise.all([berth?.close(), plain?.stop()])
})

const clientOf = () =>
  createRegistryClient({ baseUrl: berth.url, credentials: { username: 'dev', password: PASSWORD } })

test('a build cache is pushed, copied, kept by a collection of garbage, and deleted', async () => {
  const cache = buildCache('pushed', ['base', 'step'])
  const text = Buffer.from(cache.bytes).toString()
  const missing = await dev.pushManifest('team/cache', 'main', text, ociIndex)
  expect([missing.status, await codeOf(missing)]).toEqual([400, 'MANIFEST_BLOB_UNKNOWN'])
  for (const { bytes } of cache.blobs) await dev.pushBlob('team/cache', Buffer.from(bytes))
  expect((await dev.pushManifest('team/cache', 'main', text, ociIndex)).status).toBe(201)
  await copyArtifact(berth.core, SYSTEM, { from: 'team/cache:main', repository: 'team/copy' })
  const scopes = ['repository:team/cache:pull,push,delete']
  const blob = `/v2/team/cache/blobs/${cache.blobs[0]!.digest}`
  expect((await dev.send('DELETE', blob, scopes)).status).toBe(405)

  await berth.registry.collectGarbage()
  await expectWhole(clientOf(), 'team/cache', cache)
  await expectWhole(clientOf(), 'team/copy', cache)

  await deleteArtifact(berth.core, SYSTEM, { repository: 'team/cache', reference: 'main' })
  expect((await dev.send('DELETE', blob, scopes)).status).toBe(202)
  await expectWhole(clientOf(), 'team/copy', cache)
})

test('a build cache comes from a plain registry and goes back to it, blobs as blobs', async () => {
  const cache = buildCache('replicated', ['base', 'other step'])
  await pushTo(plain.client, 'library/cache', cache, 'main')
  const sites = {
    plain: remoteSite({ key: 1, client: plain.client }),
    here: localSite(berth.core, { actorName: 'replication:test' }),
  }
  const artifact = { digest: cache.digest, tags: [parseReference('main') as never] }
  const legs = [
    [sites.plain, sites.here, 'library/cache', 'team/in'],
    [sites.here, sites.plain, 'team/in', 'returned/cache'],
  ] as const
  for (const [from, to, source, target] of legs) {
    const names = { source: parseRepositoryName(source), target: parseRepositoryName(target) }
    const copying = { from, to, artifact: { ...artifact, ...names }, options: { override: true } }
    expect(await copyBetween(berth.core, copying)).toMatchObject({ outcome: 'copied', manifestsPut: 1 })
    expect(await copyBetween(berth.core, copying)).toMatchObject({ outcome: 'inStep', bytesSent: 0 })
  }
  await expectWhole(clientOf(), 'team/in', cache)
  await expectWhole(plain.client, 'returned/cache', cache)
  const found = await getArtifact(berth.core, SYSTEM, { repository: 'team/in', reference: 'main' })
  expect(found).toMatchObject({ type: 'CACHE', references: [] })
})
