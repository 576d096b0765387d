import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { createCore } from '../../context/index.ts'
import { getReplication, startReplication } from '../executions/index.ts'
import { addPolicy, addRegistry, type Harbour, heldBy, openHarbour } from '../harbour.fixture.ts'
import { workReplicationsNow } from './pump.ts'

const PART_BYTES = 10 * 1024 * 1024

let harbour: Harbour
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
})
afterAll(() => harbour.close())

it('a worker that is killed in the middle of a layer loses a part of it at most, and no layer that was through', async () => {
  const { core } = harbour
  const port = await harbour.openPort()
  const [large, small] = [new Uint8Array(3 * PART_BYTES + 5), new Uint8Array(400_000)]
  large.forEach((_, n) => {
    large[n] = n % 251
  })
  const pushed = image('killed', { layers: [small.fill(7), large] })
  await push(core, 'team/killed', pushed, 'v1')
  const destRegistryId = await addRegistry(core, { url: port.registry.url })
  const id = await startReplication(core, SYSTEM, await addPolicy(core, { destRegistryId }))
  const { databaseUrl, secretKey, externalUrl, registryUrl, registryCredentials } = core.settings
  const settings = { databaseUrl, secretKey, externalUrl, registryUrl, registryCredentials, poolSize: 4 }
  const argv = [join(import.meta.dirname, 'worker.fixture.ts'), JSON.stringify(settings)]
  const worker = spawn(process.execPath, argv, { stdio: ['pipe', 'ignore', 'inherit'] })
  const { state } = port.registry
  const isThrough = () =>
    state.received.length >= 2 &&
    [...state.uploads.values()].some(({ sizeBytes }) => sizeBytes === 2 * PART_BYTES)
  state.faults.push({
    when: ({ method }) => method === 'PATCH' && isThrough(),
    times: 100,
    action: {
      kind: 'rewrite',
      change(reply) {
        worker.kill('SIGKILL')
        return reply
      },
    },
  })
  expect(await once(worker, 'exit')).toEqual([null, 'SIGKILL'])
  expect(heldBy(port.registry, 'team/killed').tags).toEqual({})
  state.faults.length = 0
  state.requests.length = 0

  // Another worker, once the killed one's leases have run out.
  const next = createCore({ ...core.settings, now: () => Date.now() + 60_000 })
  await workReplicationsNow(next)
  await next.close()
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({ status: 'Success', tasks: { Success: 1 } })
  const parts = state.requests
    .filter(({ method }) => method === 'PATCH')
    .map(({ headers }) => Number(String(headers['content-range']).split('-')[0]))
  expect(parts[0]).toBeGreaterThanOrEqual(2 * PART_BYTES)
  expect(heldBy(port.registry, 'team/killed')).toMatchObject({
    tags: { v1: pushed.digest },
    blobs: pushed.blobs.map(({ digest }) => digest).sort(),
  })
  expect(new Set(state.received).size).toBe(state.received.length)
}, 60_000)
