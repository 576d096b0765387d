import {
  addPerson,
  addProject,
  image,
  index,
  openShop,
  type Pushable,
  push,
  type Shop,
  testDatabase,
  write,
} from '@berth/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, ANONYMOUS, SYSTEM } from '../../authorization/index.ts'
import { everything, type Filter, type ListQuery } from '../../list-query/index.ts'
import { recordPulls } from '../index.ts'
import { getAddition } from './get-addition.ts'
import { getArtifact, listAccessories } from './get-artifact.ts'
import { listArtifacts, listArtifactsOfProject } from './list-artifacts.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
let multi: Pushable
let children: Pushable[]
let chart: Pushable
let signature: Pushable
let plain: Pushable

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  const { core } = shop
  await addProject(core, 'team')
  await addProject(core, 'open', true)
  children = [image('amd64'), image('arm64')]
  multi = index(children, { 'org.opencontainers.image.title': 'both' })
  chart = image('chart', {
    configType: 'application/vnd.cncf.helm.config.v1+json',
    config: { name: 'web', version: '1.2.3' },
  })
  plain = image('plain', {
    config: { os: 'linux', architecture: 's390x', history: [{ created_by: 'RUN x' }] },
  })
  signature = image('signature', {
    subject: plain,
    artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  })
  for (const child of children) await push(core, 'team/a/b', child)
  await push(core, 'team/a/b', multi, 'latest')
  await write(core, 'team/a/b', multi, 'v1.0')
  await push(core, 'team/a/b', chart, 'chart_1')
  await push(core, 'team/a/b', plain)
  await push(core, 'team/a/b', signature)
  await push(core, 'team/a/bc', image('neighbour'), 'latest')
  await push(core, 'open/app', image('open'), 'latest')
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})

const list = async (filters: Filter[], query: Partial<ListQuery> = {}, actor: Actor = SYSTEM) => {
  const page = await listArtifacts(shop.core, actor, {
    repository: 'team/a/b',
    query: { ...everything, filters, ...query },
  })
  return { total: page.total, digests: page.items.map((item) => item.digest), items: page.items }
}
const exact = (field: string, value: string): Filter => ({ field, match: 'exact', value })

test('a list shows tagged artifacts and those that nothing holds, newest first, with tags and platforms', async () => {
  const { total, digests, items } = await list([])
  expect(digests).toEqual([plain.digest, chart.digest, multi.digest])
  expect(total).toBe(3)
  expect(items[2]).toMatchObject({
    repositoryName: 'team/a/b',
    type: 'IMAGE',
    annotations: { 'org.opencontainers.image.title': 'both' },
    references: [
      { childDigest: children[0]!.digest, os: 'linux', architecture: 'amd64' },
      { childDigest: children[1]!.digest, os: 'linux', architecture: 'arch1' },
    ],
  })
  expect(items[2]?.tags?.map((tag) => tag.name)).toEqual(['v1.0', 'latest'])
  expect(items[1]).toMatchObject({ type: 'CHART', extraAttrs: { name: 'web', version: '1.2.3' } })
})

describe('q', () => {
  test('base=* shows children and attachments as well', async () => {
    expect((await list([exact('base', '*')])).total).toBe(6)
  })
  test('tags=* shows tagged ones, tags=nil untagged ones, tags=~x those with such a tag', async () => {
    expect((await list([exact('tags', '*')])).digests).toEqual([chart.digest, multi.digest])
    expect((await list([exact('tags', 'nil')])).digests).toEqual([plain.digest])
    expect((await list([{ field: 'tags', match: 'fuzzy', value: 'V1.' }])).digests).toEqual([multi.digest])
    expect((await list([{ field: 'tags', match: 'fuzzy', value: '1%' }])).digests).toEqual([])
    expect((await list([{ field: 'tags', match: 'fuzzy', value: '_1' }])).digests).toEqual([chart.digest])
  })
  test('other values of base and tags are refused', async () => {
    for (const filters of [[exact('base', 'x')], [exact('tags', 'latest')]])
      await expect(list(filters)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })
  test('digest, type and media type filter; unknown fields do not; labels match nothing', async () => {
    expect((await list([exact('digest', chart.digest)])).digests).toEqual([chart.digest])
    expect((await list([exact('type', 'CHART')])).total).toBe(1)
    expect((await list([exact('type', 'chart')])).total).toBe(0)
    expect((await list([{ field: 'media_type', match: 'fuzzy', value: 'helm' }])).total).toBe(1)
    expect((await list([exact('no_such_field', 'x')])).total).toBe(3)
    expect((await list([{ field: 'labels', match: 'all', values: [1] }])).total).toBe(0)
  })
  test('SQL in values and fields stays text', async () => {
    const evil = "x' OR '1'='1"
    expect((await list([exact('digest', evil)])).total).toBe(0)
    expect(
      (await list([{ field: 'tags', match: 'fuzzy', value: `${evil}; DROP TABLE tags; --` }])).total,
    ).toBe(0)
    expect((await list([exact('a.id = a.id OR a.digest', evil)])).total).toBe(3)
    const sort = [{ field: 'digest; DROP TABLE tags', descending: true }]
    expect((await list([], { sort })).digests).toHaveLength(3)
    expect(await shop.core.db.prisma.tag.count()).toBeGreaterThan(0)
  })
})

test('pages do not overlap, and sort follows the keys', async () => {
  const pages = await Promise.all([1, 2, 3, 4].map((page) => list([], { page, pageSize: 1 })))
  expect(pages.flatMap((page) => page.digests)).toEqual([plain.digest, chart.digest, multi.digest])
  expect(pages.map((page) => page.total)).toEqual([3, 3, 3, 3])
  const byType = await list([], { sort: [{ field: 'type', descending: false }] })
  expect(byType.digests[0]).toBe(chart.digest)
})

test('a repository whose name begins the same is another one', async () => {
  const query = { repository: 'team/a/bc', query: everything }
  expect((await listArtifacts(shop.core, SYSTEM, query)).total).toBe(1)
  await expect(
    listArtifacts(shop.core, SYSTEM, { repository: 'team/a', query: everything }),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('the artifacts of a project come from all its repositories; the newest of each on demand', async () => {
  const ask = (latestInRepository: boolean) =>
    listArtifactsOfProject(shop.core, SYSTEM, {
      project: { name: 'team' },
      query: { ...everything, pageSize: 2 },
      latestInRepository,
    })
  expect(await ask(false)).toMatchObject({ total: 4, items: [{}, {}] })
  const latest = await ask(true)
  expect(latest.total).toBe(2)
  expect(latest.items.map((item) => item.repositoryName)).toEqual(['team/a/bc', 'team/a/b'])
})

test('an artifact is found by tag and by digest; what cannot be is not found', async () => {
  const get = (reference: string) =>
    getArtifact(shop.core, SYSTEM, { repository: 'team/a/b', reference, parts: { accessories: true } })
  expect((await get('latest')).digest).toBe(multi.digest)
  expect(await get(plain.digest)).toMatchObject({ tags: [], accessories: [{ digest: signature.digest }] })
  for (const reference of ['LATEST', 'no such', '../latest', "' OR 1=1"])
    await expect(get(reference)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(get('sha256:abc')).rejects.toMatchObject({ code: 'DIGEST_INVALID' })
})

test('what is attached names its subject and its kind', async () => {
  const ask = (reference: string) =>
    listAccessories(shop.core, SYSTEM, { repository: 'team/a/b', reference, query: everything })
  expect(await ask(plain.digest)).toMatchObject({
    total: 1,
    items: [{ digest: signature.digest, subjectDigest: plain.digest, type: 'signature.cosign' }],
  })
  expect(await ask('latest')).toEqual({ total: 0, items: [] })
})

test('additions: the build history of images, the manifest and the config as pushed', async () => {
  const get = async (reference: string, addition: string) => {
    const { mediaType, bytes } = await getAddition(shop.core, SYSTEM, {
      repository: 'team/a/b',
      reference,
      addition,
    })
    return { mediaType, text: new TextDecoder().decode(bytes) }
  }
  expect(JSON.parse((await get(plain.digest, 'build_history')).text)).toEqual([{ created_by: 'RUN x' }])
  expect((await get('latest', 'manifest')).text).toBe(new TextDecoder().decode(multi.bytes))
  expect((await get(plain.digest, 'config')).text).toContain('"s390x"')
  for (const [reference, addition] of [
    ['latest', 'build_history'],
    ['latest', 'config'],
    ['chart%201', 'build_history'],
    [chart.digest, 'build_history'],
    [plain.digest, 'values.yaml'],
  ] as const)
    await expect(get(reference, addition)).rejects.toMatchObject({
      code: reference.includes('%') ? 'NOT_FOUND' : 'BAD_REQUEST',
    })
})

test('a config says its own media type, but a browser is told only types that run nothing', async () => {
  const page = image('page', {
    configType: 'text/html',
    config: new TextEncoder().encode('<script>alert(1)</script>'),
  })
  await push(shop.core, 'team/page', page, 'latest')
  const config = await getAddition(shop.core, SYSTEM, {
    repository: 'team/page',
    reference: 'latest',
    addition: 'config',
  })
  expect(config.mediaType).toBe('application/octet-stream')
})

test('members read; outsiders and anonymous people only what is public', async () => {
  const { core } = shop
  const guest = await addPerson(core, 'guest', { team: 'limitedGuest' })
  const outsider = await addPerson(core, 'outsider')
  expect((await list([], {}, guest)).total).toBe(3)
  await expect(list([], {}, outsider)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(list([], {}, ANONYMOUS)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  const open = { repository: 'open/app', query: everything }
  for (const actor of [outsider, ANONYMOUS]) expect((await listArtifacts(core, actor, open)).total).toBe(1)
  const ref = { repository: 'team/a/b', reference: 'latest' }
  for (const ask of [
    () => getArtifact(core, outsider, ref),
    () => getAddition(core, outsider, { ...ref, addition: 'manifest' }),
    () => listAccessories(core, outsider, { ...ref, query: everything }),
    () => getArtifact(core, outsider, { repository: 'nowhere/x', reference: 'latest' }),
  ])
    await expect(ask()).rejects.toMatchObject({ code: 'FORBIDDEN' })
})

test('pulls are added up in batches, for artifacts, repositories and tags; what is gone is ignored', async () => {
  const { core } = shop
  const at = new Date('2026-05-01T10:00:00.000Z')
  const later = new Date('2026-05-01T11:00:00.000Z')
  const pull = { repository: 'team/a/b', digest: multi.digest }
  await recordPulls(core, [
    { ...pull, tag: 'latest', count: 3, at: later },
    { ...pull, count: 2, at },
    { repository: 'team/a/b', digest: chart.digest, count: 1, at },
    { repository: 'team/a/bc', digest: multi.digest, count: 50, at },
    { repository: 'team/gone', digest: multi.digest, tag: 'x', count: 1, at },
  ])
  await Promise.all(Array.from({ length: 10 }, () => recordPulls(core, [{ ...pull, count: 1, at: later }])))
  const artifact = await getArtifact(core, SYSTEM, { repository: 'team/a/b', reference: 'latest' })
  expect(artifact).toMatchObject({ pullCount: 15, pulledAt: later })
  expect(artifact.tags?.find((tag) => tag.name === 'latest')?.pulledAt).toEqual(later)
  expect(artifact.tags?.find((tag) => tag.name === 'v1.0')?.pulledAt).toBeNull()
  const repositories = await core.db.prisma.repository.findMany({ orderBy: { id: 'asc' } })
  expect(repositories.slice(0, 2).map((repository) => repository.pullCount)).toEqual([16, 0])
  const many = Array.from({ length: 450 }, () => ({
    ...pull,
    tag: 'latest',
    count: 2_000_000_000,
    at: later,
  }))
  await recordPulls(core, many)
  const full = await getArtifact(core, SYSTEM, { repository: 'team/a/b', reference: 'latest' })
  expect(full.pullCount).toBe(2_147_483_647)
})

test('a list carries the first hundred lines of an index, the artifact itself all of them', async () => {
  const child = image('repeated')
  const long = index(Array.from({ length: 1_500 }, () => child))
  await write(shop.core, 'team/long', child)
  await write(shop.core, 'team/long', long, 'latest')
  const listed = await listArtifacts(shop.core, SYSTEM, { repository: 'team/long', query: everything })
  expect(listed.items[0]?.references).toHaveLength(100)
  const one = await getArtifact(shop.core, SYSTEM, { repository: 'team/long', reference: 'latest' })
  expect(one.references).toHaveLength(1_500)
  expect(one.references[1_499]).toMatchObject({ childDigest: child.digest, architecture: 'arch1499' })
})
