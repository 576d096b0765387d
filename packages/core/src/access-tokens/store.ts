import { isForeignKeyViolation, isUniqueViolation } from '@berth/db'
import { type AuditLine, record } from '../audit/index.ts'
import { type LimitScope, limitScopes } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { type AccessToken, MAX_TOKENS } from './model.ts'

interface TokenRow extends Record<string, unknown> {
  id: number
  name: string
  scopes: string
  all_projects: boolean
  expires_at: Date | null
  last_used_at: Date | null
  created_at: Date
}

/** The newest first; a person has at most MAX_TOKENS. */
export async function readAccessTokens(core: Core, userId: number): Promise<AccessToken[]> {
  const rows = await core.db.query<TokenRow>(
    `SELECT id, name, scopes, all_projects, expires_at, last_used_at, created_at FROM access_tokens
      WHERE user_id = ? ORDER BY created_at DESC, id DESC`,
    [userId],
  )
  const projects = await core.db.query<{ token_id: number; name: string }>(
    `SELECT ap.token_id, p.name FROM access_tokens t JOIN access_token_projects ap ON ap.token_id = t.id
      JOIN projects p ON p.id = ap.project_id WHERE t.user_id = ? ORDER BY p.name`,
    [userId],
  )
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    scopes: limitScopes.filter((scope) => row.scopes.split(',').includes(scope)),
    projects: row.all_projects
      ? 'all'
      : projects.flatMap((project) => (project.token_id === row.id ? project.name : [])),
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    createdAt: row.created_at,
  }))
}

export interface TokenToInsert {
  userId: number
  name: string
  secretHash: string
  scopes: readonly LimitScope[]
  projectIds: 'all' | readonly number[]
  expiresAt: Date | null
  createdAt: Date
}

/** The id; `taken` when the name is, `full` when there are too many, `missing` when the person or a project has gone. */
export async function insertAccessToken(
  core: Core,
  { projectIds, scopes, ...token }: TokenToInsert,
  line: AuditLine,
): Promise<number | 'taken' | 'full' | 'missing'> {
  try {
    return await core.db.transaction(async (tx) => {
      // Two at once must not both be the last.
      await tx.$queryRaw`SELECT id FROM users WHERE id = ${token.userId} FOR UPDATE`
      if ((await tx.accessToken.count({ where: { userId: token.userId } })) >= MAX_TOKENS) return 'full'
      const { id } = await tx.accessToken.create({
        data: { ...token, scopes: scopes.join(','), allProjects: projectIds === 'all' },
        select: { id: true },
      })
      if (projectIds !== 'all')
        await tx.accessTokenProject.createMany({
          data: projectIds.map((projectId) => ({ projectId, tokenId: id })),
        })
      await record(core, tx, line)
      return id
    })
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    if (isForeignKeyViolation(error)) return 'missing'
    throw error
  }
}

/** False when the person has no such token. */
export async function removeAccessToken(
  core: Core,
  userId: number,
  id: number,
  lineFor: (name: string, owner: string) => AuditLine,
): Promise<boolean> {
  return core.db.transaction(async (tx) => {
    const token = await tx.accessToken.findFirst({
      where: { id, userId },
      select: { name: true, user: { select: { username: true } } },
    })
    if (!token || (await tx.accessToken.deleteMany({ where: { id } })).count === 0) return false
    await record(core, tx, lineFor(token.name, token.user.username))
    return true
  })
}
