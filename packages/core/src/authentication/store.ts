import type { Core } from '../context/index.ts'

/** So long the last word of the provider or the directory on a person holds: there may be nobody who asks it. */
const PROOF_LASTS_MS = 30 * 24 * 60 * 60_000

/** What is remembered of a person for a few seconds. Holds no password hash. */
export interface UserFacts {
  id: number
  username: string
  /** Set by an administrator, or because of a group of the directory or the provider. */
  sysadmin: boolean
  /** By an administrator, or because the provider does not let the person go on. */
  disabled: boolean
  /** Then the password alone opens nothing. */
  secondFactor: boolean
  credentialEpoch: number
  /** Raised with each new CLI secret; 0 without one. */
  cliSecretEpoch: number
  /** False for people of the provider or the directory when it has not spoken of them for long: what they hold sleeps. */
  proven: boolean
  /** False for people of a directory that does not say when passwords change: nothing may stand for theirs for long. */
  passwordWatched: boolean
  /** Where the person comes from. */
  authSource: string
}

interface FactsRow extends Record<string, unknown> {
  id: number
  username: string
  sysadmin: boolean
  admin_by_group: boolean
  disabled: boolean
  second_factor: boolean
  credential_epoch: number
  auth_source: string
  cli_secret_epoch: number | null
  ended_at: Date | null
  proven_at: Date | null
  found_at: Date | null
  password_mark: string | null
}

const columns = `u.id, u.username, u.sysadmin, u.admin_by_group, u.disabled, u.second_factor, u.credential_epoch,
  u.auth_source, a.cli_secret_epoch, a.ended_at, a.proven_at, d.password_mark,
  d.proven_at AS found_at`
const from = `users u LEFT JOIN oidc_accounts a ON a.user_id = u.id
  LEFT JOIN directory_accounts d ON d.user_id = u.id`
function isProven(core: Core, { auth_source, proven_at, found_at }: FactsRow): boolean {
  if (auth_source !== 'oidc' && auth_source !== 'ldap') return true
  const at = auth_source === 'oidc' ? proven_at : found_at
  return at !== null && core.now() < at.getTime() + PROOF_LASTS_MS
}
const toFacts = (core: Core, row: FactsRow): UserFacts => ({
  id: row.id,
  username: row.username,
  sysadmin: row.sysadmin || (row.admin_by_group && isProven(core, row)),
  disabled: row.disabled || row.ended_at !== null,
  secondFactor: row.second_factor,
  credentialEpoch: row.credential_epoch,
  cliSecretEpoch: row.cli_secret_epoch ?? 0,
  proven: isProven(core, row),
  passwordWatched: row.auth_source !== 'ldap' || Boolean(row.password_mark),
  authSource: row.auth_source,
})

export async function readFacts(core: Core, userId: number): Promise<UserFacts | undefined> {
  const [row] = await core.db.query<FactsRow>(`SELECT ${columns} FROM ${from} WHERE u.id = ?`, [userId])
  return row && toFacts(core, row)
}

export interface Credential {
  facts: UserFacts
  /** Null for a person without a local password. */
  passwordHash: string | null
  /** Only for people of the OpenID Connect provider. */
  cliSecretHash: string | null
}

interface CredentialRow extends FactsRow {
  username_key: string
  password_hash: string | null
  cli_secret_hash: string | null
}

export async function readCredential(core: Core, usernameKey: string): Promise<Credential | undefined> {
  const sql = `SELECT ${columns}, u.username_key, u.password_hash, a.cli_secret_hash
    FROM ${from} WHERE u.username_key = ?`
  const [row] = await core.db.query<CredentialRow>(sql, [usernameKey])
  // MariaDB compares without spaces at the end.
  if (row?.username_key !== usernameKey) return undefined
  return {
    facts: toFacts(core, row),
    passwordHash: row.password_hash,
    cliSecretHash: row.cli_secret_hash,
  }
}
