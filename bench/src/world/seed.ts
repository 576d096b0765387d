import { createHash } from 'node:crypto'
import { openSql, type Sql } from './sql.ts'

export interface SeedProject {
  name: string
  repositories: number
}

export interface SeedPlan {
  projects: SeedProject[]
  artifactsPerRepository: number
  /** Usernames that become developers of every second project, from the first on. */
  members: string[]
}

const pad = (index: number) => String(index + 1).padStart(3, '0')
const projectName = (index: number) => `bench-${pad(index)}`
/** The repository's name in the project whatever the size, so that calls are the same. */
export const repositoryName = (index: number) => `team/service-${pad(index)}`
/** The project that the calls look into. */
export const probeProject = projectName(0)

/** 100 projects of 100 repositories of 10 artifacts: 100,000 artifacts. */
export const largePlan = (members: string[]): SeedPlan => ({
  projects: Array.from({ length: 100 }, (_, index) => ({ name: projectName(index), repositories: 100 })),
  artifactsPerRepository: 10,
  members,
})

/**
 * A hundredth of it: 100 repositories, 1,000 artifacts. Shaped so that a page of 15 is as full as in the large one
 * (31 projects, because a member of every second one still sees 16), else the two would not answer the same call.
 */
export const smallPlan = (members: string[]): SeedPlan => ({
  projects: Array.from({ length: 31 }, (_, index) => ({
    name: projectName(index),
    repositories: index === 0 ? 20 : index <= 20 ? 3 : 2,
  })),
  artifactsPerRepository: 10,
  members,
})

const start = Date.parse('2026-01-01T00:00:00Z')
const time = (minute: number) =>
  `'${new Date(start + minute * 60_000).toISOString().slice(0, 19).replace('T', ' ')}'`
const digest = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`
const rowsPerStatement = 2_000
const layersPerArtifact = 3

/** Collects rows of one table. All values are ours: numbers, and text without quotes. */
function writer(sql: Sql, table: string, columns: string) {
  let rows: string[] = []
  return {
    add(...values: (string | number)[]) {
      rows.push(`(${values.join(',')})`)
    },
    pending: () => rows.length,
    async flush() {
      if (rows.length === 0) return
      const values = rows.join(',')
      rows = []
      await sql.run(`INSERT INTO ${table} (${columns}) VALUES ${values}`)
    },
  }
}

async function nextId(sql: Sql, table: string): Promise<number> {
  const [row] = await sql.run<{ id: number | null }>(`SELECT MAX(id) AS id FROM ${table}`)
  return (row?.id ?? 0) + 1
}

/** Writes the rows that pushes would have left, without a byte in the registry. */
export async function seed(databaseUrl: string, plan: SeedPlan): Promise<void> {
  const sql = openSql(databaseUrl, 1)
  try {
    // Half a million rows whose keys we made ourselves need no look-up each.
    await sql.run(
      sql.provider === 'mysql' ? 'SET foreign_key_checks = 0' : 'SET session_replication_role = replica',
    )
    await insert(sql, plan)
    await count(sql)
    await settle(sql)
  } finally {
    await sql.close()
  }
}

async function insert(sql: Sql, plan: SeedPlan): Promise<void> {
  const people = await sql.run<{ id: number; username_key: string }>('SELECT id, username_key FROM users')
  const idOf = (username: string) => people.find((person) => person.username_key === username)!.id
  const [yes, no] = ['TRUE', 'FALSE']
  let [project, repository, artifact, blob] = (await Promise.all(
    ['projects', 'repositories', 'artifacts', 'blobs'].map((table) => nextId(sql, table)),
  )) as [number, number, number, number]
  const projects = writer(sql, 'projects', 'id,name,owner_id,public,repository_count,created_at,updated_at')
  const members = writer(sql, 'members', 'project_id,user_id,role_id,created_at,updated_at')
  const repositories = writer(
    sql,
    'repositories',
    'id,project_id,name,description,pull_count,artifact_count,created_at,updated_at',
  )
  const artifacts = writer(
    sql,
    'artifacts',
    'id,project_id,repository_id,digest,type,media_type,manifest_media_type,manifest_size_bytes,size_bytes,annotations,extra_attrs,listed,pull_count,pushed_at,pulled_at',
  )
  const tags = writer(sql, 'tags', 'repository_id,artifact_id,name,pushed_at')
  const blobs = writer(sql, 'blobs', 'id,digest,size_bytes')
  const artifactBlobs = writer(sql, 'artifact_blobs', 'artifact_id,position,blob_id,media_type')
  // A table is written before the tables that point to it.
  const flushAll = async () => {
    for (const table of [projects, members, repositories, artifacts, tags, blobs, artifactBlobs])
      await table.flush()
  }

  const sharedLayers = Array.from({ length: 50 }, () => blob++)
  for (const id of sharedLayers) blobs.add(id, `'${digest(`layer ${id}`)}'`, 30_000_000 + id)
  for (const [index, { name, repositories: count }] of plan.projects.entries()) {
    const projectId = project++
    const projectTime = time(index)
    projects.add(
      projectId,
      `'${name}'`,
      idOf('admin'),
      index % 10 === 9 ? yes : no,
      count,
      projectTime,
      projectTime,
    )
    if (index % 2 === 0)
      for (const username of plan.members) members.add(projectId, idOf(username), 2, projectTime, projectTime)
    for (let r = 0; r < count; r++) {
      const repositoryId = repository++
      const full = `${name}/${repositoryName(r)}`
      const n = plan.artifactsPerRepository
      repositories.add(repositoryId, projectId, `'${full}'`, "''", r, n, time(r), time(r))
      for (let a = 0; a < n; a++) {
        const artifactId = artifact++
        const pushed = time(r * n + a)
        const extra = `'{"architecture":"amd64","os":"linux","created":"2026-01-01T00:00:00Z","author":""}'`
        artifacts.add(
          artifactId,
          projectId,
          repositoryId,
          `'${digest(`${full} ${a}`)}'`,
          "'IMAGE'",
          "'application/vnd.oci.image.config.v1+json'",
          "'application/vnd.oci.image.manifest.v1+json'",
          900,
          60_000_000 + a,
          "'{}'",
          extra,
          yes,
          a,
          pushed,
          pushed,
        )
        tags.add(repositoryId, artifactId, `'v${a + 1}'`, pushed)
        blobs.add(blob, `'${digest(`config ${full} ${a}`)}'`, 2_000)
        artifactBlobs.add(artifactId, 0, blob++, "'application/vnd.oci.image.config.v1+json'")
        for (let layer = 1; layer <= layersPerArtifact; layer++)
          artifactBlobs.add(
            artifactId,
            layer,
            sharedLayers[(artifactId + layer) % sharedLayers.length]!,
            "'application/vnd.oci.image.layer.v1.tar+gzip'",
          )
      }
      if (artifactBlobs.pending() >= rowsPerStatement) await flushAll()
    }
  }
  await flushAll()
}

/** What every project holds: the rows that pushes keep with each blob. */
async function count(sql: Sql): Promise<void> {
  const held = 'SELECT pb.project_id FROM project_blobs pb'
  await sql.run(`INSERT INTO blobs (digest, size_bytes, measured)
    SELECT a.digest, MAX(a.manifest_size_bytes), TRUE FROM artifacts a
      WHERE NOT EXISTS (SELECT 1 FROM blobs b WHERE b.digest = a.digest) GROUP BY a.digest`)
  await sql.run(`INSERT INTO project_blobs (project_id, blob_id, holders)
    SELECT h.project_id, h.blob_id, COUNT(*) FROM (
      SELECT a.project_id, ab.blob_id, a.id FROM artifacts a JOIN artifact_blobs ab ON ab.artifact_id = a.id
      UNION SELECT a.project_id, b.id AS blob_id, a.id FROM artifacts a JOIN blobs b ON b.digest = a.digest
    ) h WHERE h.project_id NOT IN (${held}) GROUP BY h.project_id, h.blob_id`)
  await sql.run(`INSERT INTO quotas (project_id, used_bytes, updated_at)
    SELECT p.id, COALESCE((SELECT SUM(b.size_bytes) FROM project_blobs pb JOIN blobs b ON b.id = pb.blob_id
      WHERE pb.project_id = p.id), 0), CURRENT_TIMESTAMP
      FROM projects p WHERE p.id NOT IN (SELECT q.project_id FROM quotas q)`)
}

/** Counters behind the written ids, and statistics as autovacuum would have them some minutes later. */
async function settle(sql: Sql): Promise<void> {
  const tables = [
    'projects',
    'members',
    'repositories',
    'artifacts',
    'tags',
    'blobs',
    'artifact_blobs',
    'project_blobs',
    'quotas',
  ]
  if (sql.provider === 'mysql') {
    await sql.run(`ANALYZE TABLE ${tables.join(', ')}`)
    return
  }
  for (const table of ['projects', 'repositories', 'artifacts', 'blobs', 'quotas'])
    await sql.run(`SELECT setval(pg_get_serial_sequence('${table}', 'id'), (SELECT MAX(id) FROM ${table}))`)
  for (const table of tables) await sql.run(`VACUUM (ANALYZE) ${table}`)
  await sql.run('CHECKPOINT')
}
