import { openSql } from './sql.ts'

const DAY_MS = 86_400_000

/** Counts for every repository on each of the last `days` days, with the sums above them, as if Berth had counted. */
export async function seedDays(databaseUrl: string, days: number): Promise<void> {
  const sql = openSql(databaseUrl, 1)
  const today = Math.floor(Date.now() / DAY_MS)
  const first = today - days + 1
  const calendar =
    sql.provider === 'postgresql'
      ? `(SELECT d AS day FROM generate_series(${first}, ${today}) d)`
      : `(SELECT seq AS day FROM seq_${first}_to_${today})`
  try {
    await sql.run(
      `INSERT INTO repository_days (day, repository_id, project_id, pulls, pushes)
       SELECT c.day, r.id, r.project_id, 1 + MOD(r.id * 7 + c.day, 50), MOD(r.id + c.day, 5)
         FROM ${calendar} c CROSS JOIN repositories r ORDER BY c.day, r.id`,
    )
    await sql.run(
      `INSERT INTO repository_spans (days, day, repository_id, project_id, pulls, pushes)
       SELECT s.days, d.day - MOD(d.day, s.days), d.repository_id, MAX(d.project_id), SUM(d.pulls), SUM(d.pushes)
         FROM repository_days d CROSS JOIN (SELECT 7 AS days UNION ALL SELECT 28) s
        GROUP BY s.days, d.day - MOD(d.day, s.days), d.repository_id`,
    )
    await sql.run(
      `INSERT INTO project_days (project_id, day, pulls, pushes, storage_bytes)
       SELECT project_id, day, SUM(pulls), SUM(pushes), 1000000 * (day - ${first} + 1)
         FROM repository_days GROUP BY project_id, day`,
    )
    await sql.run(
      `INSERT INTO project_days (project_id, day, pulls, pushes, storage_bytes)
       SELECT 0, day, SUM(pulls), SUM(pushes), SUM(storage_bytes) FROM project_days GROUP BY day`,
    )
    const tables = 'repository_days, repository_spans, project_days'
    await sql.run(sql.provider === 'postgresql' ? `ANALYZE ${tables}` : `ANALYZE TABLE ${tables}`)
  } finally {
    await sql.close()
  }
}
