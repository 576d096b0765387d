import {
  createRegistryClient,
  type Digest,
  parseReference,
  parseRepositoryName,
  type RegistryClient,
  type RepositoryName,
} from '@berth/registry-client'
import { type FakeRegistry, type FakeRegistryOptions, startFakeRegistry } from '@berth/registry-client/fake'
import { expect } from 'vitest'
import { SYSTEM } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { everything } from '../list-query/index.ts'
import type { RegistryType } from '../registries/index.ts'
import { type CopyOptions, copyBetween } from './copying/index.ts'
import { getReplication, listReplicationTasks, startReplication } from './executions/index.ts'
import type { PolicyInput } from './model.ts'
import { createPolicy } from './service.ts'
import { localSite, remoteSite, type Site } from './sites/index.ts'
import { workReplicationsNow } from './work/index.ts'

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

let count = 0

interface RegistryRow {
  /** As one of its own if it is not given. */
  name?: string
  url: string
  /** Without it, a registry with no API but the one of all of them. */
  type?: RegistryType | undefined
  instanceId?: string
  maxTransfers?: number
  bandwidthKbps?: number
}

/** A registry that Berth knows, as a row: nobody asks it anything before a replication does. */
export async function addRegistry(
  { db }: Pick<Core, 'db'>,
  { name = `registry-${++count}`, type = 'docker-registry', ...columns }: RegistryRow,
): Promise<number> {
  const at = new Date()
  const data = { name, type, ...columns, createdAt: at, updatedAt: at }
  return (await db.prisma.registry.create({ data })).id
}

const complete = (policy: PolicyInput): PolicyInput => ({
  name: `policy-${++count}`,
  enabled: true,
  override: true,
  ...policy,
})

/** An enabled policy that replaces what differs, unless it is told otherwise. */
export const addPolicy = (core: Core, policy: PolicyInput): Promise<number> =>
  createPolicy(core, SYSTEM, complete(policy))

interface OtherEnd {
  /** It is where things come from; else they go there. */
  isSource?: boolean
  type?: RegistryType
  answers?: FakeRegistryOptions
}

/** A policy between this Berth and a registry of its own. */
export async function openPolicy(harbour: Harbour, policy: PolicyInput = {}, end: OtherEnd = {}) {
  const port = await harbour.openPort(end.answers)
  const registryId = await addRegistry(harbour.core, { url: port.registry.url, type: end.type })
  const input = complete({
    ...(end.isSource ? { srcRegistryId: registryId } : { destRegistryId: registryId }),
    ...policy,
  })
  return { port, registryId, input, policyId: await createPolicy(harbour.core, SYSTEM, input) }
}

/** The filter that lets repositories of such names pass. */
export const named = (value: string) => [{ type: 'name', value }]

/** Runs a policy until nothing of it is due any more. */
export async function runPolicy(core: Core, policyId: number) {
  const id = await startReplication(core, SYSTEM, policyId)
  await workReplicationsNow(core)
  return getReplication(core, SYSTEM, id)
}

export const tasksOf = async (core: Core, executionId: number) =>
  (await listReplicationTasks(core, SYSTEM, executionId, {}, everything)).items

type Fault = FakeRegistry['state']['faults'][number]
type Faulty = Pick<Port, 'registry'>
const ALWAYS = 1_000

/** From now on the registry answers requests of such a kind with nothing but a status. */
export function refuse(
  { registry }: Faulty,
  when: Fault['when'],
  status = 403,
  headers: Record<string, string> = {},
): void {
  const reply = { status, headers, body: '' }
  registry.state.faults.push({ when, times: ALWAYS, action: { kind: 'answer', reply } })
}

/** From now on requests of such a kind wait. */
export function hold({ registry }: Faulty, when: Fault['when'], until: Promise<void>): void {
  registry.state.faults.push({ when, times: ALWAYS, action: { kind: 'hold', until } })
}

/** The sums are what the transfers say, whatever happened. */
export async function sumsAreExact(core: Core, id: number): Promise<void> {
  const [sums] = await core.db.query<{ total: number; done: number }>(
    'SELECT SUM(size_bytes) AS total, SUM(done_bytes) AS done FROM replication_transfers WHERE execution_id = ?',
    [id],
  )
  const { progress } = await getReplication(core, SYSTEM, id)
  expect([progress.totalBytes, progress.doneBytes]).toEqual([Number(sums!.total), Number(sums!.done)])
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
