import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { authenticateBasic } from '../authentication/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { everything } from '../list-query/index.ts'
import {
  changePassword,
  createUser,
  deleteUser,
  ensureAdministrator,
  listUsers,
  setDisabled,
  setSysadmin,
} from './index.ts'

const PASSWORD = 'Passw0rd'
let database: TestDatabase
let core: Core
const openCore = () =>
  createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 6,
  })

beforeAll(async () => {
  database = await testDatabase()
  core = openCore()
})
afterAll(async () => {
  await core.close()
  await database.drop()
})

const administrators = async () =>
  (await listUsers(core, SYSTEM, everything)).items.filter((user) => user.sysadmin)

it('makes one administrator at the first start, however many nodes start at once', async () => {
  const other = openCore()
  const results = await Promise.all(
    [core, other, core, other].map((node) => ensureAdministrator(node, { password: PASSWORD })),
  )
  await other.close()
  expect(results.filter(({ created }) => created)).toHaveLength(1)
  expect(await administrators()).toMatchObject([{ id: 1, username: 'admin' }])
})

it('never resets the administrator’s password', async () => {
  await changePassword(core, SYSTEM, 1, { newPassword: 'Chang3d-it' })
  expect(await ensureAdministrator(core, { password: PASSWORD })).toEqual({ created: false })
  const attempt = authenticateBasic(core, { username: 'admin', password: PASSWORD, address: '' })
  await expect(attempt).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
})

it('does not bring a deleted admin back while there are other administrators', async () => {
  const id = await createUser(core, SYSTEM, { username: 'second', password: PASSWORD })
  await setSysadmin(core, SYSTEM, id, true)
  await deleteUser(core, SYSTEM, 1)
  expect(await ensureAdministrator(core, { password: PASSWORD })).toEqual({ created: false })
  expect(await administrators()).toMatchObject([{ username: 'second' }])
})

it('keeps one administrator when all are removed at the same moment', async () => {
  const ids = (await administrators()).map((user) => user.id)
  for (const username of ['third', 'fourth', 'fifth']) {
    const id = await createUser(core, SYSTEM, { username, password: PASSWORD })
    await setSysadmin(core, SYSTEM, id, true)
    ids.push(id)
  }
  const removals = [
    (id: number) => deleteUser(core, SYSTEM, id),
    (id: number) => setSysadmin(core, SYSTEM, id, false),
    (id: number) => setDisabled(core, SYSTEM, id, true),
  ]
  const results = await Promise.allSettled(ids.map((id, index) => removals[index % 3]!(id)))
  expect(results.filter(({ status }) => status === 'rejected')).toMatchObject([
    { reason: { code: 'FORBIDDEN' } },
  ])
  expect((await administrators()).filter((user) => !user.disabled)).toHaveLength(1)
})

it('takes only one of two people with the same name at the same moment', async () => {
  const results = await Promise.allSettled(
    ['Twin', 'twin', 'TWIN'].map((username) => createUser(core, SYSTEM, { username, password: PASSWORD })),
  )
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const result of results)
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'CONFLICT' })
})

it('counts as administrators only people with a password here: neither those of a directory nor those by a group', async () => {
  const [last] = (await administrators()).filter((user) => !user.disabled)
  const outside = await Promise.all(
    ['from-directory', 'by-group'].map((username) =>
      createUser(core, SYSTEM, { username, password: PASSWORD }),
    ),
  )
  const { prisma } = database.db
  await setSysadmin(core, SYSTEM, outside[0]!, true)
  await prisma.user.update({ where: { id: outside[0]! }, data: { authSource: 'ldap', passwordHash: null } })
  await prisma.user.update({ where: { id: outside[1]! }, data: { authSource: 'oidc', adminByGroup: true } })
  const refused = { code: 'FORBIDDEN', message: expect.stringContaining('last administrator') }
  await expect(setSysadmin(core, SYSTEM, last!.id, false)).rejects.toMatchObject(refused)
  await expect(setDisabled(core, SYSTEM, last!.id, true)).rejects.toMatchObject(refused)
  await expect(deleteUser(core, SYSTEM, last!.id)).rejects.toMatchObject(refused)
  // The others can go, and one more with a password here lets the first one go.
  await setSysadmin(core, SYSTEM, outside[0]!, false)
  await deleteUser(core, SYSTEM, outside[1]!)
  const next = await createUser(core, SYSTEM, { username: 'next', password: PASSWORD })
  await setSysadmin(core, SYSTEM, next, true)
  await setDisabled(core, SYSTEM, last!.id, true)
  await expect(deleteUser(core, SYSTEM, next)).rejects.toMatchObject(refused)
})
