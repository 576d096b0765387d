import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { createCore } from '../../context/index.ts'
import { getReplication, retryReplication, startReplication } from '../executions/index.ts'
import {
  addPolicy,
  addRegistry,
  type Harbour,
  heldBy,
  named,
  openHarbour,
  type Port,
} from '../harbour.fixture.ts'
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

const HOUR_MS = 3_600_000

/** A run whose manifest is answered so at each attempt, so many hours apart from the next, and goes well at the last. */
async function run(name: string, answers: Reply[], hours = 1) {
  const { core } = harbour
  const port = await harbour.openPort()
  const pushed = image(name)
  await push(core, `team/${name}`, pushed, 'v1')
  const destRegistryId = await addRegistry(core, { name, url: port.registry.url })
  const policyId = await addPolicy(core, { name, destRegistryId, filters: named(`team/${name}`) })
  const id = await startReplication(core, SYSTEM, policyId)
  const work = (more: Reply[], stepHours: number, fromHours = 0) =>
    attempts(port, id, more, { stepHours, fromHours })
  const ended = await work(answers, hours)
  return { ...ended, id, work, arrived: heldBy(port.registry, `team/${name}`).tags.v1 === pushed.digest }
}

async function attempts(
  { registry }: Port,
  id: number,
  answers: Reply[],
  { stepHours, fromHours }: Record<'stepHours' | 'fromHours', number>,
) {
  const { core } = harbour
  for (const [attempt, reply] of [...answers, undefined].entries()) {
    registry.state.faults = reply
      ? [
          {
            when: ({ method, path }) => method === 'PUT' && path.includes('/manifests/'),
            times: 100,
            action: { kind: 'answer', reply },
          },
        ]
      : []
    // Others have gone through there meanwhile: else all of the run would be given up after an hour.
    await core.db.prisma.registry.updateMany({ data: { failingSince: null } })
    const node = nodeAt(fromHours + attempt * stepHours)
    await workReplicationsNow(node)
    await node.close()
  }
  return getReplication(core, SYSTEM, id)
}

const nodeAt = (hours: number) =>
  createCore({ ...harbour.core.settings, now: () => Date.now() + hours * HOUR_MS })

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

it('a registry that asks for patience is no failure of what a run brings there, for an hour', async () => {
  const limited = (times: number) => Array.from({ length: times }, () => answered(429))
  // All within the hour, and farther apart than the longest pause.
  const hours = 0.17
  expect(await run('patient', limited(6), hours)).toMatchObject({ status: 'Success', arrived: true })
  // One within the hour, and of the five that count one less, or all.
  expect(await run('nearly', limited(1 + 4))).toMatchObject({ status: 'Success', arrived: true })
  const { id, work, ...impatient } = await run('impatient', limited(1 + 5))
  expect(impatient).toMatchObject({ status: 'Error', arrived: false })

  // Whoever has it done again has the patience for it anew.
  const node = nodeAt(10)
  await retryReplication(node, SYSTEM, id)
  await node.close()
  expect(await work(limited(6), hours, 10)).toMatchObject({ status: 'Success' })
})
