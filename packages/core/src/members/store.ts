import { isDeepStrictEqual } from 'node:util'
import { DbNull, isForeignKeyViolation, isUniqueViolation } from '@berth/db'
import { type AuditLine, record, recordChange } from '../audit/index.ts'
import { usernameKey } from '../authentication/index.ts'
import { roleOf } from '../authorization/index.ts'
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
import type { RepositoryLimit } from '../repository-limits/index.ts'
import type { Member, MemberFilter } from './model.ts'

interface MemberRow extends Record<string, unknown> {
  id: number
  project_id: number
  user_id: number | null
  group_id: number | null
  entity_name: string
  role_id: number
  repositories: string[] | null
}

const NAME = 'COALESCE(u.username, g.name)'
const columns = `m.id, m.project_id, m.user_id, m.group_id, ${NAME} AS entity_name, m.role_id, m.repositories`
const FROM = 'members m LEFT JOIN users u ON u.id = m.user_id LEFT JOIN user_groups g ON g.id = m.group_id'
const searchable: Columns = { entityname: { sql: NAME, type: 'text' } }

const toMember = (row: MemberRow): Member => ({
  id: row.id,
  projectId: row.project_id,
  kind: row.user_id === null ? 'group' : 'user',
  entityId: (row.user_id ?? row.group_id)!,
  entityName: row.entity_name,
  roleId: row.role_id,
  roleName: roleOf(row.role_id) ?? 'limitedGuest',
  repositories: row.repositories,
})

export async function readMembers(
  core: Core,
  projectId: number,
  { entityName, username }: MemberFilter,
  query: Pick<ListQuery, 'page' | 'pageSize'>,
): Promise<Page<Member>> {
  const condition = and([
    { sql: 'm.project_id = ?', params: [projectId] },
    ...(entityName
      ? [where(searchable, [{ field: 'entityname', match: 'fuzzy', value: entityName }], core.db.provider)]
      : []),
    ...(username === undefined ? [] : [givingRolesTo(username)]),
  ])
  const parts = { columns, from: FROM, condition, order: ` ORDER BY ${NAME}, m.id` }
  const { rows, total } = await readPage<MemberRow>(core.db, parts, query)
  return { items: rows.map(toMember), total }
}

function givingRolesTo(username: string): Condition {
  // MariaDB compares without spaces at the end, but counts them.
  const person = '(SELECT x.id FROM users x WHERE x.username_key = ? AND CHAR_LENGTH(x.username_key) = ?)'
  const groups = `SELECT i.group_id FROM user_group_members i WHERE i.user_id = ${person}`
  const key = usernameKey(username)
  const { length } = [...key]
  return { sql: `(m.user_id = ${person} OR m.group_id IN (${groups}))`, params: [key, length, key, length] }
}

/** A membership of this project; ids of other projects' memberships are not found. */
export async function readMember(core: Core, projectId: number, id: number): Promise<Member | undefined> {
  const sql = `SELECT ${columns} FROM ${FROM} WHERE m.project_id = ? AND m.id = ?`
  const [row] = await core.db.query<MemberRow>(sql, [projectId, id])
  return row && toMember(row)
}

export async function findUserId(
  core: Core,
  user: { id: number } | { username: string },
): Promise<number | undefined> {
  if ('id' in user) {
    const [row] = await core.db.query<{ id: number }>('SELECT id FROM users WHERE id = ?', [user.id])
    return row?.id
  }
  const key = usernameKey(user.username)
  const sql = 'SELECT id, username_key FROM users WHERE username_key = ?'
  const [row] = await core.db.query<{ id: number; username_key: string }>(sql, [key])
  // MariaDB compares without spaces at the end.
  return row?.username_key === key ? row.id : undefined
}

interface MemberToInsert {
  projectId: number
  /** One of the two. */
  userId?: number
  groupId?: number
  roleId: number
  limit: RepositoryLimit | null
}

export async function insertMember(
  core: Core,
  { limit, ...member }: MemberToInsert,
  /** Who it is about stands in the row. */
  line: Omit<AuditLine & { resourceType: 'member' }, 'resource'>,
): Promise<number | 'taken' | 'missing'> {
  const data = { ...member, ...(limit && { repositories: [...limit.patterns] }) }
  try {
    return await core.db.transaction(async (tx) => {
      const { id, user, group } = await tx.member.create({
        data,
        select: { id: true, user: { select: { username: true } }, group: { select: { name: true } } },
      })
      await record(core, tx, { ...line, resource: user?.username ?? group?.name ?? '' })
      return id
    })
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    if (isForeignKeyViolation(error)) return 'missing'
    throw error
  }
}

/** Without `limit` the row's stays, which must still be the one that was `judged`; else `changed`. */
export async function updateMemberRow(
  core: Core,
  projectId: number,
  id: number,
  change: { roleId: number; limit: RepositoryLimit | null } | { roleId: number; judged: string[] | null },
  line: AuditLine,
): Promise<'done' | 'changed' | 'missing'> {
  return core.db.transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM members WHERE id = ${id} FOR UPDATE`
    const member = await tx.member.findFirst({ where: { id, projectId }, select: { repositories: true } })
    if (!member) return 'missing'
    if ('judged' in change && !isDeepStrictEqual(member.repositories, change.judged)) return 'changed'
    const limit = 'limit' in change && { repositories: change.limit ? [...change.limit.patterns] : DbNull }
    await tx.member.update({ where: { id }, data: { roleId: change.roleId, ...limit }, select: { id: true } })
    await record(core, tx, line)
    return 'done'
  })
}

export const removeMember = (core: Core, projectId: number, id: number, line: AuditLine): Promise<boolean> =>
  recordChange(core, line, (tx) => tx.member.deleteMany({ where: { id, projectId } }))
