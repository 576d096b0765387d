import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { digestOf, parseManifest } from '@berth/registry-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBerth, type TestBerth } from '../../test/berth.ts'
import { ociIndex, ociManifest, TestClient } from '../../test/client.ts'
import { type GatewayProcess, startGatewayProcess } from '../../test/gateway-process.ts'

// Two nodes before one registry, and clients that get in each other's way: afterwards the index says exactly what the
// registry's own files say, digest by digest and tag by tag.
let berth: TestBerth
let second: GatewayProcess
let keeper: TestClient
let token: string

const repositories = ['team/one', 'team/two']
const actions = 'pull,push,delete'

beforeAll(async () => {
  berth = await startBerth()
  await berth.addUser('keeper')
  await berth.addProject('team', { members: { keeper: 'maintainer' } })
  second = await startGatewayProcess(berth)
  keeper = new TestClient(berth, 'keeper')
  token = await keeper.token(...repositories.map((name) => `repository:${name}:${actions}`))
})
afterAll(async () => {
  await second.stop()
  await berth.close()
})

const node = (n: number) => (n % 2 ? second.url : berth.url)

async function v2(
  n: number,
  method: string,
  path: string,
  body?: string,
  type = ociManifest,
): Promise<number> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { 'content-type': type }),
  }
  const answer = await fetch(`${node(n)}/v2/${path}`, { method, headers, body })
  await answer.arrayBuffer()
  return answer.status
}
async function api(n: number, method: string, path: string, body?: object): Promise<number> {
  const answer = await fetch(`${node(n)}/api/v2.0/projects/${path.replace('/', '/repositories/')}`, {
    method,
    headers: { authorization: keeper.basic(), 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  })
  await answer.arrayBuffer()
  return answer.status
}

/** Manifests over blobs that every repository has: pushing one is then a single request. */
async function prepare(count: number): Promise<string[]> {
  const config = '{"architecture":"amd64","os":"linux"}'
  const layers = ['first layer', 'second layer', 'third layer']
  for (const repository of repositories)
    for (const blob of [config, ...layers]) await keeper.pushBlob(repository, blob)
  const descriptor = (mediaType: string, content: string) => ({
    mediaType,
    digest: digestOf(Buffer.from(content)),
    size: content.length,
  })
  return Array.from({ length: count }, (_, n) =>
    JSON.stringify({
      schemaVersion: 2,
      mediaType: ociManifest,
      config: descriptor('application/vnd.oci.image.config.v1+json', config),
      layers: layers
        .slice(0, 1 + (n % layers.length))
        .map((layer) => descriptor('application/vnd.oci.image.layer.v1.tar', layer)),
      annotations: { n: String(n) },
    }),
  )
}
const indexOf = (manifests: string[]) =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: ociIndex,
    manifests: manifests.map((bytes) => ({
      mediaType: ociManifest,
      digest: digestOf(bytes),
      size: bytes.length,
    })),
  })

/** What the registry has on its disk: the truth, past every cache. */
async function onDisk(repository: string) {
  const folder = join(berth.registry.storageDir, 'docker/registry/v2/repositories', repository, '_manifests')
  const links = async (path: string, rest: string) => {
    const found: [string, string][] = []
    for (const name of await readdir(join(folder, path)).catch(() => [])) {
      const link = await readFile(join(folder, path, name, rest), 'utf8').catch(() => undefined)
      if (link !== undefined) found.push([name, link.trim()])
    }
    return found.sort()
  }
  return {
    digests: (await links('revisions/sha256', 'link')).map(([, digest]) => digest).sort(),
    tags: Object.fromEntries(await links('tags', 'current/link')),
  }
}

async function expectExact(known: ReadonlyMap<string, string>): Promise<void> {
  const { prisma } = berth.database.db
  const rows = await prisma.repository.findMany({
    include: {
      artifacts: {
        include: { tags: true, blobs: { include: { blob: true } }, children: { include: { child: true } } },
      },
    },
  })
  for (const repository of repositories) {
    const row = rows.find(({ name }) => name === repository)
    const artifacts = row?.artifacts ?? []
    const tags = artifacts.flatMap(({ digest, tags }) => tags.map(({ name }) => [name, digest] as const))
    expect({
      digests: artifacts.map(({ digest }) => digest).sort(),
      tags: Object.fromEntries(tags),
    }).toEqual(await onDisk(repository))
    expect(row?.artifactCount ?? 0).toBe(artifacts.filter(({ listed }) => listed).length)
    for (const { digest, sizeBytes, manifestSizeBytes, blobs, children } of artifacts) {
      const bytes = known.get(digest)!
      const type = bytes.includes(ociIndex) ? ociIndex : ociManifest
      const manifest = parseManifest(Buffer.from(bytes), type)
      const named = manifest.kind === 'index' ? manifest.manifests : [manifest.config, ...manifest.layers]
      const held =
        manifest.kind === 'index'
          ? children.map(({ childDigest, child }) => [childDigest, child.digest, child.repositoryId])
          : blobs.map(({ blob }) => [blob.digest, blob.digest, row!.id])
      expect(held).toEqual(named.map((one) => [one.digest, one.digest, row!.id]))
      const parts =
        manifest.kind === 'index'
          ? children.map(({ child }) => child.sizeBytes)
          : blobs.map(({ blob }) => blob.sizeBytes)
      expect([manifestSizeBytes, Number(sizeBytes)]).toEqual([
        bytes.length,
        parts.reduce((sum, size) => sum + Number(size), bytes.length),
      ])
    }
  }
  const [project] = await prisma.project.findMany()
  expect(project!.repositoryCount).toBe(rows.length)
  // Nothing hangs on what is gone.
  const orphans = await berth.database.db.query<{ n: number }>(
    `SELECT (SELECT count(*) FROM tags t LEFT JOIN artifacts a ON a.id = t.artifact_id AND a.repository_id = t.repository_id
       WHERE a.id IS NULL)
     + (SELECT count(*) FROM artifact_blobs b LEFT JOIN artifacts a ON a.id = b.artifact_id WHERE a.id IS NULL)
     + (SELECT count(*) FROM artifact_references l LEFT JOIN artifacts p ON p.id = l.parent_id
         LEFT JOIN artifacts c ON c.id = l.child_id WHERE p.id IS NULL OR c.id IS NULL) AS n`,
    [],
  )
  expect(orphans[0]!.n).toBe(0)
}

const byDigest = (...manifests: string[]) =>
  new Map<string, string>(manifests.map((bytes) => [digestOf(Buffer.from(bytes)), bytes]))

test('fifty clients that push to one tag through two nodes: all are told yes, and one manifest has it', async () => {
  const manifests = await prepare(10)
  const statuses = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      v2(n, 'PUT', 'team/one/manifests/latest', manifests[Math.floor(n / 2) % manifests.length]),
    ),
  )
  expect(statuses).toEqual(statuses.map(() => 201))
  await expectExact(byDigest(...manifests))
  const { tags, digests } = await onDisk('team/one')
  expect([Object.keys(tags), digests.length]).toEqual([['latest'], manifests.length])
})

test('pushes, retags, copies and deletions at once on two nodes leave registry and index exactly alike', async () => {
  const manifests = await prepare(8)
  const indexes = [indexOf(manifests.slice(0, 3)), indexOf(manifests.slice(2, 5))]
  const digestAt = (n: number) => digestOf(Buffer.from(manifests[n % manifests.length]!))
  const answers: [string, number][] = []
  const operations = Array.from({ length: 150 }, (_, n) => async () => {
    const repository = repositories[Math.floor(n / 3) % 2]!
    const tag = `v${n % 4}`
    const bytes = manifests[(n * 5) % manifests.length]!
    const say = async (what: string, status: Promise<number>) => answers.push([what, await status])
    switch (n % 15) {
      case 0:
      case 1:
        return say('delete', v2(n, 'DELETE', `${repository}/manifests/${digestAt(n * 3)}`))
      case 2:
        return say('delete artifact', api(n, 'DELETE', `${repository}/artifacts/${tag}`))
      case 3:
        return say('delete tag', api(n, 'DELETE', `${repository}/artifacts/${tag}/tags/${tag}`))
      case 4:
        return say('tag', api(n, 'POST', `${repository}/artifacts/${digestAt(n)}/tags`, { name: `n${n}` }))
      case 5:
      case 6: {
        for (const child of manifests.slice(0, 5))
          await v2(n, 'PUT', `${repository}/manifests/${digestOf(Buffer.from(child))}`, child)
        return say('index', v2(n, 'PUT', `${repository}/manifests/multi${n % 2}`, indexes[n % 2], ociIndex))
      }
      case 7:
        return say('copy', api(n, 'POST', `${repository}/artifacts?from=team/one:${tag}`))
      case 8:
        return n % 60 === 8 ? say('delete repository', api(n, 'DELETE', repository)) : undefined
      default:
        return say('push', v2(n, 'PUT', `${repository}/manifests/${tag}`, bytes))
    }
  })
  const worker = async () => {
    for (let next = operations.shift(); next; next = operations.shift()) await next()
  }
  await Promise.all(Array.from({ length: 24 }, worker))
  // Refusals say that others were quicker; a push of an index may miss a child that was just deleted.
  const expected: Record<string, number[]> = {
    push: [201],
    delete: [202, 404, 412],
    'delete artifact': [200, 404, 412],
    'delete tag': [200, 404],
    tag: [201, 404, 409],
    index: [201, 400, 404],
    copy: [201, 404],
    'delete repository': [200, 404, 409],
  }
  expect(answers.filter(([what, status]) => !expected[what]!.includes(status))).toEqual([])
  expect(answers.filter(([, status]) => status < 300).length).toBeGreaterThan(60)
  await expectExact(byDigest(...manifests, ...indexes, ...(await prepare(10))))
}, 120_000)
