import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addPolicy, addRegistry, type Harbour, openHarbour, type Port, pushTo } from '../harbour.fixture.ts'
import { readPolicy } from '../store.ts'
import { stillToMove } from './mirrored.ts'

let harbour: Harbour
let port: Port
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  port = await harbour.openPort()
})
afterAll(() => harbour.close())

it.each([
  ['push', 'v1 was changed on the other side since it was compared, and is left for the next run'],
  ['pull', 'v1 was changed in this Berth since it was compared, and is left for the next run'],
] as const)(
  'a %s that finds another artifact than was compared says where it is',
  async (direction, words) => {
    const { core, here } = harbour
    const [compared, newer] = [image('compared'), image('newer')]
    await push(core, 'team/app', newer, 'v1')
    await pushTo(port.client, 'team/app', newer, 'v1')
    const destRegistryId = await addRegistry(core, { url: port.registry.url })
    const policy = (await readPolicy(core, await addPolicy(core, { destRegistryId })))!
    const ends = direction === 'push' ? { from: here, to: port.site } : { from: port.site, to: here }
    const names = { source: 'team/app', target: 'team/app', digest: image('sent').digest }
    const transfer = { ...names, direction, tags: ['v1'], had: [compared.digest] }
    const { signal } = new AbortController()
    expect(
      await stillToMove({ core, policy, transfer, ends, signal } as unknown as Parameters<
        typeof stillToMove
      >[0]),
    ).toEqual({ tags: [], notes: [words] })
  },
)
