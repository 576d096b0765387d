import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { currentUser } from '../authentication/index.ts'
import {
  may,
  projectFacts,
  projectsWith,
  rolesIn,
  SYSTEM,
  type UserActor,
  visibleProjects,
} from '../authorization/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { createMember, deleteMember, listMembers, updateMember } from '../members/index.ts'
import { type GroupType, groupTypes, replaceMemberships, type SeenGroup } from './index.ts'

let database: TestDatabase
let core: Core
let now = Date.now()

const openCore = () =>
  createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 6,
    now: () => now,
  })

beforeAll(async () => {
  database = await testDatabase()
  core = openCore()
})
afterAll(async () => {
  await core.close()
  await database.drop()
})

async function addPerson(username: string): Promise<UserActor> {
  const { id } = await database.db.prisma.user.create({ data: { username, usernameKey: username } })
  return { kind: 'user', id, username, sysadmin: false, via: 'password' }
}
const addProject = (name: string) => database.db.prisma.project.create({ data: { name } })
const give = (projectId: number, who: { userId: number } | { groupId: number }, roleId: number) =>
  database.db.prisma.member.create({ data: { projectId, roleId, ...who } })
const replace = (person: UserActor, groups: SeenGroup[], type: GroupType = groupTypes.ldap) =>
  core.db.transaction((tx) => replaceMemberships(core, tx, person.id, type, groups))
const group = (name: string): SeenGroup => ({ name, dn: `cn=${name},ou=groups,dc=berth,dc=test` })

it('knows one group of a directory by all spellings of its DN, and one of a provider by its exact name', async () => {
  const person = await addPerson('speller')
  const [id] = await replace(person, [{ name: 'ops', dn: 'CN=Ops, OU=Groups,DC=berth,DC=test' }])
  expect(await replace(person, [{ name: 'Ops', dn: 'cn=ops,ou=groups,dc=berth,dc=test' }])).toEqual([id])
  const provider = await replace(person, [{ name: 'ops' }, { name: 'Ops' }, { name: 'ops' }], groupTypes.oidc)
  expect(provider).toHaveLength(2)
  expect(provider).not.toContain(id)
})

it('a member is who is named exactly: a blank behind the name, or a letter more, is nobody’s', async () => {
  const person = await addPerson('exact')
  const { id } = await addProject('exactly')
  const add = (username: string) => createMember(core, SYSTEM, { id }, { roleId: 2, username })
  for (const other of ['exact ', 'exact\t', ' exact', 'exact\u00a0', 'exacte', 'exact%'])
    await expect(add(other), JSON.stringify(other)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await add('EXACT')
  const giving = async (username: string) =>
    (await listMembers(core, SYSTEM, { id }, { username, page: 1, pageSize: 10 })).items.map(
      ({ entityId }) => entityId,
    )
  expect(await giving('Exact')).toEqual([person.id])
  for (const other of ['exact ', 'exact  ', 'exac_', 'exact%']) expect(await giving(other)).toEqual([])
})

it('replaces the groups of one type and leaves those of the other', async () => {
  const person = await addPerson('both')
  await replace(person, [{ name: 'from-provider' }], groupTypes.oidc)
  await replace(person, [group('a'), group('b')])
  await replace(person, [group('b'), group('c')])
  const held = await database.db.query<{ name: string }>(
    'SELECT g.name FROM user_group_members m JOIN user_groups g ON g.id = m.group_id WHERE m.user_id = ? ORDER BY g.name',
    [person.id],
  )
  expect(held.map(({ name }) => name)).toEqual(['b', 'c', 'from-provider'])
})

it('leaves out what no database takes, and cuts long names without mixing them up', async () => {
  const person = await addPerson('odd')
  const long = 'x'.repeat(300)
  const groups = [
    { name: 'a\0b' },
    { name: '' },
    { name: '\ud800' },
    { name: `${long}1` },
    { name: `${long}2` },
  ]
  expect(await replace(person, groups, groupTypes.oidc)).toHaveLength(2)
  expect(await replace(person, [{ name: 'no dn' }])).toEqual([])
})

it('makes each group once when many people with the same groups come at the same moment', async () => {
  const people = await Promise.all(Array.from({ length: 8 }, (_, n) => addPerson(`crowd-${n}`)))
  const groups = ['one', 'two', 'three'].map(group)
  const ids = await Promise.all(people.map((person) => replace(person, groups)))
  for (const held of ids) expect(held).toEqual(ids[0])
  expect(ids[0]).toHaveLength(3)
})

it('keeps one of two answers for a person whole, never a mixture', async () => {
  const person = await addPerson('raced')
  for (let round = 0; round < 5; round++) {
    await Promise.all([
      replace(person, [group('l1'), group('l2')]),
      replace(person, [group('r1'), group('r2')]),
    ])
    const held = await database.db.query<{ name: string }>(
      'SELECT g.name FROM user_group_members m JOIN user_groups g ON g.id = m.group_id WHERE m.user_id = ? ORDER BY g.name',
      [person.id],
    )
    expect(['l1 l2', 'r1 r2']).toContain(held.map(({ name }) => name).join(' '))
  }
})

it('gives the union of direct roles and those of groups, everywhere that rights are asked', async () => {
  const person = await addPerson('union')
  const [own, shared, none] = await Promise.all(['own', 'shared', 'none'].map(addProject))
  const [first, second] = await replace(person, [group('union-1'), group('union-2')])
  await give(own!.id, { userId: person.id }, 3)
  await give(own!.id, { groupId: first! }, 2)
  await give(shared!.id, { groupId: first! }, 3)
  await give(shared!.id, { groupId: second! }, 4)
  const facts = (await projectFacts(core, { id: own!.id }))!
  expect([...(await rolesIn(core, person, facts))].sort()).toEqual(['developer', 'guest'])
  expect(await may(core, person, 'push', 'repository', facts)).toBe(true)
  expect(await may(core, person, 'read', 'project', (await projectFacts(core, { id: none!.id }))!)).toBe(
    false,
  )
  const [set] = await projectsWith(core, person, [{ action: 'delete', resource: 'artifact' }])
  expect(set).toEqual({ own: [shared!.id], others: [], limited: [] })
  const visible = visibleProjects(person, 'p')
  const rows = await database.db.query(
    `SELECT p.id FROM projects p WHERE ${visible.sql} ORDER BY p.id`,
    visible.params,
  )
  expect(rows).toEqual([{ id: own!.id }, { id: shared!.id }].sort((a, b) => a.id - b.id))
})

it('ends a right that came with a group within three seconds, and gives one at once', async () => {
  const person = await addPerson('leaver')
  const project = await addProject('left')
  const [id] = await replace(person, [group('leavers')])
  await give(project.id, { groupId: id! }, 2)
  const facts = (await projectFacts(core, { id: project.id }))!
  expect(await may(core, person, 'push', 'repository', facts)).toBe(true)
  await replace(person, [])
  now += 3_001
  expect(await may(core, person, 'push', 'repository', facts)).toBe(false)
  await replace(person, [group('leavers')])
  expect(await may(core, person, 'push', 'repository', facts)).toBe(true)
})

it('ends a right on every node within three seconds: of a person, of a group, of a limit', async () => {
  const other = openCore()
  try {
    const person = await addPerson('everywhere')
    const project = await addProject('everywhere')
    const facts = (await projectFacts(core, { id: project.id }))!
    const ref = { id: project.id }
    const pushes = (node: Core, path = 'in/app') => may(node, person, 'push', 'repository', facts, path)
    const seen = async (path?: string) => [await pushes(core, path), await pushes(other, path)]
    const mid = await createMember(core, SYSTEM, ref, { roleId: 2, userId: person.id })
    expect(await seen()).toEqual([true, true])
    await updateMember(other, SYSTEM, ref, mid, { roleId: 2, repositories: ['out/**'] })
    // At once where it was changed.
    expect(await pushes(other)).toBe(false)
    now += 3_001
    expect(await seen()).toEqual([false, false])
    expect(await seen('out/app')).toEqual([true, true])
    await deleteMember(other, SYSTEM, ref, mid)
    now += 3_001
    expect(await seen('out/app')).toEqual([false, false])
    const [groupId] = await replace(person, [group('everywhere')])
    const gid = await createMember(core, SYSTEM, ref, { roleId: 2, group: { id: groupId! } })
    expect(await seen()).toEqual([true, true])
    await deleteMember(core, SYSTEM, ref, gid)
    now += 3_001
    expect(await seen()).toEqual([false, false])
  } finally {
    await other.close()
  }
})

it('makes a person administrator by a group without making them one here', async () => {
  const person = await addPerson('chief')
  const { prisma } = database.db
  await prisma.user.update({ where: { id: person.id }, data: { adminByGroup: true, authSource: 'ldap' } })
  const seenAt = new Date(now)
  const seen = { lookedAt: seenAt, provenAt: seenAt, nextLookAt: seenAt }
  const entry = { externalId: 'chief', dn: 'uid=chief,dc=berth,dc=test' }
  await prisma.directoryAccount.create({ data: { userId: person.id, ...entry, ...seen } })
  expect(await currentUser(core, person.id)).toMatchObject({ sysadmin: true })
  await prisma.user.update({ where: { id: person.id }, data: { adminByGroup: false } })
  now += 3_001
  expect(await currentUser(core, person.id)).toMatchObject({ sysadmin: false })
})

it('gets the name of its DN when who administers a project makes it known, whatever else they call it', async () => {
  const project = await addProject('borrowed')
  const mallory = await addPerson('mallory')
  await give(project.id, { userId: mallory.id }, 1)
  const dn = 'cn=mallory-and-friends,ou=groups,dc=berth,dc=test'
  const input = { roleId: 2, group: { type: groupTypes.ldap, name: 'Platform Team', ldapDn: dn } }
  await createMember(core, mallory, { id: project.id }, input)
  const found = () => database.db.prisma.userGroup.findMany({ where: { ldapDn: dn }, select: { name: true } })
  expect(await found()).toEqual([{ name: 'mallory-and-friends' }])
  // An administrator may call groups as they like.
  const root = { ...(await addPerson('namer')), sysadmin: true }
  const named = {
    type: groupTypes.ldap,
    name: 'Platform Team',
    ldapDn: 'cn=platform,ou=groups,dc=berth,dc=test',
  }
  await createMember(core, root, { id: project.id }, { roleId: 2, group: named })
  const group = await database.db.prisma.userGroup.findFirst({ where: { name: 'Platform Team' } })
  expect(group?.ldapDn).toBe(named.ldapDn)
})
