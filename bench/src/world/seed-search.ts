import { openSql, type Sql } from './sql.ts'

/** So many projects of so many repositories of so many artifacts, one tag each. */
export interface SearchPlan {
  projects: number
  repositories: number
  artifacts: number
  /** Username → how many of the first private projects the person is a developer of. */
  members: Record<string, number>
}

/** 1,000 × 20 × 50: 1,000,000 artifacts. */
export const millionPlan = (members: SearchPlan['members']): SearchPlan => ({
  projects: 1_000,
  repositories: 20,
  artifacts: 50,
  members,
})
/** 1,000 × 2 × 5: 10,000 artifacts in as many projects, so that nobody sees more projects in one than in the other. */
export const tenThousandPlan = (members: SearchPlan['members']): SearchPlan => ({
  projects: 1_000,
  repositories: 2,
  artifacts: 5,
  members,
})

// Every hundredth project is public.
const isPublic = (index: string) => `(${index} % 100 = 99)`
const tables = [
  'projects',
  'members',
  'repositories',
  'repository_suffixes',
  'artifacts',
  'tags',
  'artifact_terms',
]
const heavyTables = ['repository_suffixes', 'artifacts', 'tags', 'artifact_terms']

/** Writes the rows that a search reads, inside the database; no blobs, no bytes. */
export async function seedSearch(databaseUrl: string, plan: SearchPlan): Promise<void> {
  const sql = openSql(databaseUrl, 1)
  try {
    if (sql.provider === 'mysql') {
      // What a server of this size has; the tests' own is meant for tests.
      await sql.run(`SET GLOBAL innodb_buffer_pool_size = ${1024 ** 3}`)
      await sql.run('SET foreign_key_checks = 0, unique_checks = 0')
    } else await sql.run('SET session_replication_role = replica')
    // Numbers from 0, also where no function makes them.
    await sql.run('CREATE TEMPORARY TABLE n (n INTEGER PRIMARY KEY)')
    const numbers = Array.from({ length: 1_000 }, (_, n) => `(${n})`).join(',')
    await sql.run(`INSERT INTO n (n) VALUES ${numbers}`)
    await withoutIndexes(sql, () => insert(sql, plan))
    await settle(sql)
  } finally {
    await sql.close()
  }
}

async function insert(sql: Sql, plan: SearchPlan): Promise<void> {
  const mysql = sql.provider === 'mysql'
  const text = (value: string) => (mysql ? `CAST(${value} AS CHAR)` : `(${value})::text`)
  const padded = (value: string, length: number) => `LPAD(${text(value)}, ${length}, '0')`
  const { projects, repositories, artifacts, members } = plan
  const now = "'2026-01-01 00:00:00'"
  await sql.run(`INSERT INTO projects (id, name, public, repository_count, created_at, updated_at)
    SELECT 1001 + n, CONCAT('bench-', ${padded('n', 4)}), ${isPublic('n')}, ${repositories}, ${now}, ${now}
      FROM n WHERE n < ${projects}`)
  for (const [username, count] of Object.entries(members))
    await sql.run(`INSERT INTO members (project_id, user_id, role_id, created_at, updated_at)
      SELECT p.id, u.id, 2, ${now}, ${now} FROM users u, (SELECT id FROM projects
        WHERE id > 1000 AND public = FALSE ORDER BY id LIMIT ${count}) p WHERE u.username = '${username}'`)
  const repositoryId = `(100000 + (p.id - 1001) * ${repositories} + n.n)`
  await sql.run(`INSERT INTO repositories (id, project_id, name, description, artifact_count, created_at, updated_at)
    SELECT ${repositoryId}, p.id, CONCAT(p.name, '/team/service-', ${padded('n.n', 3)}), '', ${artifacts}, ${now}, ${now}
      FROM projects p JOIN n ON n.n < ${repositories} WHERE p.id > 1000`)
  const inWord = (char: string) => (mysql ? `${char} REGEXP '[a-z0-9]'` : `${char} ~ '[a-z0-9]'`)
  await sql.run(`INSERT INTO repository_suffixes (repository_id, position, project_id, within_word, suffix)
    SELECT r.id, n.n, r.project_id, NOT (${inWord('SUBSTR(r.name, n.n + 1, 1)')}
        AND (n.n = 0 OR NOT ${inWord('SUBSTR(r.name, n.n, 1)')})), SUBSTR(r.name, n.n + 1, 64)
      FROM repositories r JOIN n ON n.n < CHAR_LENGTH(r.name) WHERE r.id >= 100000`)
  const artifactId = `(10000000 + (r.id - 100000) * ${artifacts} + n.n)`
  const hash = `CONCAT(MD5(${text(artifactId)}), MD5(CONCAT('x', ${text(artifactId)})))`
  const revision = (id: string) => `SUBSTR(MD5(CONCAT('revision ', ${text(id)})), 1, 12)`
  const annotations = (id: string) =>
    `CONCAT('{"vendor":"acme"', CASE WHEN ${id} % 4 = 0 THEN CONCAT(',"revision":"', ${revision(id)}, '"') ELSE '' END, '}')`
  await sql.run(`INSERT INTO artifacts (id, project_id, repository_id, digest, type, media_type, manifest_media_type,
      manifest_size_bytes, size_bytes, annotations, extra_attrs, pushed_at)
    SELECT ${artifactId}, r.project_id, r.id, CONCAT('sha256:', ${hash}), 'IMAGE',
      'application/vnd.oci.image.config.v1+json', 'application/vnd.oci.image.manifest.v1+json', 900, 60000000,
      ${mysql ? annotations(artifactId) : `${annotations(artifactId)}::jsonb`}, '{}', ${now}
      FROM repositories r JOIN n ON n.n < ${artifacts} WHERE r.id >= 100000`)
  // The last of each repository has a name of its own.
  await sql.run(`INSERT INTO tags (repository_id, artifact_id, name, project_id, name_key, pushed_at)
    SELECT a.repository_id, a.id, t.name, a.project_id, t.name, ${now} FROM artifacts a JOIN (SELECT id,
      CASE WHEN (id - 10000000) % ${artifacts} = ${artifacts - 1} THEN CONCAT('only-', SUBSTR(digest, 8, 10))
        ELSE CONCAT('v', ${text(`(id - 10000000) % ${artifacts} + 1`)}) END AS name FROM artifacts) t ON t.id = a.id`)
  for (const [position, term, only] of [
    [0, "'vendor=acme'", ''],
    [1, "'acme'", ''],
    [2, `CONCAT('revision=', ${revision('a.id')})`, 'WHERE a.id % 4 = 0'],
    [3, revision('a.id'), 'WHERE a.id % 4 = 0'],
  ])
    await sql.run(`INSERT INTO artifact_terms (artifact_id, position, project_id, term)
      SELECT a.id, ${position}, a.project_id, ${term} FROM artifacts a ${only}`)
}

/** Indexes that only searches and lists need are built once at the end, as a restore would. */
async function withoutIndexes(sql: Sql, run: () => Promise<void>): Promise<void> {
  if (sql.provider === 'mysql') return run()
  const list = heavyTables.map((table) => `'${table}'`).join(',')
  const indexes = await sql.run<{ indexname: string; indexdef: string }>(
    `SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN (${list}) AND indexdef NOT LIKE '%UNIQUE%'`,
  )
  for (const { indexname } of indexes) await sql.run(`DROP INDEX ${indexname}`)
  await run()
  for (const { indexdef } of indexes) await sql.run(indexdef)
}

/** Statistics as autovacuum would have them some minutes later. */
async function settle(sql: Sql): Promise<void> {
  if (sql.provider === 'mysql') {
    await sql.run(`ANALYZE TABLE ${tables.join(', ')}`)
    return
  }
  for (const table of tables) await sql.run(`VACUUM (ANALYZE) ${table}`)
  await sql.run('CHECKPOINT')
}
