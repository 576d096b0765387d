import { isUniqueViolation, type Tx } from '@berth/db'
import { type AuditLine, record, recordChange } from '../audit/index.ts'
import { usernameKey } from '../authentication/index.ts'
import type { Core } from '../context/index.ts'
import {
  and,
  type Columns,
  type ListQuery,
  orderBy,
  type Page,
  readPage,
  where,
} from '../list-query/index.ts'
import type { AuthSource, Profile, User, UserName } from './model.ts'

interface UserRow extends Record<string, unknown> {
  id: number
  username: string
  email: string | null
  realname: string
  comment: string
  sysadmin: boolean
  admin_by_group: boolean
  auth_source: string
  disabled: boolean
  created_at: Date
  updated_at: Date
}

const columns =
  'id, username, email, realname, comment, sysadmin, admin_by_group, auth_source, disabled, created_at, updated_at'

/** What `q` and `sort` may touch: nothing that an answer does not show. */
const listable: Columns = {
  user_id: { sql: 'id', type: 'integer' },
  id: { sql: 'id', type: 'integer' },
  username: { sql: 'username', type: 'text' },
  email: { sql: 'email', type: 'text' },
  realname: { sql: 'realname', type: 'text' },
  comment: { sql: 'comment', type: 'text' },
  sysadmin_flag: { sql: 'sysadmin', type: 'boolean' },
  // SysAdminFlag is its name in Harbor's source.
  sys_admin_flag: { sql: 'sysadmin', type: 'boolean' },
  auth_source: { sql: 'auth_source', type: 'text' },
  disabled: { sql: 'disabled', type: 'boolean' },
  creation_time: { sql: 'created_at', type: 'time' },
  update_time: { sql: 'updated_at', type: 'time' },
}

const toUser = (row: UserRow): User => ({
  id: row.id,
  username: row.username,
  email: row.email ?? '',
  realname: row.realname,
  comment: row.comment,
  sysadmin: row.sysadmin,
  adminByGroup: row.admin_by_group,
  authSource: row.auth_source as AuthSource,
  disabled: row.disabled,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export async function readUser(core: Core, id: number): Promise<User | undefined> {
  const [row] = await core.db.query<UserRow>(`SELECT ${columns} FROM users WHERE id = ?`, [id])
  return row && toUser(row)
}

export async function readUsers(core: Core, query: ListQuery): Promise<Page<User>> {
  const condition = where(listable, query.filters, core.db.provider)
  const order = orderBy(listable, query.sort, 'id ASC', 'id')
  const { rows, total } = await readPage<UserRow>(
    core.db,
    { columns, from: 'users', condition, order },
    query,
  )
  return { items: rows.map(toUser), total }
}

export async function readUserNames(core: Core, part: string, query: ListQuery): Promise<Page<UserName>> {
  const condition = and([
    where(listable, [{ field: 'username', match: 'fuzzy', value: part }], core.db.provider),
    { sql: 'disabled = FALSE', params: [] },
  ])
  const order = ' ORDER BY LENGTH(username), username, id'
  const parts = { columns: 'id, username', from: 'users', condition, order }
  const { rows, total } = await readPage<{ id: number; username: string }>(core.db, parts, query)
  return { items: rows.map(({ id, username }) => ({ id, username })), total }
}

export interface NewUser extends Profile {
  username: string
  passwordHash: string
  sysadmin: boolean
}

const profileData = ({ email, realname, comment }: Profile) => ({
  ...(email !== undefined && { email: email || null, emailKey: email ? email.toLowerCase() : null }),
  ...(realname !== undefined && { realname }),
  ...(comment !== undefined && { comment }),
})

/** The new person's id, or `taken` when the name or the address is. */
export async function insertUser(core: Core, user: NewUser, line: AuditLine): Promise<number | 'taken'> {
  const now = new Date(core.now())
  try {
    return await core.db.transaction(async (tx) => {
      const { id } = await tx.user.create({
        data: {
          username: user.username,
          usernameKey: usernameKey(user.username),
          passwordHash: user.passwordHash,
          sysadmin: user.sysadmin,
          createdAt: now,
          ...profileData(user),
        },
        select: { id: true },
      })
      await record(core, tx, line)
      return id
    })
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    throw error
  }
}

export async function updateProfile(
  core: Core,
  id: number,
  profile: Profile,
  line: AuditLine,
): Promise<'done' | 'missing' | 'taken'> {
  try {
    return (await recordChange(core, line, (tx) =>
      tx.user.updateMany({ where: { id }, data: profileData(profile) }),
    ))
      ? 'done'
      : 'missing'
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    throw error
  }
}

/** The new epoch ends older sessions and remembered passwords. False when there is no such person. */
export const updatePassword = (
  core: Core,
  id: number,
  passwordHash: string,
  line: AuditLine,
): Promise<boolean> =>
  recordChange(core, line, (tx) =>
    tx.user.updateMany({
      where: { id, authSource: 'local' },
      data: { passwordHash, credentialEpoch: { increment: 1 } },
    }),
  )

export type AdministratorChange = 'done' | 'missing' | 'last administrator'

/**
 * Changes a person while the administrators' rows are locked: two that remove each other at the same moment must not
 * leave an installation without one. People of a directory or a provider do not count: it may be gone tomorrow.
 */
async function keepingAnAdministrator(
  core: Core,
  id: number,
  line: AuditLine,
  change: (tx: Tx) => Promise<{ count: number }>,
): Promise<AdministratorChange> {
  return core.db.transaction(async (tx) => {
    const administrators = await tx.$queryRawUnsafe<{ id: number }[]>(
      `SELECT id FROM users WHERE sysadmin = TRUE AND disabled = FALSE AND auth_source = 'local'
       ORDER BY id FOR UPDATE`,
    )
    if (administrators.length === 1 && administrators[0]!.id === id) return 'last administrator'
    if ((await change(tx)).count === 0) return 'missing'
    await record(core, tx, line)
    return 'done'
  })
}

export const removeUser = (core: Core, id: number, line: AuditLine): Promise<AdministratorChange> =>
  keepingAnAdministrator(core, id, line, (tx) => tx.user.deleteMany({ where: { id } }))

export async function updateSysadmin(
  core: Core,
  id: number,
  sysadmin: boolean,
  line: AuditLine,
): Promise<AdministratorChange> {
  if (sysadmin) {
    const data = { sysadmin: true }
    return (await recordChange(core, line, (tx) => tx.user.updateMany({ where: { id }, data })))
      ? 'done'
      : 'missing'
  }
  return keepingAnAdministrator(core, id, line, (tx) =>
    tx.user.updateMany({ where: { id }, data: { sysadmin: false, credentialEpoch: { increment: 1 } } }),
  )
}

export async function updateDisabled(
  core: Core,
  id: number,
  disabled: boolean,
  line: AuditLine,
): Promise<AdministratorChange> {
  if (!disabled) {
    const data = { disabled: false }
    return (await recordChange(core, line, (tx) => tx.user.updateMany({ where: { id }, data })))
      ? 'done'
      : 'missing'
  }
  return keepingAnAdministrator(core, id, line, async (tx) => {
    // From now on this is a person's decision, which the directory does not take back.
    await tx.directoryAccount.updateMany({ where: { userId: id }, data: { endedAt: null } })
    // For good: they do not come back with the account.
    await tx.accessToken.deleteMany({ where: { userId: id } })
    return tx.user.updateMany({ where: { id }, data: { disabled: true, credentialEpoch: { increment: 1 } } })
  })
}

/** Undefined: there is no such account. `also`: what belongs to it, in the same transaction. */
export const rescueUser = (
  core: Core,
  key: string,
  passwordHash: string,
  also: (tx: Tx, user: { id: number; username: string }) => Promise<void>,
): Promise<number | 'elsewhere' | undefined> =>
  core.db.transaction(async (tx) => {
    const known = await tx.user.findUnique({
      where: { usernameKey: key },
      select: { id: true, username: true, usernameKey: true, authSource: true },
    })
    // MariaDB compares without spaces at the end.
    if (known?.usernameKey !== key) return undefined
    if (known.authSource !== 'local') return 'elsewhere'
    await tx.user.update({
      where: { id: known.id },
      data: { passwordHash, sysadmin: true, disabled: false, credentialEpoch: { increment: 1 } },
    })
    await also(tx, known)
    return known.id
  })

export async function administratorExists(core: Core): Promise<boolean> {
  return (await core.db.query('SELECT id FROM users WHERE sysadmin = TRUE LIMIT 1', [])).length > 0
}
