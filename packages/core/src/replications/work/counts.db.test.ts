import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { createCore } from '../../context/index.ts'
import { getReplication, startReplication } from '../executions/index.ts'
import { type Harbour, heldBy, openHarbour } from '../harbour.fixture.ts'
import { createPolicy } from '../service.ts'
import { workReplicationsNow } from './pump.ts'

// What is counted against a transfer, and what is not.
let harbour: Harbour
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
})
afterAll(() => harbour.close())

interface Reply {
  status: number
  headers: Record<string, string>
  body: string
}
const SPOILT: Reply = {
  status: 400,
  headers: {},
  body: JSON.stringify({ errors: [{ code: 'MANIFEST_INVALID' }] }),
}
const answered = (status: number): Reply => ({ status, headers: { 'retry-after': '30' }, body: '' })

/** A run whose manifest is answered so at each attempt, hours apart from the next. */
async function run(name: string, answers: Reply[], hours = 1) {
  const { core } = harbour
  const port = await harbour.openPort()
  const pushed = image(name)
  await push(core, `team/${name}`, pushed, 'v1')
  const at = new Date()
  const data = { name, url: port.registry.url, type: 'docker-registry', createdAt: at, updatedAt: at }
  const { id: destRegistryId } = await core.db.prisma.registry.create({ data })
  const filters = [{ type: 'name', value: `team/${name}` }]
  const policy = { name, enabled: true, override: true, destRegistryId, filters }
  const id = await startReplication(core, SYSTEM, await createPolicy(core, SYSTEM, policy))
  for (const [attempt, reply] of [...answers, undefined].entries()) {
    port.registry.state.faults = reply
      ? [
          {
            when: ({ method, path }) => method === 'PUT' && path.includes('/manifests/'),
            times: 100,
            action: { kind: 'answer', reply },
          },
        ]
      : []
    const node = createCore({ ...core.settings, now: () => Date.now() + attempt * hours * 3_600_000 })
    await workReplicationsNow(node)
    await node.close()
  }
  const arrived = heldBy(port.registry, `team/${name}`).tags.v1 === pushed.digest
  return { arrived, ...(await getReplication(core, SYSTEM, id)) }
}

it('what was spoilt once goes well at the next attempt, however often the line broke before', async () => {
  const answers = [answered(503), answered(503), SPOILT]
  expect(await run('both', answers)).toMatchObject({ status: 'Success', arrived: true })
})

it('what is spoilt twice is wrong, and not for as long as lines break', async () => {
  expect(await run('spoilt', [SPOILT, answered(503), SPOILT])).toMatchObject({
    status: 'Error',
    arrived: false,
  })
  const broken = Array.from({ length: 5 }, () => answered(503))
  expect(await run('broken', broken)).toMatchObject({ status: 'Error', arrived: false })
})

it('a registry that asks for patience is no failure of what is to go there, for a day', async () => {
  const patient = Array.from({ length: 7 }, () => answered(429))
  expect(await run('patient', patient)).toMatchObject({ status: 'Success', arrived: true })
  // Four within the day and the five that count.
  const days = Array.from({ length: 4 + 5 }, () => answered(429))
  expect(await run('impatient', days, 7)).toMatchObject({ status: 'Error', arrived: false })
})
