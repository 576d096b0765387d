import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Harbour, heldBy, openHarbour, openPolicy, runPolicy } from '../harbour.fixture.ts'
import type { PolicyInput } from '../model.ts'

let harbour: Harbour
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
})
afterAll(() => harbour.close())

const open = (filters: PolicyInput['filters']) => openPolicy(harbour, { filters })

it('a repository goes only if all filters of names let it, also where one of them lists names', async () => {
  const one = image('one')
  for (const name of ['team/app', 'team/secret']) await push(harbour.core, name, one, 'v1')
  const { port, policyId } = await open([
    { type: 'name', value: '{team/app,team/secret}' },
    { type: 'name', value: 'team/a*' },
  ])
  expect(await runPolicy(harbour.core, policyId)).toMatchObject({
    status: 'Success',
    tasks: { Success: 1, Error: 0 },
  })
  expect(heldBy(port.registry, 'team/app').tags).toEqual({ v1: one.digest })
  expect(heldBy(port.registry, 'team/secret').tags).toEqual({})
})

it('a name of before names were checked keeps nothing else from going', async () => {
  const one = image('one')
  await push(harbour.core, 'team/kept', one, 'v1')
  const { port, policyId } = await open([{ type: 'name', value: 'team/kept' }])
  await harbour.core.db.prisma.replicationPolicy.update({
    where: { id: policyId },
    data: { filters: [{ type: 'name', value: '{team/kept, team/typed}' }] },
  })
  const done = await runPolicy(harbour.core, policyId)
  expect(done).toMatchObject({ status: 'Success', tasks: { Success: 1, Error: 0 } })
  expect(done.statusMessage).toMatch(/1 repositories are left out, whose names are not valid: +team\/typed/)
  expect(heldBy(port.registry, 'team/kept').tags).toEqual({ v1: one.digest })
})
