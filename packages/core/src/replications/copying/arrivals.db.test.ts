import { addProject, image, index, openShop, type Pushable, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyArtifact, type Harbour, heldBy, openHarbour, type Port, pushTo } from '../harbour.fixture.ts'

// What comes from elsewhere into this Berth, and how little it takes.
let harbour: Harbour
let port: Port
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team', 'quick')
  await addProject(harbour.core, 'small', false, 10_000)
  port = await harbour.openPort()
})
afterAll(() => harbour.close())

const tagOf = (name: string, n: number) => `${name.replaceAll(' ', '-')}-${n}`
/** Images of one repository there, each with a tag. */
async function fill(
  repository: string,
  name: string,
  count: number,
  layers = ['shared'],
): Promise<Pushable[]> {
  const images = Array.from({ length: count }, (_, n) =>
    image(`${name} ${n}`, { layers: [...layers, `${name} ${n}`] }),
  )
  for (const [n, one] of images.entries()) await pushTo(port.client, repository, one, tagOf(name, n))
  return images
}
const pull = (source: string, target: string, name: string, images: readonly Pushable[]) =>
  Promise.allSettled(
    images.map(({ digest }, n) =>
      copyArtifact(harbour.core, port.site, harbour.here, { source, target, digest, tags: [tagOf(name, n)] }),
    ),
  )
const requestsOf = (repository: string) =>
  harbour.shop.registry.state.requests.filter(({ url }) => url.includes(`/${repository}/`))

test('of small blobs that no artifact here needs nothing is asked, and no config is read back', async () => {
  const images = await fill('library/quick', 'quick', 3)
  await pull('library/quick', 'quick/app', 'quick', images)
  expect(heldBy(harbour.shop.registry, 'quick/app').manifests).toHaveLength(3)
  const read = requestsOf('quick/app').filter(({ method }) => method === 'GET' || method === 'HEAD')
  expect(read.map(({ method, url }) => `${method} ${url}`)).toEqual([])
  const rows = await harbour.core.db.prisma.artifact.findMany({
    where: { repository: { name: 'quick/app' } },
    select: { extraAttrs: true },
  })
  const told = { architecture: 'amd64', os: 'linux', created: '', author: '' }
  expect(new Set(rows.map(({ extraAttrs }) => extraAttrs))).toEqual(
    new Set(images.map((_, n) => ({ ...told, config: { Env: [`SEED=quick ${n}`] } }))),
  )
})

test('what comes for one repository at once stands there whole: counted once, with a line and an event each', async () => {
  const { core } = harbour
  const images = await fill('library/crowd', 'crowd', 12)
  const [first] = images
  const outcomes = await pull('library/crowd', 'team/crowd', 'crowd', images)
  expect(outcomes.map(({ status }) => status)).toEqual(images.map(() => 'fulfilled'))
  const tags = Object.fromEntries(images.map(({ digest }, n) => [tagOf('crowd', n), digest]))
  expect(heldBy(harbour.shop.registry, 'team/crowd').tags).toEqual(
    Object.fromEntries(Object.entries(tags).sort()),
  )
  const repository = await core.db.prisma.repository.findUniqueOrThrow({ where: { name: 'team/crowd' } })
  expect(repository.artifactCount).toBe(12)
  // It counts the transactions.
  expect(repository.contentVersion).toBeLessThan(12)
  const held = await core.db.prisma.tag.findMany({
    where: { repositoryId: repository.id },
    select: { name: true, artifact: { select: { digest: true, listed: true } } },
  })
  expect(Object.fromEntries(held.map(({ name, artifact }) => [name, artifact.digest]))).toEqual(tags)
  expect(held.every(({ artifact }) => artifact.listed)).toBe(true)
  const lines = await core.db.prisma.auditLine.findMany({
    where: { resource: { startsWith: 'team/crowd:' } },
    select: { resource: true, actorName: true, result: true },
  })
  expect(lines.map(({ resource }) => resource).sort()).toEqual(
    Object.keys(tags)
      .map((tag) => `team/crowd:${tag}`)
      .sort(),
  )
  expect(new Set(lines.map(({ actorName }) => actorName))).toEqual(new Set(['replication:test']))
  const events = await core.db.prisma.event.findMany({ where: { subject: 'team/crowd' } })
  expect(events.map(({ payload }) => (payload as { tag: string }).tag).sort()).toEqual(
    Object.keys(tags).sort(),
  )
  // What all of them need is held by all of them and counted once.
  const project = await core.db.prisma.project.findUniqueOrThrow({
    where: { name: 'team' },
    include: { quota: true },
  })
  const shared = await core.db.prisma.projectBlob.findFirstOrThrow({
    where: { projectId: project.id, blob: { digest: first!.blobs[1]!.digest } },
  })
  expect(shared.holders).toBe(12)
  const sizes = new Map(
    images.flatMap(({ blobs }) => blobs.map(({ digest, bytes }) => [digest, bytes.length])),
  )
  for (const { digest, bytes } of images) sizes.set(digest, bytes.length)
  expect(Number(project.quota!.usedBytes)).toBe([...sizes.values()].reduce((sum, size) => sum + size, 0))
})

test('what may not come in holds up none of those that come with it', async () => {
  const { core } = harbour
  const before = image('held before')
  await push(core, 'team/guarded', before, tagOf('guarded', 2))
  const project = await core.db.prisma.project.findUniqueOrThrow({ where: { name: 'team' } })
  const decorations = { repositoryDecoration: 'matches', tagDecoration: 'matches' }
  await core.db.prisma.immutableRule.create({
    data: {
      ...{ projectId: project.id, repositoryPattern: 'guarded', tagPattern: 'guarded-2', ...decorations },
      createdAt: new Date(),
    } as never,
  })
  const images = await fill('library/guarded', 'guarded', 5)
  // One more is taken by the registry here for no manifest.
  const refused = `/manifests/${tagOf('guarded', 4)}`
  harbour.shop.registry.state.faults.push({
    when: ({ method, path }) => method === 'PUT' && path.endsWith(refused),
    times: 20,
    action: {
      kind: 'answer',
      reply: { status: 400, headers: {}, body: '{"errors":[{"code":"MANIFEST_INVALID"}]}' },
    },
  })
  const outcomes = await pull('library/guarded', 'team/guarded', 'guarded', images)
  harbour.shop.registry.state.faults.length = 0
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'rejected'],
  ])
  expect(outcomes[2]).toMatchObject({ reason: { code: 'PRECONDITION' } })
  expect(outcomes[4]).toMatchObject({ reason: { code: 'MANIFEST_INVALID' } })
  expect(heldBy(harbour.shop.registry, 'team/guarded').tags).toMatchObject({ 'guarded-2': before.digest })
})

test('in a project with a limit each finds the room that those before it have left', async () => {
  const { core } = harbour
  const images = await fill('library/small', 'small', 6, ['x'.repeat(2_000)])
  const own = Buffer.from('own '.repeat(700)).toString()
  const large = images.map((_, n) => image(`large ${n}`, { layers: [`${n} ${own}`] }))
  for (const [n, one] of large.entries()) await pushTo(port.client, 'library/large', one, tagOf('large', n))
  const outcomes = await pull('library/large', 'small/app', 'large', large)
  const arrived = outcomes.filter(({ status }) => status === 'fulfilled').length
  // Each has some 3,100 bytes of its own.
  expect(arrived).toBe(3)
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'DENIED' })
  const quota = await core.db.prisma.quota.findFirstOrThrow({ where: { project: { name: 'small' } } })
  expect(Number(quota.usedBytes)).toBeLessThanOrEqual(10_000)
  expect(await core.db.prisma.artifact.count({ where: { repository: { name: 'small/app' } } })).toBe(arrived)
})

test('two tags of one artifact, and an artifact whose tag another one takes, come at once', async () => {
  const { core } = harbour
  const [one, other] = [image('twin'), image('twin after')]
  await pushTo(port.client, 'library/twins', one, 'a', 'b')
  await pushTo(port.client, 'library/twins', other, 'c')
  const child = image('child of twins')
  const both = index([child, one])
  await pushTo(port.client, 'library/twins', child)
  await pushTo(port.client, 'library/twins', both, 'all')
  const copy = (digest: string, ...tags: string[]) =>
    copyArtifact(core, port.site, harbour.here, {
      ...{ source: 'library/twins', target: 'team/twins', digest: digest as never, tags },
    })
  await Promise.all([
    copy(one.digest, 'a'),
    copy(one.digest, 'b'),
    copy(other.digest, 'c'),
    copy(both.digest, 'all'),
  ])
  expect(heldBy(harbour.shop.registry, 'team/twins').tags).toEqual({
    ...{ a: one.digest, b: one.digest, c: other.digest, all: both.digest },
  })
  const where = { repository: { name: 'team/twins' } }
  expect(await core.db.prisma.artifact.count({ where })).toBe(4)
  expect(await core.db.prisma.artifact.count({ where: { ...where, listed: true } })).toBe(3)
})
