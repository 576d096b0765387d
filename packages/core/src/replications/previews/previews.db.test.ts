import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import {
  type Harbour,
  hold,
  named,
  openHarbour,
  openPolicy,
  pushTo,
  refuse,
  runPolicy,
} from '../harbour.fixture.ts'
import { previewPolicy } from './index.ts'

let harbour: Harbour
let core: Core
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
const { promise: released, resolve: release } = Promise.withResolvers<void>()
afterAll(() => {
  release()
  return harbour.close()
})

it('a preview says what a run then does, and writes nothing', async () => {
  const { port, input, policyId } = await openPolicy(harbour, { filters: named('team/preview-*') })
  const [one, two, three] = [image('preview 1'), image('preview 2'), image('preview 3')]
  await push(core, 'team/preview-a', one, 'v1')
  await push(core, 'team/preview-a', one, 'latest')
  await push(core, 'team/preview-b', two, 'v2')
  await pushTo(port.client, 'team/preview-a', three, 'latest')
  await pushTo(port.client, 'team/preview-b', two, 'v2')
  const rows = await core.db.prisma.execution.count()
  port.registry.state.requests.length = 0
  const preview = await previewPolicy(core, SYSTEM, { ...input, name: undefined })
  const item = { source: 'team/preview-a', destination: 'team/preview-a', digest: one.digest }
  expect(preview).toMatchObject({
    items: [
      { ...item, action: 'copy', tags: ['v1'], direction: 'push' },
      { ...item, action: 'replace', tags: ['latest'] },
    ],
    ...{ total: 2, inStep: 1, repositories: 2, complete: true, bytesKnown: true, problems: [] },
  })
  expect(preview.bytes).toBeGreaterThan(0)
  expect(await core.db.prisma.execution.count()).toBe(rows)
  expect(port.registry.state.requests.filter(({ method }) => !/GET|HEAD/.test(method))).toEqual([])
  const kept = await previewPolicy(core, SYSTEM, { ...input, override: false })
  expect(kept.items.map(({ action }) => action)).toEqual(['copy', 'skip'])
  expect((await runPolicy(core, policyId)).tasks.Success).toBe(1)
  expect(await previewPolicy(core, SYSTEM, input)).toMatchObject({ items: [], inStep: 3, bytes: 0 })
  // From a registry whose lists tell no sizes.
  const back = await openPolicy(harbour, { destNamespace: 'team/back', replaceCount: 1 }, { isSource: true })
  await pushTo(back.port.client, 'other/app', two, 'v2')
  expect(await previewPolicy(core, SYSTEM, back.input)).toMatchObject({
    items: [{ action: 'copy', direction: 'pull', destination: 'team/back/app' }],
    bytes: two.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0),
    bytesKnown: true,
  })
})

it('a registry that never answers ends a preview in its time, or with its caller; two are enough at once', async () => {
  const { port, input } = await openPolicy(harbour, { filters: named('team/preview-*') })
  const ask = (options: Parameters<typeof previewPolicy>[3]) => previewPolicy(core, SYSTEM, input, options)
  hold(port, () => true, released)
  const caller = new AbortController()
  const leaving = ask({ signal: caller.signal })
  const slow = ask({ budgetMs: 1_500 })
  await vi.waitFor(() => expect(port.registry.state.requests.length).toBeGreaterThan(1))
  await expect(ask({})).rejects.toMatchObject({ code: 'TOO_MANY_REQUEST' })
  caller.abort()
  await expect(leaving).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  expect(await slow).toMatchObject({ items: [], complete: false, bytesKnown: false })
})

it('a registry that refuses the whole comparison is a problem of the preview, not a lack of time', async () => {
  const { port, input } = await openPolicy(harbour, { destNamespace: 'team/back' }, { isSource: true })
  refuse(port, () => true)
  expect(await previewPolicy(core, SYSTEM, input)).toMatchObject({
    ...{ items: [], repositories: 0, complete: true, bytesKnown: false },
    problems: [{ repository: undefined, reason: 'denied', sentence: expect.stringMatching(/403/) }],
  })
})
