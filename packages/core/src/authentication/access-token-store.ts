import { type LimitScope, type Limits, limitScopes } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'

/** What is remembered of a personal access token for a few seconds. Holds no hash of its secret. */
export interface AccessTokenFacts {
  id: number
  userId: number
  limits: Limits
  expiresAt: Date | null
}

interface TokenRow extends Record<string, unknown> {
  id: number
  user_id: number
  scopes: string
  all_projects: boolean
  expires_at: Date | null
  project_id: number | null
}

export const readAccessToken = (core: Core, id: number): Promise<AccessTokenFacts | undefined> =>
  read(core, 't.id = ?', id)
export const readAccessTokenBySecret = (core: Core, hash: string): Promise<AccessTokenFacts | undefined> =>
  read(core, 't.secret_hash = ?', hash)

async function read(core: Core, where: string, key: number | string): Promise<AccessTokenFacts | undefined> {
  const rows = await core.db.query<TokenRow>(
    `SELECT t.id, t.user_id, t.scopes, t.all_projects, t.expires_at, p.project_id FROM access_tokens t
      LEFT JOIN access_token_projects p ON p.token_id = t.id WHERE ${where}`,
    [key],
  )
  const [row] = rows
  if (!row) return undefined
  const words = row.scopes.split(',')
  return {
    id: row.id,
    userId: row.user_id,
    expiresAt: row.expires_at,
    limits: {
      projects: row.all_projects ? 'all' : new Set(rows.flatMap(({ project_id: id }) => id ?? [])),
      scopes: new Set<LimitScope>(limitScopes.filter((scope) => words.includes(scope))),
    },
  }
}
