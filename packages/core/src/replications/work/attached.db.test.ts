import { parseRepositoryName, parseTag } from '@berth/registry-client'
import type { FakeRegistryOptions } from '@berth/registry-client/fake'
import { addProject, image, index, openShop, type Pushable, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { resolveReference } from '../../artifacts/index.ts'
import type { Core } from '../../context/index.ts'
import {
  type Harbour,
  heldBy,
  named,
  openHarbour,
  openPolicy,
  type Port,
  pushTo,
  runPolicy,
} from '../harbour.fixture.ts'
import type { PolicyInput } from '../model.ts'

// What is attached to an artifact that was copied before: it comes with the next run, and the run after finds all in step.
let harbour: Harbour
let core: Core
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
afterAll(() => harbour.close())

const open = (side: 'from' | 'to', filters: PolicyInput['filters'], answers: FakeRegistryOptions = {}) =>
  openPolicy(harbour, { filters }, { isSource: side === 'from', answers })
async function run(policyId: number) {
  const { status, statusMessage, tasks } = await runPolicy(core, policyId)
  return { status, statusMessage, copied: tasks.Success }
}
const inStep = (tags: number) => ({ status: 'Success', statusMessage: `${tags} tags are in step`, copied: 0 })
const asked = ({ registry }: Port, kind: RegExp) =>
  registry.state.requests.filter(({ url, method }) => kind.test(`${method} ${url}`)).length
const isHere = async (repository: string, { digest }: Pushable) =>
  (await resolveReference(core, repository, digest)) !== undefined

it('a push brings what names its subject later, also of a part of an index and of what is attached itself', async () => {
  const repository = 'team/attached'
  const { port, policyId } = await open('to', named(repository))
  const [plain, child] = [image('attached plain'), image('attached child')]
  const parent = index([child])
  await push(core, repository, plain, 'v1')
  await push(core, repository, child)
  await push(core, repository, parent, 'v2')
  expect(await run(policyId)).toMatchObject({ status: 'Success', copied: 2 })
  expect(await run(policyId)).toEqual(inStep(2))

  const sbom = image('sbom', { subject: plain })
  const signature = image('signature of the sbom', { subject: sbom })
  const ofChild = image('signature of the child', { subject: child })
  await push(core, repository, sbom)
  await push(core, repository, signature)
  await push(core, repository, ofChild)
  expect(await run(policyId)).toMatchObject({ status: 'Success', copied: 2 })
  const { manifests } = heldBy(port.registry, repository)
  for (const { digest } of [sbom, signature, ofChild]) expect(manifests).toContain(digest)
  port.registry.state.requests.length = 0
  expect(await run(policyId)).toEqual(inStep(2))
  // One list, and a HEAD for each tag and for each of what is attached.
  expect([
    asked(port, /tags\/list/),
    asked(port, /HEAD .*manifests/),
    port.registry.state.requests.length,
  ]).toEqual([1, 5, 6])

  const late = image('signature of what was in step', { subject: sbom })
  await push(core, repository, late)
  expect(await run(policyId)).toMatchObject({ status: 'Success', copied: 1 })
  expect(heldBy(port.registry, repository).manifests).toContain(late.digest)
})

it('a pull brings what is in the list of a registry without the API, for a HEAD that is saved', async () => {
  const repository = 'team/pulled'
  const { port, policyId } = await open('from', named(repository), { referrers: false })
  const [one, two] = [image('pulled one'), image('pulled two')]
  await pushTo(port.client, repository, one, 'v1', 'latest')
  await pushTo(port.client, repository, two, 'v2')
  expect(await run(policyId)).toMatchObject({ status: 'Success', copied: 2 })
  const sbom = image('pulled sbom', { subject: one })
  await pushTo(port.client, repository, sbom)
  const list = (...named: Pushable[]) => {
    const mediaType = 'application/vnd.oci.image.index.v1+json'
    const entries = named.map((of) => ({
      mediaType: of.mediaType,
      digest: of.digest,
      size: of.bytes.length,
    }))
    const text = JSON.stringify({ schemaVersion: 2, mediaType, manifests: entries })
    const tag = parseTag(one.digest.replace(':', '-'))
    const bytes = new TextEncoder().encode(text)
    return port.client.putManifest(parseRepositoryName(repository), tag, { bytes, mediaType })
  }
  await list(sbom)
  expect(await run(policyId)).toMatchObject({ status: 'Success', copied: 1 })
  expect(await isHere(repository, sbom)).toBe(true)
  port.registry.state.requests.length = 0
  expect(await run(policyId)).toEqual(inStep(3))
  expect([asked(port, /tags\/list/), asked(port, /HEAD/), asked(port, /GET .*manifests/)]).toEqual([1, 3, 1])
  // Nobody takes out of such a list what was deleted.
  const gone = image('pulled and deleted', { subject: one })
  const listWithGone = async (...named: Pushable[]) => {
    await pushTo(port.client, repository, gone)
    await list(gone, ...named)
    await port.client.deleteManifest(parseRepositoryName(repository), gone.digest)
  }
  await listWithGone(sbom)
  expect(await run(policyId)).toEqual(inStep(3))
  const second = image('pulled sbom, second', { subject: one })
  await pushTo(port.client, repository, second)
  await listWithGone(sbom, second)
  expect(await run(policyId)).toMatchObject({ status: 'Success', copied: 1 })
  expect(await isHere(repository, second)).toBe(true)
  expect(await run(policyId)).toEqual(inStep(3))
})

it('a pull asks the referrers API as far as tags that no filter chose leave requests over', async () => {
  const repository = 'team/chosen'
  const { port, policyId } = await open('from', [...named(repository), { type: 'tag', value: 'v*' }])
  const one = image('chosen one')
  await pushTo(port.client, repository, one, 'v1')
  await pushTo(port.client, repository, image('not chosen'), 'edge', 'nightly')
  expect(await run(policyId)).toMatchObject({ status: 'Success', copied: 1 })
  const sbom = image('chosen sbom', { subject: one })
  await pushTo(port.client, repository, sbom)
  expect(await run(policyId)).toMatchObject({ status: 'Success', copied: 1 })
  expect(await isHere(repository, sbom)).toBe(true)
  port.registry.state.requests.length = 0
  expect(await run(policyId)).toEqual(inStep(1))
  expect([asked(port, /HEAD/), asked(port, /referrers/), asked(port, /./)]).toEqual([1, 1, 3])
})
