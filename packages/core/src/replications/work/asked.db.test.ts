import type { Digest } from '@berth/registry-client'
import { addProject, image, openShop, type Pushable, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { getReplication, startReplication } from '../executions/index.ts'
import { type Harbour, heldBy, openHarbour, type Port, pushTo } from '../harbour.fixture.ts'
import { previewPolicy } from '../previews/index.ts'
import { createPolicy } from '../service.ts'
import { workReplicationsNow } from './pump.ts'

// A plain source tells what is attached to an image only where it is asked for that image.
const DAY_MS = 24 * 60 * 60_000
let harbour: Harbour
let core: Core
let count = 0
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
afterAll(() => harbour.close())

async function policyFor({ registry }: Port, repository: string) {
  const [at, n] = [new Date(), ++count]
  const data = { name: `plain-${n}`, url: registry.url, type: 'docker-registry' }
  const { id } = await core.db.prisma.registry.create({ data: { ...data, createdAt: at, updatedAt: at } })
  const input = {
    ...{ name: `asked-${n}`, enabled: true, override: true, srcRegistryId: id },
    filters: [{ type: 'name', value: repository }],
  }
  return { input, policyId: await createPolicy(core, SYSTEM, input) }
}

/** A policy that pulls some images of one repository, after its first run. */
async function open(images: Pushable[]) {
  const port = await harbour.openPort()
  const repository = `team/asked-${++count}`
  for (const [n, one] of images.entries()) await pushTo(port.client, repository, one, `v${n}`)
  const policy = { port, repository, ...(await policyFor(port, repository)) }
  expect(await run(policy)).toMatchObject({ status: 'Success', copied: images.length })
  return policy
}
type Opened = { port: Port; repository: string; policyId: number; input: object }

async function run({ port, policyId }: Opened) {
  port.registry.state.requests.length = 0
  const id = await startReplication(core, SYSTEM, policyId)
  await workReplicationsNow(core)
  const { status, statusMessage, tasks } = await getReplication(core, SYSTEM, id)
  return { status, statusMessage, copied: tasks.Success }
}
const askedOf = ({ port }: Opened) => {
  const count = (kind: RegExp) =>
    port.registry.state.requests.filter(({ url, method }) => kind.test(`${method} ${url}`)).length
  return { lists: count(/tags\/list/), heads: count(/HEAD/), referrers: count(/referrers/), all: count(/./) }
}
const heldHere = async (repository: string): Promise<Set<string>> => {
  const rows = await core.db.prisma.artifact.findMany({ where: { repository: { name: repository } } })
  return new Set(rows.map(({ digest }) => digest))
}
const numbered = (name: string, length: number) => Array.from({ length }, (_, n) => image(`${name} ${n}`))
const isHere = async ({ repository }: Opened, { digest }: Pushable) =>
  (await heldHere(repository)).has(digest)

it('of few images the next run brings what is attached, and a preview says so before', async () => {
  const images = numbered('few', 3)
  const policy = await open(images)
  const signature = image('few signature', { subject: images[1]! })
  await pushTo(policy.port.client, policy.repository, signature)
  const { items } = await previewPolicy(core, SYSTEM, { ...policy.input, id: policy.policyId })
  expect(items.map(({ digest }) => digest)).toEqual([images[1]!.digest])
  expect(await run(policy)).toMatchObject({ status: 'Success', copied: 1 })
  expect(await isHere(policy, signature)).toBe(true)
  expect(await run(policy)).toEqual({ status: 'Success', statusMessage: '3 tags are in step', copied: 0 })
  expect(askedOf(policy)).toEqual({ lists: 1, heads: 3, referrers: 3, all: 7 })
})

it('a registry that has no such API is asked for one image only', async () => {
  // Both sides have it already, so nobody has asked yet.
  const [port, repository] = [await harbour.openPort({ referrers: false }), 'team/asked-old']
  for (const [n, one] of numbered('old', 3).entries()) {
    await push(core, repository, one, `v${n}`)
    await pushTo(port.client, repository, one, `v${n}`)
  }
  const policy = { port, repository, ...(await policyFor(port, repository)) }
  for (const referrers of [0, 1, 0]) {
    expect(await run(policy)).toMatchObject({ status: 'Success', copied: 0 })
    expect(askedOf(policy)).toMatchObject({ lists: 1, heads: 3, referrers })
  }
})

it('of many images a run costs a list and a HEAD for each tag; once a day it asks a seventh besides, within seven days all', async () => {
  const images = numbered('many', 8)
  const policy = await open(images)
  const { port, repository, policyId } = policy
  const signatures = images.map((subject, n) => image(`many signature ${n}`, { subject }))
  const where = { id: policyId }
  const { askedAt } = await core.db.prisma.replicationPolicy.findUniqueOrThrow({ where })
  /** As if it compared many images, so many days after the last ones were asked. */
  const later = async (days: number) => {
    const at = new Date(askedAt!.getTime() - days * DAY_MS)
    await core.db.prisma.replicationPolicy.update({ where, data: { imagesCompared: 501, askedAt: at } })
    return run(policy)
  }
  // What came on the day before is asked on the next one: here all of them.
  await later(1)
  expect(askedOf(policy)).toEqual({ lists: 1, heads: 8, referrers: 8, all: 17 })
  await core.db.prisma.tag.updateMany({
    where: { repository: { name: repository } },
    data: { pushedAt: new Date(askedAt!.getTime() - 30 * DAY_MS) },
  })
  for (const one of signatures) await pushTo(port.client, repository, one)
  await later(0)
  expect(askedOf(policy)).toEqual({ lists: 1, heads: 8, referrers: 0, all: 9 })

  let asked = 0
  for (let day = 1; day <= 7; day++) {
    await later(1)
    const { lists, heads } = askedOf(policy)
    expect(lists).toBe(1)
    expect(heads).toBeGreaterThanOrEqual(8)
    asked += new Set(subjectsAsked(port)).size
  }
  expect(asked).toBe(8)
  const here = await heldHere(repository)
  expect(signatures.filter(({ digest }) => !here.has(digest))).toEqual([])
  expect(heldBy(port.registry, repository).manifests.length).toBe(16)

  const late = image('many, late', { subject: images[0]! })
  await pushTo(port.client, repository, late)
  await later(7)
  expect(await isHere(policy, late)).toBe(true)
})

/** Images that a comparison asked about; a copy asks also about what it brings. */
const subjectsAsked = ({ registry }: Port): Digest[] =>
  registry.state.requests.flatMap(({ url }) => {
    const digest = /\/referrers\/(.+)$/.exec(url)?.[1] as Digest | undefined
    const isTagged = [...registry.state.repositories.values()].some(({ tags }) =>
      [...tags.values()].includes(digest!),
    )
    return digest && isTagged ? [digest] : []
  })
