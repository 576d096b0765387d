import { parseRepositoryName } from '@berth/registry-client'
import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deleteArtifact } from '../../artifacts/index.ts'
import { SYSTEM } from '../../authorization/index.ts'
import { dispatchEvents } from '../../events/index.ts'
import { everything } from '../../list-query/index.ts'
import { listReplications, retryReplication } from '../executions/index.ts'
import { type Harbour, heldBy, named, openHarbour, openPolicy, pushTo, refuse } from '../harbour.fixture.ts'
import { replicationSubscriber } from '../subscribers.ts'
import { workReplicationsNow } from '../work/index.ts'

let harbour: Harbour
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
})
afterAll(() => harbour.close())

const followed = (repository: string, type?: 'google-gcr') =>
  openPolicy(
    harbour,
    { filters: named(repository), deletion: true, trigger: { kind: 'event_based' } },
    { type },
  )
const follow = async () => {
  await dispatchEvents(harbour.core, [replicationSubscriber])
  await workReplicationsNow(harbour.core)
}

it('what is attached to something that is deleted goes along, but not what has a tag of its own', async () => {
  const { core } = harbour
  const repository = 'team/attached'
  const { port } = await followed(repository)
  const subject = image('deleted with what is attached')
  const [sbom, signature] = [image('sbom with a tag', { subject }), image('signature', { subject })]
  const byTag = `${subject.digest.replace(':', '-')}.sig`
  await push(core, repository, subject, 'v1')
  await push(core, repository, signature, byTag)
  await push(core, repository, sbom)
  await follow()
  await pushTo(port.client, repository, sbom, 'sbom-of-v1')
  await deleteArtifact(core, SYSTEM, { repository, reference: subject.digest })
  await follow()
  const { tags, manifests } = heldBy(port.registry, repository)
  expect(tags).toEqual({ 'sbom-of-v1': sbom.digest })
  expect(manifests).toEqual([sbom.digest])
})

it('a registry that lets no manifest go that has tags loses the tags first', async () => {
  const { core } = harbour
  const repository = 'team/dangling'
  const { port } = await followed(repository, 'google-gcr')
  const one = image('with two tags')
  for (const tag of ['v1', 'v2']) await push(core, repository, one, tag)
  await push(core, repository, image('its signature'), `${one.digest.replace(':', '-')}.sig`)
  await follow()
  expect(Object.keys(heldBy(port.registry, repository).tags)).toHaveLength(3)
  // As Google's registries do: GOOGLE_MANIFEST_DANGLING_TAG.
  const { tags } = port.registry.state.repositories.get(parseRepositoryName(repository))!
  refuse(
    port,
    ({ method, path }) => method === 'DELETE' && [...tags.values()].some((digest) => path.endsWith(digest)),
    400,
  )
  await deleteArtifact(core, SYSTEM, { repository, reference: one.digest })
  await follow()
  expect(heldBy(port.registry, repository)).toMatchObject({ tags: {}, manifests: [] })
})

it.each([
  ['a registry that lets no manifest go that has tags', 'google-gcr'],
  ['a plain registry', undefined],
] as const)('what an attempt left half deleted at %s the next one finishes', async (_name, type) => {
  const { core } = harbour
  const repository = `team/half-${type ?? 'plain'}`
  const { port, policyId } = await followed(repository, type)
  const subject = image(`half deleted ${type}`)
  const signature = image(`signature of what is half deleted ${type}`)
  await push(core, repository, subject, 'v1')
  await push(core, repository, signature, `${subject.digest.replace(':', '-')}.sig`)
  await follow()
  expect(heldBy(port.registry, repository).manifests).toHaveLength(2)
  // Without its tag nobody looks for it any more.
  const last = type ? subject : signature
  port.registry.state.faults.push({
    when: ({ method, path }) => method === 'DELETE' && path.endsWith(last.digest),
    times: 1,
    action: { kind: 'answer', reply: { status: 403, headers: {}, body: '' } },
  })
  await deleteArtifact(core, SYSTEM, { repository, reference: subject.digest })
  await follow()
  expect(heldBy(port.registry, repository).manifests).toContain(last.digest)
  expect(heldBy(port.registry, repository).tags).not.toHaveProperty('v1')
  const [failed] = (await listReplications(core, SYSTEM, { policyId }, everything)).items.filter(
    ({ status }) => status === 'Error',
  )
  await retryReplication(core, SYSTEM, failed!.id)
  await workReplicationsNow(core)
  expect(heldBy(port.registry, repository)).toMatchObject({ tags: {}, manifests: [] })
})
