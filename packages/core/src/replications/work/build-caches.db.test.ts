import { addProject, buildCache, image, openShop, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import {
  type Harbour,
  heldBy,
  named,
  openHarbour,
  openPolicy,
  pushTo,
  runPolicy,
  sumsAreExact,
  tasksOf,
} from '../harbour.fixture.ts'
import { previewPolicy } from '../previews/index.ts'

// Build caches are indexes whose lines are blobs.
let harbour: Harbour
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
})
afterAll(() => harbour.close())

const pull = (repository: string, resource?: string) =>
  openPolicy(
    harbour,
    {
      filters: [
        ...named(repository),
        ...(resource === undefined ? [] : [{ type: 'resource', value: resource }]),
      ],
    },
    { isSource: true },
  )

it.each(['artifact', 'image'])('of the kind %s a run brings those that are, layers and all', async (kind) => {
  const { core, shop } = harbour
  const repository = `team/${kind}`
  const { port, policyId, input } = await pull(repository, kind)
  const [cache, app] = [buildCache(`cache ${kind}`, ['base', kind]), image(`app ${kind}`)]
  await pushTo(port.client, repository, cache, 'cache')
  await pushTo(port.client, repository, app, 'app')
  const [tag, wanted] = kind === 'artifact' ? ['cache', cache] : ['app', app]
  const bytes = wanted.blobs.reduce((sum, blob) => sum + blob.bytes.byteLength, 0)
  expect(await previewPolicy(core, SYSTEM, input)).toMatchObject({ items: [{ sizeBytes: bytes }] })
  const run = await runPolicy(core, policyId)
  expect(run).toMatchObject({ status: 'Success', tasks: { Success: 1 }, progress: { doneBytes: bytes } })
  await sumsAreExact(core, run.id)
  expect(heldBy(shop.registry, repository)).toEqual({
    manifests: [wanted.digest],
    tags: { [tag]: wanted.digest },
    blobs: wanted.blobs.map(({ digest }) => digest).sort(),
  })
})

it('one that its source has lost a layer of fails with one sentence, once, and stands nowhere', async () => {
  const { core, shop } = harbour
  const { port, policyId } = await pull('team/torn')
  const cache = buildCache('torn', ['there', 'lost'])
  await pushTo(port.client, 'team/torn', cache, 'v1')
  const lost = cache.blobs[1]!.digest
  port.registry.state.repositories.get('team/torn' as never)!.blobs.delete(lost)
  const run = await runPolicy(core, policyId)
  expect(run).toMatchObject({ status: 'Error', tasks: { Error: 1 } })
  expect(await tasksOf(core, run.id)).toMatchObject([
    {
      status: 'Error',
      statusMessage: expect.stringMatching(/BLOB_UNKNOWN/),
      transfer: { reason: 'not_found', attempts: 1 },
    },
  ])
  expect(heldBy(shop.registry, 'team/torn')).toMatchObject({ manifests: [], tags: {} })
  expect(await core.db.prisma.artifact.count({ where: { repository: { name: 'team/torn' } } })).toBe(0)
})
