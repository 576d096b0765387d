import { addProject, image, openShop, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { type Core, createCore } from '../../context/index.ts'
import { deleteProject } from '../../projects/index.ts'
import { deleteRepository } from '../../repositories/index.ts'
import { getReplicationTaskLog } from '../executions/index.ts'
import {
  type Harbour,
  heldBy,
  named,
  openHarbour,
  openPolicy,
  pushTo,
  runPolicy,
  tasksOf,
} from '../harbour.fixture.ts'

// What a run has compared may be deleted before its turn comes: at the source, or the project it goes to.
let harbour: Harbour
let core: Core
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
afterAll(() => harbour.close())

/** A policy that pulls v1 of a repository, to which something happens as soon as the copy reads it. */
async function openChanging(name: string, change: (held: Held) => void) {
  const repository = `team/${name}`
  const { port, policyId } = await openPolicy(harbour, { filters: named(repository) }, { isSource: true })
  const [old, newer] = [image(`${name} old`), image(`${name} newer`)]
  await pushTo(port.client, repository, newer)
  await pushTo(port.client, repository, old, 'v1')
  const held = port.registry.state.repositories.get(repository as never)!
  port.registry.state.faults.push({
    when({ method, path }) {
      if (method === 'GET' && path.endsWith('/manifests/v1')) change({ ...held, old, newer } as never)
      return false
    },
    action: { kind: 'answer', reply: { status: 500, headers: {}, body: '' } },
  })
  const reads = () =>
    port.registry.state.requests.filter(
      ({ method, url }) => method === 'GET' && url.endsWith(`/manifests/${old.digest}`),
    ).length
  return { policyId, reads, repository }
}
interface Held {
  tags: Map<string, string>
  manifests: Map<string, unknown>
  old: { digest: string }
  newer: { digest: string }
}

const GONE = /it is not at the source any more/

it.each<[string, (held: Held) => void]>([
  [
    'deleted',
    ({ tags, manifests, old }) => {
      tags.delete('v1')
      manifests.delete(old.digest)
    },
  ],
  [
    'replaced',
    ({ tags, manifests, old, newer }) => {
      tags.set('v1', newer.digest)
      manifests.delete(old.digest)
    },
  ],
])('what is %s at the source before its turn comes is no failure', async (name, change) => {
  const { policyId, reads, repository } = await openChanging(name, change)
  const run = await runPolicy(core, policyId)
  expect(run).toMatchObject({ status: 'Success', tasks: { Success: 1, Error: 0 } })
  const [task] = await tasksOf(core, run.id)
  expect(task).toMatchObject({
    transfer: { reason: 'superseded' },
    statusMessage: expect.stringMatching(GONE),
  })
  expect(await getReplicationTaskLog(core, SYSTEM, run.id, task!.id)).toMatch(GONE)
  expect(reads()).toBe(1)
  expect(heldBy(harbour.shop.registry, repository).tags).toEqual({})
})

it('what cannot be read and is still there by its tag is missing, and is asked for once', async () => {
  const repository = 'team/torn'
  const { port, policyId } = await openPolicy(harbour, { filters: named(repository) }, { isSource: true })
  await pushTo(port.client, repository, image('torn'), 'v1')
  const body = '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}'
  port.registry.state.faults.push({
    when: ({ method, path }) => method === 'GET' && path.includes('/manifests/'),
    times: 100,
    action: { kind: 'answer', reply: { status: 404, headers: {}, body } },
  })
  const run = await runPolicy(core, policyId)
  expect(run.tasks).toMatchObject({ Success: 0, Error: 1 })
  expect(await tasksOf(core, run.id)).toMatchObject([{ transfer: { reason: 'not_found' } }])
  const reads = port.registry.state.requests.filter(
    ({ method, url }) => method === 'GET' && url.includes('/manifests/sha256:'),
  )
  expect(reads).toHaveLength(1)
})

it('a project that somebody deleted since something was brought there is made again', async () => {
  const destination = { filters: named('team/again'), destNamespace: 'again' }
  const { port, policyId } = await openPolicy(harbour, destination, { isSource: true })
  await pushTo(port.client, 'team/again', image('again one'), 'v1')
  expect((await runPolicy(core, policyId)).status).toBe('Success')
  // Another process: nobody tells this one.
  const other = createCore(core.settings)
  await deleteRepository(other, SYSTEM, 'again/again')
  await deleteProject(other, SYSTEM, { name: 'again' })
  await other.close()
  const second = image('again two')
  await pushTo(port.client, 'team/again', second, 'v2')
  expect(await runPolicy(core, policyId)).toMatchObject({
    status: 'Success',
    tasks: { Success: 2, Error: 0 },
  })
  expect(heldBy(harbour.shop.registry, 'again/again').tags).toMatchObject({ v2: second.digest })
})
