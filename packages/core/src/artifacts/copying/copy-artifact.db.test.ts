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
} from '@berth/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Actor, ANONYMOUS, SYSTEM } from '../../authorization/index.ts'
import { createImmutableRule } from '../../immutable-rules/index.ts'
import { everything } from '../../list-query/index.ts'
import { updateProject } from '../../projects/index.ts'
import { listQuotas, updateQuota } from '../../quotas/index.ts'
import { copyArtifact, deleteArtifact, listAccessories, resolveReference } from '../index.ts'
import { inIndex, inRegistry } from './both-sides.fixture.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  for (const name of ['team', 'other', 'secret']) await addProject(shop.core, name)
  await addProject(shop.core, 'open', true)
})
beforeEach(() => {
  shop.registry.state.requests.length = 0
  shop.registry.state.faults.length = 0
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})

const expectAgreement = async (repository: string) =>
  expect(await inIndex(shop.core, repository)).toEqual(inRegistry(shop.registry, repository))
const blobsOf = (...pushed: Pushable[]) =>
  pushed.flatMap(({ blobs }) => blobs.map(({ digest }) => digest as string))
const requests = (method: string, path: RegExp) =>
  shop.registry.state.requests.filter((seen) => seen.method === method && path.test(seen.url))
const copy = (from: string, repository: string, actor: Actor = SYSTEM) =>
  copyArtifact(shop.core, actor, { from, repository })
const tagOf = (digest: string, ending: string) => `${digest.replace(':', '-')}${ending}`

test('an index is copied with children, accessories and its tag, and not one byte of a layer moves', async () => {
  const children = [image('amd64'), image('arm64')]
  const both = index(children)
  const [signature, childSbom] = [image('signature'), image('child sbom')]
  const attached = image('attached', { subject: both, artifactType: 'application/vnd.cncf.notary.signature' })
  const ofAttached = image('of attached', { subject: attached })
  for (const child of children) await push(shop.core, 'team/app', child)
  await push(shop.core, 'team/app', both, 'v1')
  await push(shop.core, 'team/app', both, 'latest')
  await push(shop.core, 'team/app', signature, tagOf(both.digest, '.sig'))
  await push(shop.core, 'team/app', childSbom, tagOf(children[0]!.digest, '.sbom'))
  await push(shop.core, 'team/app', attached)
  await push(shop.core, 'team/app', ofAttached)
  await push(shop.core, 'team/app', image('neighbour'), 'neighbour')
  shop.registry.state.requests.length = 0

  expect(await copy('team/app:v1', 'other/deep/app')).toEqual({ digest: both.digest })

  const all = [...children, both, signature, childSbom, attached, ofAttached]
  const copied = await inIndex(shop.core, 'other/deep/app')
  expect(copied).toEqual({
    manifests: all.map(({ digest }) => digest).sort(),
    tags: {
      v1: both.digest,
      [tagOf(both.digest, '.sig')]: signature.digest,
      [tagOf(children[0]!.digest, '.sbom')]: childSbom.digest,
    },
    blobs: [...new Set(blobsOf(...all))].sort(),
  })
  await expectAgreement('other/deep/app')
  const { items } = await listAccessories(shop.core, SYSTEM, {
    repository: 'other/deep/app',
    reference: 'v1',
    query: everything,
  })
  expect(items.map(({ type }) => type).sort()).toEqual(['signature.cosign', 'signature.notation'])
  // Every blob was linked; none was read, none was sent.
  expect(requests('POST', /\/blobs\/uploads\//).every(({ url }) => /mount=.*from=team%2Fapp/.test(url))).toBe(
    true,
  )
  expect(requests('POST', /\/blobs\/uploads\//)).toHaveLength(copied.blobs.length)
  for (const method of ['GET', 'PATCH', 'PUT'])
    expect(
      requests(method, /\/v2\/(other|team)\/.*\/blobs\//).filter(
        // The index reads configs, as after every push.
        ({ url }) => !all.some(({ blobs }) => blobs[0] && url.endsWith(blobs[0].digest)),
      ),
    ).toEqual([])
})

test('by digest the copy has no tag', async () => {
  const pushed = image('by digest')
  await push(shop.core, 'team/digest', pushed, 'v1')
  await copy(`team/digest@${pushed.digest}`, 'other/digest')
  expect(await inIndex(shop.core, 'other/digest')).toMatchObject({ manifests: [pushed.digest], tags: {} })
  await expectAgreement('other/digest')
})

test('copying again changes nothing and asks for no blob; the tag moves when the source’s did', async () => {
  const [one, two] = [image('again 1'), image('again 2')]
  await push(shop.core, 'team/again', one, 'v1')
  await copy('team/again:v1', 'other/again')
  shop.registry.state.requests.length = 0
  await copy('team/again:v1', 'other/again')
  expect(requests('POST', /uploads/)).toEqual([])
  expect(await inIndex(shop.core, 'other/again')).toMatchObject({
    tags: { v1: one.digest },
    manifests: [one.digest],
  })
  await push(shop.core, 'team/again', two, 'v1')
  await copy('team/again:v1', 'other/again')
  expect(await inIndex(shop.core, 'other/again')).toMatchObject({
    tags: { v1: two.digest },
    manifests: [one.digest, two.digest].sort(),
  })
  await expectAgreement('other/again')
  await copy('other/again:v1', 'other/again')
  await expectAgreement('other/again')
})

test('a copy that was cut off is completed by the next', async () => {
  const children = [image('cut 1'), image('cut 2')]
  const both = index(children)
  for (const child of children) await push(shop.core, 'team/cut', child)
  await push(shop.core, 'team/cut', both, 'v1')
  shop.registry.state.faults.push({
    when: ({ method, path }) => method === 'PUT' && path.includes('/other/cut/manifests/v1'),
    action: { kind: 'answer', reply: { status: 503 } },
  })
  await expect(copy('team/cut:v1', 'other/cut')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await copy('team/cut:v1', 'other/cut')
  expect((await inIndex(shop.core, 'other/cut')).tags).toEqual({ v1: both.digest })
  await expectAgreement('other/cut')
})

test('a signature that the target has for the same subject keeps its tag', async () => {
  const subject = image('signed twice')
  const [theirs, ours] = [image('their signature'), image('our signature')]
  const tag = tagOf(subject.digest, '.sig')
  for (const [repository, signature] of [
    ['team/signed', ours],
    ['other/signed', theirs],
  ] as const) {
    await push(shop.core, repository, subject, 'v1')
    await push(shop.core, repository, signature, tag)
  }
  await copy('team/signed:v1', 'other/signed')
  expect((await resolveReference(shop.core, 'other/signed', tag))?.digest).toBe(theirs.digest)
})

test('it takes the right to pull there and to push here; private and missing look alike', async () => {
  const { core } = shop
  for (const repository of ['secret/app', 'open/app']) await push(core, repository, image(repository), 'v1')
  shop.registry.state.requests.length = 0
  const roles = {
    guest: { team: 'guest' },
    dev: { team: 'developer' },
    both: { team: 'developer', secret: 'limitedGuest' },
  } as const
  const people = Object.fromEntries(
    await Promise.all(
      Object.entries(roles).map(async ([name, role]) => [name, await addPerson(core, name, role)] as const),
    ),
  ) as Record<keyof typeof roles, Actor>
  for (const [actor, from, code] of [
    [ANONYMOUS, 'open/app:v1', 'UNAUTHORIZED'],
    [people.guest, 'open/app:v1', 'FORBIDDEN'],
    [people.dev, 'secret/app:v1', 'FORBIDDEN'],
    [people.dev, 'secret/none:v1', 'FORBIDDEN'],
    [people.dev, 'nowhere/app:v1', 'FORBIDDEN'],
    [people.dev, 'open/none:v1', 'NOT_FOUND'],
    [people.dev, 'open/app:none', 'NOT_FOUND'],
    [people.dev, 'open/app', 'BAD_REQUEST'],
  ] as const)
    await expect(copy(from, 'team/rights', actor)).rejects.toMatchObject({ code })
  expect(requests('POST', /./)).toEqual([])
  expect(await core.db.prisma.repository.findUnique({ where: { name: 'team/rights' } })).toBeNull()
  await copy('open/app:v1', 'team/rights', people.dev)
  await copy('secret/app:v1', 'team/rights', people.both)
  await expect(copy('team/rights:v1', 'secret/app', people.both)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(copy('open/app:v1', 'nowhere/app', people.dev)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(copy('open/app:v1', 'team/UPPER', people.dev)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('what a push may not, a copy may not: read-only, an immutable tag, no room', async () => {
  const { core } = shop
  for (const name of ['closed', 'fixed', 'full']) await addProject(core, name)
  const [first, second] = [image('guarded 1'), image('guarded 2')]
  await push(core, 'team/guarded', second, 'v1')
  await push(core, 'fixed/app', first, 'v1')
  await updateProject(core, SYSTEM, { name: 'closed' }, { metadata: { read_only: 'true' } })
  await createImmutableRule(
    core,
    SYSTEM,
    { name: 'fixed' },
    {
      tagSelectors: [{ kind: 'doublestar', decoration: 'matches', pattern: 'v*' }],
      scopeSelectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
    },
  )
  const quotas = await listQuotas(core, SYSTEM, { query: everything })
  const { id } = quotas.items.find(({ projectName }) => projectName === 'full')!
  await updateQuota(core, SYSTEM, id, { storage: 10 })
  shop.registry.state.requests.length = 0
  await expect(copy('team/guarded:v1', 'closed/app')).rejects.toMatchObject({ code: 'DENIED' })
  await expect(copy('team/guarded:v1', 'fixed/app')).rejects.toMatchObject({ code: 'PRECONDITION' })
  expect(requests('POST', /./)).toEqual([])
  await expect(copy('team/guarded:v1', 'full/app')).rejects.toMatchObject({ code: 'DENIED' })
  expect(requests('PUT', /./)).toEqual([])
  expect((await inIndex(shop.core, 'fixed/app')).tags).toEqual({ v1: first.digest })
  await copy(`team/guarded@${second.digest}`, 'fixed/app')
  await copy('fixed/app:v1', 'fixed/app')
})

test('a source that goes meanwhile is named, after it was asked for again, and leaves no tag behind', async () => {
  const pushed = image('going')
  await push(shop.core, 'team/going', pushed, 'v1')
  const source = shop.registry.state.repositories.get('team/going' as never)!
  const layer = pushed.blobs[1]!
  source.blobs.delete(layer.digest)
  await expect(copy('team/going:v1', 'other/going')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  source.blobs.set(layer.digest, layer.bytes)
  const unreadable = ({ method, path }: { method: string; path: string }) =>
    method === 'GET' && path.includes('/team/going/manifests/')
  shop.registry.state.faults.push({
    when: unreadable,
    times: 3,
    action: { kind: 'answer', reply: { status: 500 } },
  })
  await expect(copy('team/going:v1', 'other/going')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  source.manifests.delete(pushed.digest)
  shop.registry.state.faults.push({
    when: unreadable,
    times: 2,
    action: { kind: 'answer', reply: { status: 500 } },
  })
  await expect(copy('team/going:v1', 'other/going')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await resolveReference(shop.core, 'other/going', 'v1')).toBeUndefined()
  expect(inRegistry(shop.registry, 'other/going').tags).toEqual({})
})

test('a registry that links no blobs is told so, before anything is written', async () => {
  await push(shop.core, 'team/linked', image('linked'), 'v1')
  shop.registry.state.faults.push({
    when: ({ method }) => method === 'POST',
    times: 10,
    action: {
      kind: 'answer',
      reply: { status: 202, headers: { location: '/v2/other/linked/blobs/uploads/1' } },
    },
  })
  await expect(copy('team/linked:v1', 'other/linked')).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  expect(inRegistry(shop.registry, 'other/linked').manifests).toEqual([])
})

test('copies in both directions, racing with deletions, end in agreement', async () => {
  const images = Array.from({ length: 4 }, (_, n) => image(`race ${n}`, { layers: ['shared', `own ${n}`] }))
  for (const [n, pushed] of images.entries()) {
    await push(shop.core, 'team/race', pushed, `v${n}`)
    await push(shop.core, 'other/race', pushed, `w${n}`)
  }
  const failures: unknown[] = []
  const work = Array.from({ length: 24 }, (_, n) => {
    const tag = `${n % 4}`
    if (n % 6 === 5) {
      const ref = { repository: n % 4 < 2 ? 'team/race' : 'other/race', reference: images[n % 4]!.digest }
      return deleteArtifact(shop.core, SYSTEM, ref)
    }
    return n % 2 ? copy(`team/race:v${tag}`, 'other/race') : copy(`other/race:w${tag}`, 'team/race')
  })
  for (const outcome of await Promise.allSettled(work))
    if (outcome.status === 'rejected' && outcome.reason.code !== 'NOT_FOUND') failures.push(outcome.reason)
  expect(failures).toEqual([])
  for (const repository of ['team/race', 'other/race']) {
    const [indexed, stored] = [await inIndex(shop.core, repository), inRegistry(shop.registry, repository)]
    expect([indexed.manifests, indexed.tags]).toEqual([stored.manifests, stored.tags])
    for (const blob of indexed.blobs) expect(stored.blobs).toContain(blob)
  }
})
