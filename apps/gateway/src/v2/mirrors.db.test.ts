import { randomUUID } from 'node:crypto'
import { SYSTEM } from '@berth/core'
import { everything } from '@berth/core/list-query'
import { createRegistry } from '@berth/core/registries'
import {
  createPolicy,
  getReplication,
  listReplicationTasks,
  previewPolicy,
  retryReplication,
  retryReplicationTask,
  startReplication,
  updatePolicy,
  workReplicationsNow,
} from '@berth/core/replications'
import { deleteRepository } from '@berth/core/repositories'
import { deleteTag } from '@berth/core/tags'
import { image, type Pushable, push } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PASSWORD, startBerth, type TestBerth } from '../../test/berth.ts'

// A Berth that mirrors a project with another one.
let here: TestBerth
let there: TestBerth
let destRegistryId: number

beforeAll(async () => {
  ;[here, there] = await Promise.all([startBerth(), startBerth()])
  await there.addUser('root')
  for (const berth of [here, there]) await berth.addProject('both')
  destRegistryId = await addRegistry('north')
})
afterAll(async () => {
  await Promise.all([here?.close(), there?.close()])
})

async function addRegistry(name: string): Promise<number> {
  const credential = { accessKey: 'root', accessSecret: PASSWORD }
  const { core } = here
  await createRegistry(core, SYSTEM, { name, url: there.url, type: 'berth', ...credential })
  return (await core.db.prisma.registry.findUniqueOrThrow({ where: { name } })).id
}

test('a mirror brings each side what the other has changed; deletions only where they are meant', async () => {
  const policy = {
    ...{ name: 'both ways', destRegistryId, enabled: true, override: true, mirror: true },
    filters: [{ type: 'name', value: 'both/**' }],
  }
  const policyId = await createPolicy(here.core, SYSTEM, { ...policy, deletion: true })
  const run = async () => {
    const id = await startReplication(here.core, SYSTEM, policyId)
    await workReplicationsNow(here.core)
    const { items } = await listReplicationTasks(here.core, SYSTEM, id, {}, everything)
    const { status } = await getReplication(here.core, SYSTEM, id)
    return { status, messages: items.map(({ statusMessage }) => statusMessage) }
  }
  const [one, two, three, four] = ['one', 'two', 'three', 'four'].map((seed) => image(`both ${seed}`)) as [
    ...[Pushable, Pushable, Pushable, Pushable],
  ]
  const repository = 'both/app'
  const tagsAt = async ({ core }: TestBerth) => {
    const rows = await core.db.prisma.tag.findMany({
      where: { repository: { name: repository } },
      select: { name: true, artifact: { select: { digest: true } } },
    })
    return Object.fromEntries(rows.map(({ name, artifact }) => [name, artifact.digest]))
  }
  const expectBoth = async (tags: Record<string, Pushable>) => {
    const expected = Object.fromEntries(Object.entries(tags).map(([tag, { digest }]) => [tag, digest]))
    for (const berth of [here, there]) expect(await tagsAt(berth)).toEqual(expected)
  }
  await push(here.core, repository, one, 'v1')
  await push(here.core, repository, one, 'mine')
  await push(there.core, repository, two, 'theirs')
  expect((await run()).status).toBe('Success')
  await expectBoth({ v1: one, mine: one, theirs: two })

  await push(there.core, repository, two, 'v1')
  await run()
  await expectBoth({ v1: two, mine: one, theirs: two })

  await push(here.core, repository, three, 'v1')
  await push(there.core, repository, four, 'v1')
  const conflict = await run()
  expect(conflict.messages).toContain("v1 had changed on both sides: this Berth's stands")
  await expectBoth({ v1: three, mine: one, theirs: two })

  await deleteTag(here.core, SYSTEM, { repository, reference: 'theirs', name: 'theirs' })
  await deleteTag(there.core, SYSTEM, { repository, reference: 'mine', name: 'mine' })
  const preview = async (to: number) => {
    const input = { ...policy, destRegistryId: to, deletion: true, id: policyId }
    const { items } = await previewPolicy(here.core, SYSTEM, input)
    return items.map(({ action, direction, tags }) => `${action} ${direction} ${tags}`).sort()
  }
  expect(await preview(destRegistryId)).toEqual(['delete pull mine', 'delete push theirs'])
  // With another one nothing was agreed.
  const anotherId = await addRegistry('another')
  expect((await preview(anotherId)).filter((item) => item.startsWith('delete'))).toEqual([])
  expect((await run()).status).toBe('Success')
  await expectBoth({ v1: three })

  // Another Berth answers at the same address, and has been given something already.
  await push(here.core, repository, one, 'v1')
  await push(here.core, repository, one, 'kept')
  await run()
  await here.core.db.prisma.registry.update({
    where: { id: destRegistryId },
    data: { instanceId: randomUUID() },
  })
  await deleteTag(there.core, SYSTEM, { repository, reference: 'kept', name: 'kept' })
  expect((await run()).status).toBe('Success')
  await expectBoth({ v1: one, kept: one })
  await deleteTag(there.core, SYSTEM, { repository, reference: 'kept', name: 'kept' })
  await push(here.core, repository, three, 'v1')
  await run()
  await expectBoth({ v1: three })

  // Who has lost a whole repository has not deleted it.
  await deleteRepository(there.core, SYSTEM, repository)
  await run()
  await expectBoth({ v1: three })

  await push(here.core, repository, one, 'v2')
  await run()
  await updatePolicy(here.core, SYSTEM, policyId, { ...policy, deletion: false })
  await deleteTag(there.core, SYSTEM, { repository, reference: 'v2', name: 'v2' })
  await run()
  await expectBoth({ v1: three, v2: one })
  expect(await run()).toEqual({ status: 'Success', messages: [] })
})

test('of a repository that has lost most of its tags nothing is deleted on the other side, unless somebody says so', async () => {
  const repository = 'both/emptied'
  const policy = {
    ...{ name: 'emptied', destRegistryId, enabled: true, override: true, mirror: true, deletion: true },
    filters: [{ type: 'name', value: repository }],
  }
  const policyId = await createPolicy(here.core, SYSTEM, policy)
  const run = async () => {
    const id = await startReplication(here.core, SYSTEM, policyId)
    await workReplicationsNow(here.core)
    return id
  }
  const tagsHere = async () => {
    const where = { repository: { name: repository } }
    return (await here.core.db.prisma.tag.findMany({ where, orderBy: { name: 'asc' } })).map(
      ({ name }) => name,
    )
  }
  const one = image('emptied')
  for (const tag of ['v1', 'v2', 'v3']) await push(here.core, repository, one, tag)
  expect((await getReplication(here.core, SYSTEM, await run())).status).toBe('Success')
  await deleteRepository(there.core, SYSTEM, repository)
  await push(there.core, repository, image('emptied new'), 'new')
  const id = await run()
  expect((await getReplication(here.core, SYSTEM, id)).status).toBe('Error')
  expect(await tagsHere()).toEqual(['new', 'v1', 'v2', 'v3'])
  const { items } = await listReplicationTasks(here.core, SYSTEM, id, { status: 'Failed' }, everything)
  expect(items).toMatchObject([
    {
      statusMessage: expect.stringMatching(
        /^3 of 3 tags of both\/emptied that both sides had are gone at north/,
      ),
      transfer: { reason: 'doubtful' },
    },
  ])
  // All that failed of the run is not that.
  expect(await getReplication(here.core, SYSTEM, id)).toMatchObject({ tasks: { Error: 1 }, doubtful: 1 })
  await expect(retryReplication(here.core, SYSTEM, id)).rejects.toMatchObject({
    code: 'PRECONDITION',
    message: expect.stringMatching(/one by one/),
  })
  await workReplicationsNow(here.core)
  expect(await tagsHere()).toEqual(['new', 'v1', 'v2', 'v3'])
  await retryReplicationTask(here.core, SYSTEM, id, items[0]!.id)
  await workReplicationsNow(here.core)
  expect(await tagsHere()).toEqual(['new'])
  expect((await getReplication(here.core, SYSTEM, id)).status).toBe('Success')
})
