import { parseRepositoryName } from '@berth/registry-client'
import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { copyArtifact, type Harbour, openHarbour, type Port, pushTo } from '../harbour.fixture.ts'
import { planRepository } from './plan-repository.ts'

let harbour: Harbour
let port: Port
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  port = await harbour.openPort({ maxPageSize: 10 })
})
beforeEach(() => {
  port.registry.state.requests.length = 0
})
afterAll(() => harbour.close())

const source = parseRepositoryName('team/app')
const target = parseRepositoryName('mirror/app')
const asked = (kind: RegExp) => port.registry.state.requests.filter(({ url }) => kind.test(url)).length

test('in step costs one list and one HEAD for each tag; what is missing, moved or newly signed is to be copied', async () => {
  const { core, here } = harbour
  const images = Array.from({ length: 12 }, (_, n) => image(`planned ${n}`))
  for (const [n, one] of images.entries()) await push(core, source, one, `v${n}`)
  await push(core, source, images[3]!, 'latest')
  const planning = { from: here, to: port.site, source, target }
  const empty = await planRepository(planning)
  expect(empty.inStep).toBe(0)
  expect(empty.copies).toHaveLength(12)
  expect(empty.copies.find(({ digest }) => digest === images[3]!.digest)?.tags).toEqual(['latest', 'v3'])
  // A repository that is not there costs nothing more.
  expect(port.registry.state.requests).toHaveLength(1)

  for (const copy of empty.copies) await copyArtifact(core, here, port.site, { source, target, ...copy })
  port.registry.state.requests.length = 0
  expect(await planRepository(planning)).toEqual({ copies: [], inStep: 13 })
  expect([asked(/tags\/list/), asked(/manifests/)]).toEqual([2, 13])

  const [moved, extra] = [image('moved'), image('extra')]
  await push(core, source, moved, 'v1')
  await push(core, source, image('signature'), `${images[5]!.digest.replace(':', '-')}.sig`)
  await pushTo(port.client, target, extra, 'extra')
  const again = await planRepository(planning)
  expect(again.inStep).toBe(12)
  expect(again.copies).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ digest: moved.digest, tags: ['v1'], moved: ['v1'], same: [] }),
      expect.objectContaining({ digest: images[5]!.digest, tags: ['v5'], moved: [], same: ['v5'] }),
    ]),
  )
  for (const copy of again.copies) await copyArtifact(core, here, port.site, { source, target, ...copy })
  expect(await planRepository(planning)).toMatchObject({ copies: [], inStep: 13 })

  // The other way round: what is there comes here, of what was chosen.
  const back = await planRepository({
    from: port.site,
    to: here,
    source: target,
    target: parseRepositoryName('team/back'),
    select: (tags) => tags.filter(({ tag }) => tag.startsWith('v1')),
  })
  expect(back.copies.flatMap(({ tags }) => tags).sort()).toEqual(['v1', 'v10', 'v11'])
})
