import { createHash } from 'node:crypto'
import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { type Core, createCore } from '../../context/index.ts'
import { getReplication, startReplication, stopReplication } from '../executions/index.ts'
import {
  addPolicy,
  addRegistry,
  type Harbour,
  heldBy,
  hold,
  named,
  openHarbour,
  openPolicy,
  type Port,
  pushTo,
} from '../harbour.fixture.ts'
import { claimTransfers } from './claims.ts'
import { workReplications, workReplicationsNow } from './pump.ts'

// What a registry may be asked for at once holds over all workers, not for each.
let harbour: Harbour
let nodes: [Core, Core]
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  nodes = [harbour.core, createCore(harbour.core.settings)]
})
afterAll(async () => {
  await nodes[1].close()
  await harbour.close()
})

/** A run of a policy that pushes so many images, planned by nobody yet. */
async function start(
  name: string,
  limits: { maxTransfers?: number; bandwidthKbps?: number },
  layers: Uint8Array[],
): Promise<{ port: Port; id: number }> {
  const { core } = harbour
  for (const [n, layer] of layers.entries())
    await push(core, `team/${name}-${n}`, image(`${name} ${n}`, { layers: [layer] }), 'v1')
  const port = await harbour.openPort()
  const destRegistryId = await addRegistry(core, { name, url: port.registry.url, ...limits })
  const policyId = await addPolicy(core, { name, destRegistryId, filters: named(`team/${name}-*`) })
  return { port, id: await startReplication(core, SYSTEM, policyId) }
}

/** Until nobody has anything to do: who finds nothing looks again. */
const bothWork = (id: number) =>
  Promise.all(
    nodes.map((node) =>
      vi.waitFor(
        async () => {
          await workReplicationsNow(node)
          expect((await getReplication(node, SYSTEM, id)).status).toBe('Success')
        },
        { timeout: 30_000 },
      ),
    ),
  )

it('two workers together have no more under way at a registry than it may have', async () => {
  const layers = Array.from({ length: 6 }, (_, n) => Uint8Array.of(n))
  const { port, id } = await start('places', { maxTransfers: 2 }, layers)
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  port.registry.state.faults.push({
    when: ({ method, path }) => method === 'PUT' && path.includes('/manifests/'),
    times: 2,
    action: { kind: 'hold', until: released },
  })
  const atWork = bothWork(id)
  try {
    await vi.waitFor(() => expect(port.registry.state.faults).toEqual([]))
    for (const node of nodes)
      expect(await claimTransfers(node, new Map(), 24)).toEqual({ waiting: true, claimed: [] })
    expect((await getReplication(nodes[0], SYSTEM, id)).tasks).toMatchObject({ Running: 2, Success: 0 })
  } finally {
    release()
  }
  await atWork
  expect(await getReplication(nodes[0], SYSTEM, id)).toMatchObject({
    status: 'Success',
    tasks: { Success: 6 },
  })
})

it('two workers together send no faster than a registry may be sent to', async () => {
  const layers = Array.from({ length: 4 }, (_, n) => new Uint8Array(200_000).fill(n + 1))
  // 200,000 bytes a second, and a second's worth at once: the rest takes three more.
  const { port, id } = await start('speed', { bandwidthKbps: 1_600 }, layers)
  const beganAt = performance.now()
  await bothWork(id)
  expect(await getReplication(nodes[0], SYSTEM, id)).toMatchObject({ status: 'Success' })
  expect(performance.now() - beganAt).toBeGreaterThan(2_500)
  for (const n of layers.keys()) expect(heldBy(port.registry, `team/speed-${n}`).tags).toHaveProperty('v1')
})

it('what turns out to be big on its way waits for a place of big ones, and counts as one', async () => {
  const { core } = harbour
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  onTestFinished(() => release())
  const { port, registryId, policyId } = await openPolicy(
    harbour,
    { destNamespace: 'team/big', replaceCount: 1 },
    { isSource: true },
  )
  await core.db.prisma.registry.update({ where: { id: registryId }, data: { maxTransfers: 2 } })
  for (const name of ['other/a', 'other/b']) {
    const one = image(name)
    await pushTo(port.client, name, one, 'v1')
    const manifest = JSON.parse(Buffer.from(one.bytes).toString())
    manifest.layers[0] = { ...manifest.layers[0], digest: `sha256:${'b'.repeat(64)}`, size: 100 * 1024 ** 2 }
    const bytes = Buffer.from(JSON.stringify(manifest))
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as typeof one.digest
    const held = port.registry.state.repositories.get(name as never)!
    held.manifests.set(digest, { mediaType: one.mediaType, bytes })
    held.tags.set('v1' as never, digest)
  }
  hold(port, ({ path }) => path.includes('/blobs/'), released)
  const id = await startReplication(core, SYSTEM, policyId)
  const states = async () => {
    await workReplications(core)
    const rows = await core.db.prisma.replicationTransfer.findMany({
      where: { executionId: id, kind: 'copy' },
      include: { task: { select: { status: true, log: true } } },
      orderBy: { taskId: 'asc' },
    })
    return rows.map(({ isBig, task }) => [isBig, task.status, /it is big/.test(task.log)]).sort()
  }
  const expected = [
    [true, 'Pending', true],
    [true, 'Running', false],
  ]
  await vi.waitFor(async () => expect(await states()).toEqual(expected))
  await stopReplication(core, SYSTEM, id)
  await workReplicationsNow(core)
  expect((await getReplication(core, SYSTEM, id)).status).toBe('Stopped')
})
