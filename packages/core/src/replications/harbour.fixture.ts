import {
  createRegistryClient,
  type Digest,
  parseReference,
  parseRepositoryName,
  type RegistryClient,
  type RepositoryName,
} from '@berth/registry-client'
import { type FakeRegistry, type FakeRegistryOptions, startFakeRegistry } from '@berth/registry-client/fake'
import type { Core } from '../context/index.ts'
import { type CopyOptions, copyBetween } from './copying/index.ts'
import { localSite, remoteSite, type Site } from './sites/index.ts'

/** For tests: another registry, in memory, as a side of a replication. */
export interface Port {
  site: Site
  client: RegistryClient
  registry: FakeRegistry
}

/** As `@berth/testing` makes it. */
interface Shop {
  core: Core
  registry: FakeRegistry
  close(): Promise<void>
}
interface Testing {
  testDatabase(): Promise<{ url: string; drop(): Promise<void> }>
  openShop(databaseUrl: string): Promise<Shop>
  addProject(core: Core, name: string): Promise<unknown>
}
interface Pushable {
  digest: Digest
  mediaType: string
  bytes: Uint8Array
  blobs: { digest: Digest; bytes: Uint8Array }[]
}

/** For tests: a Berth with a fake registry behind it, and other registries around it. */
export interface Harbour {
  shop: Shop
  core: Core
  here: Site
  databaseUrl: string
  openPort(options?: FakeRegistryOptions): Promise<Port>
  close(): Promise<void>
}

export async function openHarbour(
  { testDatabase, openShop, addProject }: Testing,
  ...projects: string[]
): Promise<Harbour> {
  const database = await testDatabase()
  const shop = await openShop(database.url)
  const ports: FakeRegistry[] = []
  for (const name of projects) await addProject(shop.core, name)
  return {
    shop,
    core: shop.core,
    databaseUrl: database.url,
    here: localSite(shop.core, { actorName: 'replication:test' }),
    async openPort(options) {
      const registry = await startFakeRegistry(options)
      ports.push(registry)
      const client = createRegistryClient({ baseUrl: registry.url, timeoutMs: 5_000 })
      return { registry, client, site: remoteSite({ key: ports.length, client }) }
    },
    async close() {
      await shop.close()
      await Promise.all(ports.map((port) => port.close()))
      await database.drop()
    },
  }
}

export async function pushTo(
  client: RegistryClient,
  repository: string,
  pushed: Pushable,
  ...tags: string[]
): Promise<void> {
  const name = parseRepositoryName(repository)
  for (const blob of pushed.blobs) await client.uploadBlob(name, blob.digest, blob.bytes)
  for (const reference of [pushed.digest, ...tags])
    await client.putManifest(name, parseReference(reference), pushed)
}

/** What a fake registry holds of a repository. */
export function heldBy({ state }: FakeRegistry, repository: string) {
  const found = state.repositories.get(repository as RepositoryName)
  return {
    manifests: [...(found?.manifests.keys() ?? [])].sort(),
    tags: Object.fromEntries([...(found?.tags ?? [])].sort()),
    blobs: [...(found?.blobs.keys() ?? [])].sort(),
  }
}

export const copyArtifact = (
  core: Core,
  from: Site,
  to: Site,
  artifact: { source: string; target: string; digest: Digest; tags?: string[] },
  options: Partial<CopyOptions> = {},
) =>
  copyBetween(core, {
    from,
    to,
    artifact: {
      source: parseRepositoryName(artifact.source),
      target: parseRepositoryName(artifact.target),
      digest: artifact.digest,
      tags: (artifact.tags ?? []) as never,
    },
    options: { override: true, ...options },
  })
