import type { Core } from '../context/index.ts'

/** Names after `last` in their order, at most `n`; asks for one more to know whether there are more. */
export async function readTagNames(
  core: Core,
  repository: string,
  n: number,
  last: string | undefined,
): Promise<string[]> {
  const rows = await core.db.query<{ name: string }>(
    `SELECT t.name FROM repositories r JOIN tags t ON t.repository_id = r.id
      WHERE r.name = ? AND t.name > ? ORDER BY t.name LIMIT ?`,
    [repository, last ?? '', n + 1],
  )
  return rows.map((row) => row.name)
}
