import { parseRepositoryName } from '@berth/registry-client'
import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deleteArtifact } from '../../artifacts/index.ts'
import { SYSTEM } from '../../authorization/index.ts'
import { dispatchEvents } from '../../events/index.ts'
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
