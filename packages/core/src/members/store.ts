import { isForeignKeyViolation, isUniqueViolation } from '@berth/db'
import { usernameKey } from '../authentication/index.ts'
import { roleOf } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { and, type Columns, type ListQuery, type Page, readPage, where } from '../list-query/index.ts'
import type { Member } from './model.ts'

interface MemberRow extends Record<string, unknown> {
  id: number
  project_id: number
  user_id: number
  username: string
  role_id: number
}

const columns = 'm.id, m.project_id, m.user_id, u.username, m.role_id'
const FROM = 'members m JOIN users u ON u.id = m.user_id'
const searchable: Columns = { entityname: { sql: 'u.username', type: 'text' } }

const toMember = (row: MemberRow): Member => ({
  id: row.id,
  projectId: row.project_id,
  userId: row.user_id,
  username: row.username,
  roleId: row.role_id,
  roleName: roleOf(row.role_id) ?? 'limitedGuest',
})

export async function readMembers(
  core: Core,
  projectId: number,
  namePart: string | undefined,
  query: Pick<ListQuery, 'page' | 'pageSize'>,
): Promise<Page<Member>> {
  const condition = and([
    { sql: 'm.project_id = ?', params: [projectId] },
    ...(namePart
      ? [where(searchable, [{ field: 'entityname', match: 'fuzzy', value: namePart }], core.db.provider)]
      : []),
  ])
  const parts = { columns, from: FROM, condition, order: ' ORDER BY u.username, m.id' }
  const { rows, total } = await readPage<MemberRow>(core.db, parts, query)
  return { items: rows.map(toMember), total }
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
  const [row] =
    'id' in user
      ? await core.db.query<{ id: number }>('SELECT id FROM users WHERE id = ?', [user.id])
      : await core.db.query<{ id: number }>('SELECT id FROM users WHERE username_key = ?', [
          usernameKey(user.username),
        ])
  return row?.id
}

export async function insertMember(
  core: Core,
  member: { projectId: number; userId: number; roleId: number },
): Promise<number | 'taken' | 'missing'> {
  try {
    const { id } = await core.db.prisma.member.create({ data: member, select: { id: true } })
    return id
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    if (isForeignKeyViolation(error)) return 'missing'
    throw error
  }
}

export async function updateRole(
  core: Core,
  projectId: number,
  id: number,
  roleId: number,
): Promise<boolean> {
  const { count } = await core.db.prisma.member.updateMany({ where: { id, projectId }, data: { roleId } })
  return count === 1
}

export async function removeMember(core: Core, projectId: number, id: number): Promise<boolean> {
  const { count } = await core.db.prisma.member.deleteMany({ where: { id, projectId } })
  return count === 1
}
