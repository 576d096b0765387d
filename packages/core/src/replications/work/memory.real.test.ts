import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Digest, digestOf, MEDIA_TYPES } from '@berth/registry-client'
import { addProject, type TestDatabase, testDatabase } from '@berth/testing'
import { peakOwnBytes } from '@berth/testing/berth'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { type Core, createCore } from '../../context/index.ts'
import { getReplication, startReplication } from '../executions/index.ts'
import { addPolicy, addRegistry, named } from '../harbour.fixture.ts'

const MIB = 1024 * 1024
/** The jobs are started so: a test beside scripts/start/parts.ts reads this line. */
const AS_STARTED = {
  flags: ['--max-semi-space-size=2', '--heap-growing-percent=40'],
  env: { MALLOC_ARENA_MAX: '1' },
}
const ARTIFACTS = 6
/** Large ones have half of a registry's places. */
const MAX_TRANSFERS = 2 * ARTIFACTS
const LAYERS = 4
/** So many small ones that garbage of all ages is there: left to itself V8 lets it grow beyond what is allowed. */
const MANY = 240

const piece = Buffer.alloc(MIB)
const config = Buffer.from('{"architecture":"amd64","os":"linux"}')

interface Fleet {
  layerBytes: number
  /** What a layer ends with, by its digest. */
  layers: Map<string, Buffer>
  manifests: { digest: Digest; bytes: Buffer }[]
}

/** Artifacts with layers of one size, no two of which end alike. */
function fleetOf(layerBytes: number, artifacts = ARTIFACTS): Fleet {
  const layers = new Map<string, Buffer>()
  const beginning = createHash('sha256')
  for (let bytes = MIB; bytes < layerBytes; bytes += MIB) beginning.update(piece)
  const manifests = Array.from({ length: artifacts }, (_, artifact) => {
    const digests = Array.from({ length: LAYERS }, (_, layer) => {
      const last = Buffer.alloc(Math.min(layerBytes, MIB), `${artifact}/${layer} `)
      const digest = `sha256:${beginning.copy().update(last).digest('hex')}`
      layers.set(digest, last)
      return digest
    })
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MEDIA_TYPES.ociManifest,
        config: { mediaType: MEDIA_TYPES.ociConfig, digest: digestOf(config), size: config.length },
        layers: digests.map((digest) => ({ mediaType: MEDIA_TYPES.ociLayer, digest, size: layerBytes })),
      }),
    )
    return { digest: digestOf(bytes), bytes }
  })
  return { layerBytes, layers, manifests }
}

let database: TestDatabase
let core: Core
const servers: ReturnType<typeof createServer>[] = []
/** By upload: what has come of it. */
const received = new Map<string, number>()
let uploads = 0
beforeAll(async () => {
  database = await testDatabase()
  core = createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://localhost:8080',
    registryUrl: await openTarget(),
    registryCredentials: { username: 'berth', password: 'secret' },
    poolSize: 4,
  })
  await addProject(core, 'team')
})
afterAll(async () => {
  await core?.close()
  for (const server of servers) server.close().closeAllConnections()
  await database.drop()
})

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => Promise<unknown>) {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A registry that makes layers up while they are asked for. */
const openSource = ({ layerBytes, layers, manifests }: Fleet) =>
  serve(async ({ method, url = '' }, response) => {
    if (url.startsWith('/v2/_catalog')) return response.end(JSON.stringify({ repositories: ['library/app'] }))
    if (url.includes('/tags/list'))
      return response.end(JSON.stringify({ name: 'library/app', tags: manifests.map((_, n) => `v${n}`) }))
    const reference = url.split('/').at(-1)!
    const manifest = manifests.find(({ digest }, n) => reference === digest || reference === `v${n}`)
    if (manifest) {
      const { digest, bytes } = manifest
      const headers = { 'content-type': MEDIA_TYPES.ociManifest, 'docker-content-digest': digest }
      response.writeHead(200, { ...headers, 'content-length': bytes.length })
      return response.end(method === 'GET' ? bytes : '')
    }
    if (reference === digestOf(config)) return response.end(config)
    const last = layers.get(reference)
    if (!last) return response.writeHead(404).end()
    response.writeHead(200, { 'content-length': layerBytes })
    for (let sent = MIB; sent < layerBytes; sent += MIB)
      if (!response.write(piece)) await once(response, 'drain')
    return response.end(last)
  })

/** The registry behind Berth, which only counts what it is given. */
const openTarget = () =>
  serve(async (request, response) => {
    const { method, url = '' } = request
    if (method === 'GET' && url.endsWith(digestOf(config))) return response.end(config)
    if (method === 'HEAD' || method === 'GET') return response.writeHead(404).end()
    if (method === 'POST') return response.writeHead(202, { location: `${url}${uploads++}` }).end()
    if (url.includes('/manifests/')) {
      const hash = createHash('sha256')
      for await (const chunk of request as AsyncIterable<Buffer>) hash.update(chunk)
      return response.writeHead(201, { 'docker-content-digest': `sha256:${hash.digest('hex')}` }).end()
    }
    const { pathname } = new URL(url, 'http://target')
    let end = received.get(pathname) ?? 0
    for await (const chunk of request as AsyncIterable<Buffer>) {
      end += chunk.length
      received.set(pathname, end)
    }
    if (method === 'PUT') return response.writeHead(201).end()
    return response.writeHead(202, { location: pathname, range: `0-${end - 1}` }).end()
  })

/** The most that a worker takes for itself while it pulls them all at once. */
async function peakOf(
  name: string,
  fleet: Fleet,
  reach: (execution: number) => Promise<void>,
): Promise<number> {
  const url = await openSource(fleet)
  const srcRegistryId = await addRegistry(core, { name, url, maxTransfers: MAX_TRANSFERS })
  const policy = { name, srcRegistryId, destNamespace: `team/${name}`, filters: named('library/app') }
  const execution = await startReplication(core, SYSTEM, await addPolicy(core, policy))
  received.clear()
  const { databaseUrl, secretKey, externalUrl, registryUrl, registryCredentials } = core.settings
  const settings = { databaseUrl, secretKey, externalUrl, registryUrl, registryCredentials, poolSize: 10 }
  const argv = [join(import.meta.dirname, 'worker.fixture.ts'), JSON.stringify(settings)]
  const { flags, env } = AS_STARTED
  const worker = spawn(process.execPath, [...flags, ...argv], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const ended = once(worker, 'exit')
  const peakBytes = await peakOwnBytes(worker.pid!, () =>
    vi.waitFor(() => reach(execution), { timeout: 100_000, interval: 50 }),
  )
  worker.stdin.end()
  await ended
  return peakBytes
}

/** In one request for each layer. */
async function allArrived(execution: number, artifacts: number): Promise<void> {
  const replication = await getReplication(core, SYSTEM, execution)
  expect(replication).toMatchObject({ status: 'Success', tasks: { Success: artifacts } })
}

/** In parts of 10 MiB, the first of which is done: whoever kept it would keep more than is allowed. */
async function partsArrived(): Promise<void> {
  const begun = [...received.values()].filter((bytes) => bytes >= 11 * MIB)
  expect(begun).toHaveLength(ARTIFACTS * LAYERS)
}

test('a worker with six artifacts at once takes as much memory for large layers as for small ones', async () => {
  const small = await peakOf('small', fleetOf(8 * MIB), (run) => allArrived(run, ARTIFACTS))
  const large = await peakOf('large', fleetOf(64 * MIB), partsArrived)
  expect(Math.max(small, large)).toBeLessThan(200 * MIB)
  expect(large - small).toBeLessThan(40 * MIB)
}, 180_000)

test('many small images, twelve at once, take no more', async () => {
  const peakBytes = await peakOf('many', fleetOf(64 * 1024, MANY), (run) => allArrived(run, MANY))
  expect(peakBytes).toBeLessThan(200 * MIB)
}, 180_000)
