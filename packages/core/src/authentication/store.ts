import type { Core } from '../context/index.ts'

/** What is remembered of a person for a few seconds. Holds no password hash. */
export interface UserFacts {
  id: number
  username: string
  /** Set by an administrator, or because of a group of the directory or the provider. */
  sysadmin: boolean
  disabled: boolean
  credentialEpoch: number
}

interface FactsRow extends Record<string, unknown> {
  id: number
  username: string
  sysadmin: boolean
  admin_by_group: boolean
  disabled: boolean
  credential_epoch: number
}

const columns = 'id, username, sysadmin, admin_by_group, disabled, credential_epoch'
const toFacts = (row: FactsRow): UserFacts => ({
  id: row.id,
  username: row.username,
  sysadmin: row.sysadmin || row.admin_by_group,
  disabled: row.disabled,
  credentialEpoch: row.credential_epoch,
})

export async function readFacts(core: Core, userId: number): Promise<UserFacts | undefined> {
  const [row] = await core.db.query<FactsRow>(`SELECT ${columns} FROM users WHERE id = ?`, [userId])
  return row && toFacts(row)
}

/** The facts together with the password hash; null for a person without a local password. */
export async function readCredential(
  core: Core,
  usernameKey: string,
): Promise<{ facts: UserFacts; passwordHash: string | null } | undefined> {
  const sql = `SELECT ${columns}, password_hash FROM users WHERE username_key = ?`
  const [row] = await core.db.query<FactsRow & { password_hash: string | null }>(sql, [usernameKey])
  return row && { facts: toFacts(row), passwordHash: row.password_hash }
}
