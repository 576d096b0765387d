import type { Core } from '../../context/index.ts'
import type { FindingKind } from '../model.ts'

// Sizes of one statement, so that few different ones have to be prepared.
const BATCHES = [256, 16, 1]

/** Keeps names as the registry listed them; those kept already stay. `repository` '' stands for the catalog. */
export async function keepNames(
  core: Core,
  walkId: number,
  repository: string,
  names: readonly string[],
): Promise<void> {
  const [into, unless] =
    core.db.provider === 'mysql' ? ['INSERT IGNORE INTO', ''] : ['INSERT INTO', ' ON CONFLICT DO NOTHING']
  for (let start = 0; start < names.length; ) {
    const size = BATCHES.find((batch) => batch <= names.length - start)!
    const rows = Array.from({ length: size }, () => '(?, ?, ?)').join(', ')
    await core.db.query(
      `${into} registry_walk_names (walk_id, repository, name) VALUES ${rows}${unless}`,
      names.slice(start, start + size).flatMap((name) => [walkId, repository, name]),
    )
    start += size
  }
}

export async function dropNames(core: Core, walkId: number, repository: string): Promise<void> {
  await core.db.prisma.registryWalkName.deleteMany({ where: { walkId, repository } })
}

export async function hasName(
  core: Core,
  walkId: number,
  repository: string,
  name: string,
): Promise<boolean> {
  const sql = 'SELECT name FROM registry_walk_names WHERE walk_id = ? AND repository = ? AND name = ?'
  return (await core.db.query(sql, [walkId, repository, name])).length > 0
}

/** How many repositories there are to visit: those of the catalog and, with the index, those that only it knows. */
export async function countRepositories(core: Core, walkId: number, withIndex: boolean): Promise<number> {
  const listed = `SELECT COUNT(*) AS total FROM registry_walk_names WHERE walk_id = ? AND repository = ''`
  const [row] = await core.db.query<{ total: number }>(listed, [walkId])
  if (!withIndex) return row?.total ?? 0
  const [known] = await core.db.query<{ total: number }>(
    `SELECT COUNT(*) AS total FROM repositories r WHERE NOT EXISTS (
      SELECT 1 FROM registry_walk_names n WHERE n.walk_id = ? AND n.repository = '' AND n.name = r.name)`,
    [walkId],
  )
  return (row?.total ?? 0) + (known?.total ?? 0)
}

/** True when the index knows repositories with something in them, and the catalog lists none of those. */
export async function sharesNothing(core: Core, walkId: number): Promise<boolean> {
  const known = 'SELECT r.id FROM repositories r WHERE r.artifact_count > 0'
  if ((await core.db.query(`${known} LIMIT 1`)).length === 0) return false
  const shared = `${known} AND EXISTS (SELECT 1 FROM registry_walk_names n
    WHERE n.walk_id = ? AND n.repository = '' AND n.name = r.name) LIMIT 1`
  return (await core.db.query(shared, [walkId])).length === 0
}

export interface ListedRepository {
  name: string
  /** False: only the index knows it. */
  listed: boolean
}

/** The next repositories after a name, in the database's order. */
export async function readRepositoriesAfter(
  core: Core,
  walkId: number,
  after: string,
  limit: number,
  withIndex: boolean,
): Promise<ListedRepository[]> {
  const listed = `SELECT n.name, 1 AS listed FROM registry_walk_names n
    WHERE n.walk_id = ? AND n.repository = '' AND n.name > ? ORDER BY n.name LIMIT ?`
  if (!withIndex) {
    const rows = await core.db.query<{ name: string }>(listed, [walkId, after, limit])
    return rows.map(({ name }) => ({ name, listed: true }))
  }
  const rows = await core.db.query<{ name: string; listed: number }>(
    `SELECT x.name, MAX(x.listed) AS listed FROM ((${listed}) UNION ALL
      (SELECT r.name, 0 AS listed FROM repositories r WHERE r.name > ? ORDER BY r.name LIMIT ?)) x
      GROUP BY x.name ORDER BY x.name LIMIT ?`,
    [walkId, after, limit, after, limit, limit],
  )
  return rows.map(({ name, listed }) => ({ name, listed: Number(listed) === 1 }))
}

export interface ListedTag {
  name: string
  /** What the index says it stands for; null when it does not know the tag. */
  digest: string | null
}

/** Tags listed of a repository after a name, beside what the index knows of them under `indexedAs`. */
export async function readListedTags(
  core: Core,
  walkId: number,
  {
    repository,
    indexedAs,
    after,
    limit,
  }: Record<'repository' | 'indexedAs' | 'after', string> & { limit: number },
): Promise<ListedTag[]> {
  return core.db.query<{ name: string; digest: string | null }>(
    `SELECT n.name, a.digest FROM registry_walk_names n
      LEFT JOIN repositories r ON r.name = ?
      LEFT JOIN tags t ON t.repository_id = r.id AND t.name = n.name
      LEFT JOIN artifacts a ON a.id = t.artifact_id
      WHERE n.walk_id = ? AND n.repository = ? AND n.name > ? ORDER BY n.name LIMIT ?`,
    [indexedAs, walkId, repository, after, limit],
  )
}

/** Tags of the index that the registry did not list, after an id. */
export async function readUnlistedTags(
  core: Core,
  walkId: number,
  repository: string,
  afterId: number,
  limit: number,
): Promise<{ id: number; name: string }[]> {
  return core.db.query<{ id: number; name: string }>(
    `SELECT t.id, t.name FROM repositories r JOIN tags t ON t.repository_id = r.id
      WHERE r.name = ? AND t.id > ? AND NOT EXISTS (SELECT 1 FROM registry_walk_names n
        WHERE n.walk_id = ? AND n.repository = ? AND n.name = t.name) ORDER BY t.id LIMIT ?`,
    [repository, afterId, walkId, repository, limit],
  )
}

/** Artifacts without a tag, newest first: an index comes after its children. */
export async function readUntagged(
  core: Core,
  repository: string,
  beforeId: number,
  limit: number,
): Promise<{ id: number; digest: string }[]> {
  return core.db.query<{ id: number; digest: string }>(
    `SELECT a.id, a.digest FROM repositories r JOIN artifacts a ON a.repository_id = r.id
      WHERE r.name = ? AND a.id < ? AND NOT EXISTS (SELECT 1 FROM tags t WHERE t.artifact_id = a.id)
      ORDER BY a.id DESC LIMIT ?`,
    [repository, beforeId, limit],
  )
}

/** How many findings of each kind are kept of a walk. */
export async function countKept(core: Core, walkId: number): Promise<Map<FindingKind, number>> {
  const rows = await core.db.query<{ kind: FindingKind; kept: number }>(
    'SELECT kind, COUNT(*) AS kept FROM registry_findings WHERE walk_id = ? GROUP BY kind',
    [walkId],
  )
  return new Map(rows.map(({ kind, kept }) => [kind, Number(kept)]))
}
