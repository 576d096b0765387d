import { digestOf } from '@berth/registry-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBerth, type TestBerth } from '../../test/berth.ts'
import { codeOf, ociIndex, ociManifest, TestClient } from '../../test/client.ts'

// Registry and index tell the same, whatever happens between the two.
let berth: TestBerth
let dev: TestClient
beforeAll(async () => {
  berth = await startBerth()
  await berth.addUser('dev')
  await berth.addUser('keeper')
  await berth.addProject('team', { members: { dev: 'developer', keeper: 'maintainer' } })
  dev = new TestClient(berth, 'dev')
})
afterAll(() => berth.close())

const pull = (repository: string) => [`repository:${repository}:pull`]
const tagInRegistry = async (repository: string, tag: string) => {
  const authorization = `Bearer ${await dev.token(...pull(repository))}`
  const url = `${berth.registry.url}/v2/${repository}/manifests/${tag}`
  const answer = await fetch(url, { method: 'HEAD', headers: { authorization, accept: ociManifest } })
  return answer.headers.get('docker-content-digest')
}
const tagInIndex = async (tag: string) =>
  (await berth.database.db.prisma.tag.findFirst({ where: { name: tag }, include: { artifact: true } }))
    ?.artifact.digest

const pushPast = async (repository: string, reference: string, bytes: string, type = ociManifest) => {
  const authorization = `Bearer ${await dev.token(`repository:${repository}:pull,push`)}`
  const headers = { authorization, 'content-type': type }
  const url = `${berth.registry.url}/v2/${repository}/manifests/${reference}`
  expect((await fetch(url, { method: 'PUT', body: bytes, headers })).status).toBe(201)
}

test('when the index cannot be written the client is asked to push again, and that mends it', async () => {
  const { prisma } = berth.database.db
  await dev.pushImage('team/app', 'before', 'before')
  await prisma.$executeRawUnsafe('ALTER TABLE artifact_blobs RENAME TO artifact_blobs_away')
  const failed = await dev
    .pushImage('team/app', '1', 'one')
    .finally(() => prisma.$executeRawUnsafe('ALTER TABLE artifact_blobs_away RENAME TO artifact_blobs'))
  expect([failed.answer.status, await codeOf(failed.answer)]).toEqual([503, 'UNAVAILABLE'])
  expect(failed.answer.headers.get('retry-after')).toBe('5')
  expect(await tagInIndex('1')).toBeUndefined()
  const again = await dev.pushManifest('team/app', '1', failed.bytes)
  expect(again.status).toBe(201)
  expect(await tagInIndex('1')).toBe(digestOf(failed.bytes))
  expect(await tagInRegistry('team/app', '1')).toBe(digestOf(failed.bytes))
})

test('an index over children that only the registry knows brings them into the index', async () => {
  const { bytes } = await dev.pushImage('team/late', 'child', 'child')
  const { prisma } = berth.database.db
  await prisma.artifact.deleteMany({ where: { digest: digestOf(bytes) } })
  const child = { mediaType: ociManifest, digest: digestOf(bytes), size: bytes.length }
  const platform = { os: 'linux', architecture: 'amd64' }
  const index = JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests: [{ ...child, platform }] })
  expect((await dev.pushManifest('team/late', 'all', index, ociIndex)).status).toBe(201)
  const parent = await prisma.artifact.findFirstOrThrow({
    where: { digest: digestOf(index) },
    include: { children: { include: { child: true } } },
  })
  expect(parent.children.map((line) => [line.architecture, line.child.digest])).toEqual([
    ['amd64', digestOf(bytes)],
  ])
})

test('many pushes to one tag at once end with the same manifest in both', async () => {
  const images = await Promise.all(
    Array.from({ length: 6 }, (_, number) => dev.pushImage('team/race', `seed${number}`, `race ${number}`)),
  )
  const answers = await Promise.all(images.map(({ bytes }) => dev.pushManifest('team/race', 'latest', bytes)))
  expect(answers.map(({ status }) => status)).toEqual(images.map(() => 201))
  expect(await tagInIndex('latest')).toBe(await tagInRegistry('team/race', 'latest'))
})

test('pushing and deleting the same manifest at once leaves it in both or in neither', async () => {
  const { bytes } = await dev.pushImage('team/torn', 'x', 'torn')
  const digest = digestOf(bytes)
  const keeper = new TestClient(berth, 'keeper')
  for (let round = 0; round < 5; round++) {
    await Promise.all([
      dev.pushManifest('team/torn', 'x', bytes),
      keeper.send('DELETE', `/v2/team/torn/manifests/${digest}`, ['repository:team/torn:delete']),
      dev.pushManifest('team/torn', 'x', bytes),
    ])
    const indexed = (await tagInIndex('x')) ?? null
    expect(await tagInRegistry('team/torn', 'x')).toBe(indexed)
  }
})

test('what was pushed past Berth is pulled through it, and may be deleted', async () => {
  const { bytes } = await dev.pushImage('team/old', 'known', 'old')
  const changed = bytes.replace('{', '{"annotations":{"by":"another way"},')
  await pushPast('team/old', 'direct', changed)
  const accept = { headers: { accept: ociManifest } }
  const got = await dev.send('GET', '/v2/team/old/manifests/direct', pull('team/old'), accept)
  expect(await got.text()).toBe(changed)
  const keeper = new TestClient(berth, 'keeper')
  const path = `/v2/team/old/manifests/${digestOf(changed)}`
  expect((await keeper.send('DELETE', path, ['repository:team/old:delete'])).status).toBe(202)
  expect((await dev.send('GET', path, pull('team/old'), accept)).status).toBe(404)
})

test('who deleted a manifest that the index never got stands in the log, and the event names it', async () => {
  const { bytes } = await dev.pushImage('team/cut', 'known', 'cut')
  // As a gateway leaves it that ends between the registry and the index.
  const cut = bytes.replace('{', '{"annotations":{"by":"a push cut off"},')
  await pushPast('team/cut', digestOf(cut), cut)
  const keeper = new TestClient(berth, 'keeper')
  const path = `/v2/team/cut/manifests/${digestOf(cut)}`
  expect((await keeper.send('DELETE', path, ['repository:team/cut:delete'])).status).toBe(202)
  expect(await deletionsOf('team/cut', digestOf(cut))).toEqual({ lines: ['keeper ok'], events: ['keeper'] })
})

test('an index over children that nobody has is no part of the index, and its deletion stands in the log', async () => {
  const { bytes } = await dev.pushImage('team/odd', 'child', 'odd')
  const child = { mediaType: ociManifest, digest: digestOf(bytes), size: bytes.length }
  const index = JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests: [child] })
  await pushPast('team/odd', 'all', index, ociIndex)
  const keeper = new TestClient(berth, 'keeper')
  const remove = (digest: string) =>
    keeper.send('DELETE', `/v2/team/odd/manifests/${digest}`, ['repository:team/odd:delete'])
  // The child goes past Berth as well: from here on the index cannot be taken up.
  const authorization = `Bearer ${await keeper.token('repository:team/odd:delete')}`
  const url = `${berth.registry.url}/v2/team/odd/manifests/${digestOf(bytes)}`
  expect((await fetch(url, { method: 'DELETE', headers: { authorization } })).status).toBe(202)
  await berth.database.db.prisma.artifact.deleteMany({ where: { digest: digestOf(bytes) } })
  expect((await remove(digestOf(index))).status).toBe(202)
  expect((await deletionsOf('team/odd', digestOf(index))).lines).toEqual(['keeper ok'])
  expect((await remove(digestOf(index))).status).toBe(404)
  expect((await deletionsOf('team/odd', digestOf(index))).lines).toEqual(['keeper ok'])
})

async function deletionsOf(repository: string, digest: string) {
  const { prisma } = berth.database.db
  const lines = await prisma.auditLine.findMany({
    where: { resource: `${repository}@${digest}`, action: 'delete' },
  })
  const events = await prisma.event.findMany({ where: { subject: repository, type: 'artifact.deleted' } })
  return {
    lines: lines.map(({ actorName, result }) => `${actorName} ${result}`),
    events: events
      .filter(({ payload }) => (payload as { digest?: string }).digest === digest)
      .map(({ actorName }) => actorName),
  }
}
