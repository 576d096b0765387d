import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { getReplication, startReplication } from '../executions/index.ts'
import {
  type Harbour,
  named,
  openHarbour,
  openPolicy,
  pushTo,
  runPolicy,
  sumsAreExact,
  tasksOf,
} from '../harbour.fixture.ts'
import { workReplicationsNow } from '../work/index.ts'

let harbour: Harbour
let core: Core
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
afterAll(() => harbour.close())

it('tells bytes and what was in step, of the whole and of each artifact, whichever way they go', async () => {
  const { port, policyId } = await openPolicy(harbour, { filters: named('team/bytes-*') })
  const images = [image('bytes a'), image('bytes b')]
  for (const [n, one] of images.entries()) await push(core, `team/bytes-${n}`, one, 'v1')
  const id = await startReplication(core, SYSTEM, policyId)
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({
    planning: true,
    progress: { totalBytes: 0, doneBytes: 0, inStep: 0 },
  })
  await workReplicationsNow(core)
  const done = await getReplication(core, SYSTEM, id)
  const tasks = await tasksOf(core, id)
  expect(tasks.map(({ transfer }) => transfer)).toMatchObject(
    images.map(({ digest }) => ({ kind: 'copy', direction: 'push', digest, tags: ['v1'], attempts: 0 })),
  )
  for (const { transfer } of tasks) {
    expect(transfer!.sizeBytes).toBeGreaterThan(0)
    expect(transfer!.doneBytes).toBe(transfer!.sizeBytes)
  }
  expect(done).toMatchObject({ planning: false, progress: { bytesPerSecond: 0, inStep: 0, sized: 2 } })
  expect(done.progress.doneBytes).toBe(done.progress.totalBytes)
  await sumsAreExact(core, id)
  expect((await runPolicy(core, policyId)).progress).toMatchObject({ totalBytes: 0, inStep: 2 })
  // What comes here has no size before its manifest was read.
  await pushTo(port.client, 'team/pulled', images[0]!, 'v1')
  const back = await openPolicy(harbour, { destNamespace: 'team', replaceCount: 1 }, { isSource: true })
  await pushTo(back.port.client, 'other/pulled', images[0]!, 'v1')
  const pulled = await runPolicy(core, back.policyId)
  expect(pulled.status).toBe('Success')
  expect(pulled.progress.doneBytes).toBe(images[0]!.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0))
  await sumsAreExact(core, pulled.id)
})
