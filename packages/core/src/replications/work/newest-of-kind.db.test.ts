import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { dispatchEvents } from '../../events/index.ts'
import {
  type Harbour,
  heldBy,
  named,
  openHarbour,
  openPolicy,
  pushTo,
  runPolicy,
} from '../harbour.fixture.ts'
import { previewPolicy } from '../previews/index.ts'
import { replicationSubscriber } from '../subscribers.ts'
import { workReplicationsNow } from './pump.ts'

// The newest are counted after all other filters, that of the kind too.

let harbour: Harbour
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
})
afterAll(() => harbour.close())

const chart = (name: string) => image(name, { configType: 'application/vnd.cncf.helm.config.v1+json' })
const newestImages = (repository: string, count: number) => [
  ...named(repository),
  { type: 'resource', value: 'image' },
  { type: 'newest', value: count },
]

it('of charts and images as many of the newest images go as are wanted, and the preview says so', async () => {
  const repository = 'team/mixed'
  const policy = { filters: newestImages(repository, 2) }
  const { port, policyId, input } = await openPolicy(harbour, policy, { isSource: true })
  const images = ['1.0.0', '2.0.0', '3.0.0'].map((tag) => ({ tag, pushed: image(`mixed ${tag}`) }))
  const charts = ['4.0.0', '5.0.0', '6.0.0', '7.0.0'].map((tag) => ({ tag, pushed: chart(`mixed ${tag}`) }))
  for (const { tag, pushed } of [...images, ...charts]) await pushTo(port.client, repository, pushed, tag)
  const wanted = Object.fromEntries(images.slice(1).map(({ tag, pushed }) => [tag, pushed.digest]))
  const preview = await previewPolicy(harbour.core, SYSTEM, input)
  expect(preview.items.flatMap(({ tags }) => tags).sort()).toEqual(Object.keys(wanted))
  expect(await runPolicy(harbour.core, policyId)).toMatchObject({ status: 'Success', tasks: { Success: 2 } })
  expect(heldBy(harbour.shop.registry, repository).tags).toEqual(wanted)
  // They are still the newest when they are there already.
  expect(await previewPolicy(harbour.core, SYSTEM, input)).toMatchObject({ items: [], inStep: 2 })
})

it('an image that is pushed goes, whatever charts are newer, and not when enough images are', async () => {
  const repository = 'team/pushed'
  const { port } = await openPolicy(harbour, {
    trigger: { kind: 'event_based' },
    filters: newestImages(repository, 1),
  })
  const { core } = harbour
  const [older, newer] = [image('pushed older'), image('pushed newer')]
  await push(core, repository, older, '1.0.0')
  await push(core, repository, newer, '2.0.0')
  for (const tag of ['3.0.0', '4.0.0']) await push(core, repository, chart(`pushed ${tag}`), tag)
  await dispatchEvents(core, [replicationSubscriber])
  await workReplicationsNow(core)
  expect(heldBy(port.registry, repository).tags).toEqual({ '2.0.0': newer.digest })
})
