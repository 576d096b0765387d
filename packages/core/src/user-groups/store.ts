import { isUniqueViolation, numbered, type Tx } from '@berth/db'
import { type AuditActor, type AuditEvent, type AuditLine, record, recordChange } from '../audit/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import {
  and,
  type Columns,
  type Condition,
  type ListQuery,
  type Page,
  readPage,
  where,
} from '../list-query/index.ts'
import {
  type GroupType,
  groupTypes,
  identityKey,
  type SeenGroup,
  toGroupRows,
  type UserGroup,
} from './model.ts'

interface GroupRow extends Record<string, unknown> {
  id: number
  name: string
  type: number
  ldap_dn: string | null
}
const columns = 'g.id, g.name, g.type, g.ldap_dn'
const searchable: Columns = { name: { sql: 'g.name', type: 'text' } }

const toGroup = (row: GroupRow): UserGroup => ({
  id: row.id,
  name: row.name,
  type: row.type as GroupType,
  ldapDn: row.ldap_dn ?? '',
})

export interface GroupFilter {
  /** Part of the name. */
  name?: string
  /** In any spelling. */
  ldapDn?: string
}

export async function readGroups(
  core: Core,
  { name, ldapDn }: GroupFilter,
  query: Pick<ListQuery, 'page' | 'pageSize'>,
): Promise<Page<UserGroup>> {
  const conditions: Condition[] = []
  if (name)
    conditions.push(where(searchable, [{ field: 'name', match: 'fuzzy', value: name }], core.db.provider))
  if (ldapDn) {
    const key = identityKey(groupTypes.ldap, { name: '', dn: ldapDn })
    conditions.push({ sql: 'g.type = ? AND g.identity_key = ?', params: [groupTypes.ldap, key] })
  }
  const parts = {
    columns,
    from: 'user_groups g',
    condition: and(conditions),
    order: ' ORDER BY g.name, g.id',
  }
  const { rows, total } = await readPage<GroupRow>(core.db, parts, query)
  return { items: rows.map(toGroup), total }
}

export async function readGroup(core: Core, id: number): Promise<UserGroup | undefined> {
  // Ids are 32-bit; a larger number is no group's id.
  if (!(id > 0 && id <= 2_147_483_647)) return undefined
  const [row] = await core.db.query<GroupRow>(`SELECT ${columns} FROM user_groups g WHERE g.id = ?`, [id])
  return row && toGroup(row)
}

export async function findGroupsByName(core: Core, type: GroupType, name: string): Promise<number[]> {
  const sql = 'SELECT id FROM user_groups WHERE type = ? AND name = ? ORDER BY id LIMIT 2'
  return (await core.db.query<{ id: number }>(sql, [type, name])).map(({ id }) => id)
}

export async function insertGroup(
  core: Core,
  type: GroupType,
  group: SeenGroup,
  actor: AuditActor,
): Promise<number | 'taken'> {
  const [data] = toGroupRows(type, [group])
  try {
    return await core.db.transaction(async (tx) => {
      const { id, name, ldapDn } = await tx.userGroup.create({
        data: data!,
        select: { id: true, name: true, ldapDn: true },
      })
      await record(core, tx, groupLine(actor, 'create', { name, ldapDn: ldapDn ?? '' }))
      return id
    })
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    throw error
  }
}

/** The group's id; it is made when it is not there. */
export async function ensureGroup(
  core: Core,
  type: GroupType,
  group: SeenGroup,
  actor: AuditActor,
): Promise<number> {
  const key = { type, identityKey: identityKey(type, group) }
  const find = () =>
    core.db.prisma.userGroup.findUnique({ where: { type_identityKey: key }, select: { id: true } })
  const known = await find()
  if (known) return known.id
  const id = await insertGroup(core, type, group, actor)
  return id === 'taken' ? (await find())!.id : id
}

export const groupLine = (
  actor: AuditActor,
  action: Extract<AuditEvent, { resourceType: 'user_group' }>['action'],
  { name, ldapDn }: Pick<UserGroup, 'name' | 'ldapDn'>,
): AuditLine => ({
  resourceType: 'user_group',
  action,
  actor,
  resource: name,
  ...(ldapDn !== '' && { detail: { ldap_dn: ldapDn } }),
})

export const renameGroup = (core: Core, id: number, name: string, line: AuditLine): Promise<boolean> =>
  recordChange(core, line, (tx) => tx.userGroup.updateMany({ where: { id }, data: { name } }))

/** Its memberships, on both sides, go with it. */
export const removeGroup = (core: Core, id: number, line: AuditLine): Promise<boolean> =>
  recordChange(core, line, (tx) => tx.userGroup.deleteMany({ where: { id } }))

/**
 * Makes these the person's groups of this type, as the directory or the provider says now, and makes groups that were
 * not known. Gives the ids. What was taken away ends on every node within three seconds.
 */
export async function replaceMemberships(
  core: Core,
  tx: Tx,
  userId: number,
  type: GroupType,
  groups: readonly SeenGroup[],
): Promise<number[]> {
  const rows = toGroupRows(type, groups)
  // A sign-in and the refresh may do this at once: one after the other, per person.
  await locked(core, tx, 'SELECT id FROM users WHERE id = ? FOR UPDATE', [userId])
  let ids = await groupIds(core, tx, type, rows)
  if (ids.length < rows.length) {
    await tx.userGroup.createMany({ data: rows, skipDuplicates: true })
    ids = await groupIds(core, tx, type, rows)
  }
  const held = await heldIds(core, tx, userId, type)
  const left = held.filter((id) => !ids.includes(id))
  const joined = ids.filter((id) => !held.includes(id))
  if (left.length > 0) await tx.userGroupMember.deleteMany({ where: { userId, groupId: { in: left } } })
  if (joined.length > 0)
    await tx.userGroupMember.createMany({ data: joined.map((groupId) => ({ userId, groupId })) })
  if (left.length + joined.length > 0) await recordGroups(core, tx, userId, { joined, left })
  return ids
}

export interface Newcomer {
  userId: number
  username: string
  groups: readonly SeenGroup[]
}

/**
 * As `replaceMemberships`, for people whom this same transaction made: nobody else knows them yet, and they are in no group.
 * Gives a line for each, undefined for who joins none; the caller records them.
 */
export async function joinNewcomers(
  core: Core,
  tx: Tx,
  type: GroupType,
  people: readonly Newcomer[],
): Promise<(AuditLine | undefined)[]> {
  const wanted = people.map(({ groups }) => toGroupRows(type, groups))
  const rows = [...new Map(wanted.flat().map((row) => [row.identityKey, row])).values()].sort((a, b) =>
    a.identityKey < b.identityKey ? -1 : 1,
  )
  let known = await lockedGroups(core, tx, type, rows)
  if (known.length < rows.length) {
    await tx.userGroup.createMany({ data: rows, skipDuplicates: true })
    known = await lockedGroups(core, tx, type, rows)
  }
  const joined = wanted.map((own) => {
    const keys = new Set(own.map(({ identityKey }) => identityKey))
    return known.filter((group) => keys.has(group.identity_key))
  })
  const data = people.flatMap(({ userId }, index) =>
    joined[index]!.map(({ id }) => ({ userId, groupId: id })),
  )
  if (data.length > 0) await tx.userGroupMember.createMany({ data })
  return people.map(({ username }, index) => {
    const names = joined[index]!.map(({ name }) => name)
    return names.length > 0 ? membershipLine(username, names, []) : undefined
  })
}

/** Nobody here did it: the directory or the provider says so. */
const membershipLine = (username: string, joined: readonly string[], left: readonly string[]): AuditLine => ({
  resourceType: 'user',
  action: 'update',
  actor: SYSTEM,
  resource: username,
  detail: { groups: { joined, left } },
})

async function recordGroups(
  core: Core,
  tx: Tx,
  userId: number,
  { joined, left }: { joined: readonly number[]; left: readonly number[] },
): Promise<void> {
  const found = await tx.userGroup.findMany({
    where: { id: { in: [...joined, ...left] } },
    select: { id: true, name: true },
  })
  const names = new Map(found.map(({ id, name }) => [id, name]))
  const namesOf = (ids: readonly number[]) => ids.map((id) => names.get(id) ?? String(id))
  const user = await tx.user.findUnique({ where: { id: userId }, select: { username: true } })
  await record(core, tx, membershipLine(user?.username ?? String(userId), namesOf(joined), namesOf(left)))
}

async function groupIds(
  core: Core,
  tx: Tx,
  type: GroupType,
  rows: readonly { identityKey: string }[],
): Promise<number[]> {
  return (await lockedGroups(core, tx, type, rows)).map(({ id }) => id)
}

/** Shared locks: a group that is deleted meanwhile waits, and two that sign in do not wait for each other. */
async function lockedGroups(
  core: Core,
  tx: Tx,
  type: GroupType,
  rows: readonly { identityKey: string }[],
): Promise<{ id: number; name: string; identity_key: string }[]> {
  if (rows.length === 0) return []
  const sql = `SELECT id, name, identity_key FROM user_groups
    WHERE type = ? AND identity_key IN (${rows.map(() => '?').join(', ')})
    ORDER BY id ${core.db.provider === 'mysql' ? 'LOCK IN SHARE MODE' : 'FOR SHARE'}`
  return locked(core, tx, sql, [type, ...rows.map((row) => row.identityKey)])
}

async function heldIds(core: Core, tx: Tx, userId: number, type: GroupType): Promise<number[]> {
  const sql = 'SELECT group_id FROM user_group_members WHERE user_id = ? FOR UPDATE'
  const held = (await locked<{ group_id: number }>(core, tx, sql, [userId])).map((row) => row.group_id)
  if (held.length === 0) return []
  const ofType = await tx.userGroup.findMany({ where: { id: { in: held }, type }, select: { id: true } })
  return ofType.map(({ id }) => id)
}

/** A read with a lock gives the newest rows on MySQL too, where others give those of the transaction's beginning. */
function locked<R>(core: Core, tx: Tx, sql: string, params: readonly (string | number)[]): Promise<R[]> {
  return tx.$queryRawUnsafe<R[]>(numbered(core.db.provider, sql), ...params)
}
