import { addProject, image, index, openShop, type Pushable, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { copyArtifact, type Harbour, heldBy, openHarbour, type Port, pushTo } from '../harbour.fixture.ts'

let harbour: Harbour
let source: Port

beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  source = await harbour.openPort({ referrers: false })
})
afterAll(() => harbour.close())

const signatureTag = ({ digest }: Pushable) => `${digest.replace(':', '-')}.sig`
const digestsOf = (...all: Pushable[]) => all.map(({ digest }) => digest).sort()

test('what is attached may lead back to where it is attached: it arrives, and nothing waits for ever', async () => {
  const target = await harbour.openPort()
  const { client } = source
  const own = image('signs itself')
  await pushTo(client, 'team/own', own, 'v1', signatureTag(own))
  const [one, other] = [image('one'), image('other')]
  await pushTo(client, 'team/two', one, 'v1', signatureTag(other))
  await pushTo(client, 'team/two', other, signatureTag(one))
  const listed = image('listed')
  const listing = index([listed, image('beside')])
  await pushTo(client, 'team/list', listed, 'v1')
  await pushTo(client, 'team/list', image('beside'))
  await pushTo(client, 'team/list', listing, signatureTag(listed))
  for (const [repository, root, all] of [
    ['team/own', own, [own]],
    ['team/two', one, [one, other]],
    ['team/list', listed, [listed, listing, image('beside')]],
  ] as const) {
    const artifact = { source: repository, target: repository, digest: root.digest, tags: ['v1'] }
    expect(await copyArtifact(harbour.core, source.site, target.site, artifact)).toMatchObject({
      outcome: 'copied',
    })
    const held = heldBy(target.registry, repository)
    expect(held.manifests).toEqual(digestsOf(...all))
    expect(held.tags.v1).toBe(root.digest)
  }
})

/** Copies an artifact with something in a list of its own to a target that keeps whoever writes this list waiting, once. */
async function startListing(repository: string, until: Promise<void>) {
  const target = await harbour.openPort({ referrers: false })
  const subject = image(`subject in ${repository}`)
  const sbom = image(`sbom in ${repository}`, { subject })
  const listTag = subject.digest.replace(':', '-')
  await pushTo(source.client, repository, subject, 'v1')
  await pushTo(source.client, repository, sbom)
  await pushTo(source.client, repository, index([sbom]), listTag)
  const isList = ({ method, path }: { method: string; path: string }) =>
    method === 'PUT' && path.endsWith(`/manifests/${listTag}`)
  const { faults, requests } = target.registry.state
  faults.push({ when: isList, times: 1, action: { kind: 'hold', until } })
  const artifact = { source: repository, target: repository, digest: subject.digest, tags: ['v1'] }
  const copied = copyArtifact(harbour.core, source.site, target.site, artifact)
  const listing = () =>
    vi.waitFor(
      () => expect(requests.some(({ method, url }) => isList({ method, path: url }))).toBe(true),
      10_000,
    )
  return { target, listTag, copied, listing }
}

test('whoever writes the list of what is attached holds no lock of the database while the registry takes its time', async () => {
  const { promise: free, resolve: letGo } = Promise.withResolvers<void>()
  const { target, listTag, copied, listing } = await startListing('team/slowly', free)
  try {
    await listing()
    const locks = harbour.core.db.usage().pools.find(({ name }) => name === 'locks')
    expect(locks).toMatchObject({ active: 0, waiting: 0 })
  } finally {
    letGo()
  }
  expect(await copied).toMatchObject({ outcome: 'copied' })
  expect(heldBy(target.registry, 'team/slowly').tags).toHaveProperty(listTag)
})

test('who has lost the place of a list to another one lists what it has as soon as that one is through', async () => {
  const never = new Promise<void>(() => {})
  const { target, listTag, copied, listing } = await startListing('team/lost', never)
  await listing()
  // Another worker took it, after the database had been away for long, and has ended since.
  await harbour.core.db.prisma.replicationUpload.updateMany({
    where: { destRegistryId: target.site.key, finished: false },
    data: { holder: 'another worker', leaseUntil: new Date(harbour.core.now()) },
  })
  expect(await copied).toMatchObject({ outcome: 'copied', warnings: [] })
  expect(heldBy(target.registry, 'team/lost').tags).toHaveProperty(listTag)
})

test('a tag that has the name of a list and is none stays where it is, and the task says so', async () => {
  const target = await harbour.openPort({ referrers: false })
  const subject = image('its list is taken')
  const sbom = image('its unlisted sbom', { subject })
  const listTag = subject.digest.replace(':', '-')
  await pushTo(source.client, 'team/taken', subject, 'v1')
  await pushTo(source.client, 'team/taken', sbom)
  await pushTo(source.client, 'team/taken', index([sbom]), listTag)
  const theirs = image('theirs under the name of a list')
  await pushTo(target.client, 'team/taken', theirs, listTag)
  const artifact = { source: 'team/taken', target: 'team/taken', digest: subject.digest, tags: ['v1'] }
  const copied = await copyArtifact(harbour.core, source.site, target.site, artifact)
  expect(copied).toMatchObject({ outcome: 'copied', warnings: [expect.stringContaining(listTag)] })
  const { tags, manifests } = heldBy(target.registry, 'team/taken')
  expect(tags).toEqual({ v1: subject.digest, [listTag]: theirs.digest })
  expect(manifests).toContain(sbom.digest)
})

test('wherever a copy is ended, the next one brings what is missing, also what is attached to parts', async () => {
  const { client } = source
  const child = image('child')
  const both = index([child, image('another child')])
  const sbom = image('sbom')
  await pushTo(client, 'team/signed', child)
  await pushTo(client, 'team/signed', image('another child'))
  await pushTo(client, 'team/signed', both, 'v1')
  await pushTo(client, 'team/signed', image('signature of child'), signatureTag(child))
  await pushTo(client, 'team/signed', sbom, `${both.digest.replace(':', '-')}.sbom`)
  await pushTo(client, 'team/signed', image('signature of sbom'), signatureTag(sbom))
  const artifact = { source: 'team/signed', target: 'team/signed', digest: both.digest, tags: ['v1'] }
  const whole = heldBy(source.registry, 'team/signed')
  for (let puts = 0, ended = true; ended; puts++) {
    const target = await harbour.openPort()
    let seen = 0
    target.registry.state.faults.push({
      when: ({ method, path }) => method === 'PUT' && path.includes('/manifests/') && seen++ === puts,
      times: 1,
      action: { kind: 'answer', reply: { status: 403, headers: {}, body: undefined } },
    })
    ended = await copyArtifact(harbour.core, source.site, target.site, artifact).then(
      () => false,
      () => true,
    )
    await copyArtifact(harbour.core, source.site, target.site, artifact)
    expect(heldBy(target.registry, 'team/signed')).toEqual(whole)
    if (!ended) expect(puts).toBeGreaterThan(6)
  }
})
