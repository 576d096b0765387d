import { openSql, type Sql } from './sql.ts'

/** So many a second apart, ending at this time. */
const SECONDS_APART = 1
export const auditEnd = new Date('2026-06-01T00:00:00Z')
/** Places of their own: what Berth writes meanwhile stands elsewhere. */
const FIRST_POSITION = 1_000_000_000
/** Ids without gaps, as lines have that are written one by one: a database that numbers a bulk itself leaves some. */
const FIRST_ID = 1_000
const CHUNK = 500_000

/**
 * Writes `lines` lines of a log, sealed in looks only, inside the database. Who, what, where and how it went depend on
 * the number of the line by different primes, so that they are independent of each other:
 *
 * - people: `ci` 30 %, 709 others 0.1 % each
 * - events: pull 57 %, push 21 %, others 1 to 6 %; 1 % failed, 2.3 % refused
 * - projects: 100, 1 % each; 350,000 resources; 1,021 addresses
 */
export async function seedAudit(databaseUrl: string, lines: number): Promise<void> {
  const sql = openSql(databaseUrl, 1)
  const mysql = sql.provider === 'mysql'
  const text = (value: string) => (mysql ? `CAST(${value} AS CHAR)` : `(${value})::text`)
  const draw = (factor: number, prime: number) => `(n * ${factor} % ${prime})`
  const pick = (value: string, ...cases: [number, string][]) =>
    `CASE ${cases.map(([below, then]) => `WHEN ${value} < ${below} THEN '${then}'`).join(' ')} END`
  const who = draw(7919, 1009)
  const what = draw(31, 97)
  const how = draw(17, 1013)
  const project = draw(13, 101)
  const where = draw(23, 1021)
  const hash = (salt: string) => `MD5(CONCAT('${salt}', ${text('n')}))`
  const second = `${lines - 1} - n`
  const at = mysql
    ? `TIMESTAMP('${auditEnd.toISOString().slice(0, 19).replace('T', ' ')}') - INTERVAL (${second}) * ${SECONDS_APART} SECOND`
    : `TIMESTAMP '${auditEnd.toISOString().slice(0, 19)}' - (${second}) * INTERVAL '${SECONDS_APART} second'`
  const detail = `CONCAT('{"digest":"sha256:', ${hash('a')}, ${hash('b')}, '"}')`
  const columns = `id, at, actor_kind, actor_id, actor_name, credential, address, user_agent, request_id, action,
    resource_type, resource, project_id, result, times, detail, position, hash, seal`
  const values = `${FIRST_ID} + n, ${at}, 'user', ${who}, CASE WHEN ${who} < 300 THEN 'ci' ELSE CONCAT('person-', ${text(who)}) END,
    'password', CONCAT('10.0.', ${text(`${where} % 4`)}, '.', ${text(where)}), CONCAT('docker/28.', ${text('n % 5')}), ${hash('r')},
    ${pick(what, [55, 'pull'], [80, 'create'], [84, 'delete'], [90, 'login'], [93, 'update'], [95, 'create'], [96, 'update'], [97, 'delete'])},
    ${pick(what, [75, 'artifact'], [80, 'tag'], [84, 'artifact'], [90, 'user'], [93, 'project'], [95, 'member'], [96, 'configuration'], [97, 'user'])},
    CASE WHEN n % 1000003 = 7 THEN CONCAT('needle-', ${text('n')})
      ELSE CONCAT('project-', ${text(project)}, '/service-', ${text(draw(11, 499))}, ':v', ${text('n % 7')}) END,
    CASE WHEN ${project} = 0 THEN NULL ELSE ${project} END,
    ${pick(how, [980, 'ok'], [1003, 'refused'], [1013, 'failed'])}, 1, ${mysql ? detail : `${detail}::jsonb`},
    ${FIRST_POSITION} + n, ${hash('h')}, 'x'`
  try {
    if (mysql) {
      // What a server of this size has; the tests' own is meant for tests.
      await sql.run(`SET GLOBAL innodb_buffer_pool_size = ${2 * 1024 ** 3}`)
      await sql.run(`SET GLOBAL innodb_log_file_size = ${1024 ** 3}`)
      await sql.run('SET unique_checks = 0')
    } else {
      await sql.run("SET maintenance_work_mem = '512MB'")
      // Otherwise it writes a checkpoint every few seconds while so much comes.
      await sql.run("ALTER SYSTEM SET max_wal_size = '8GB'")
      await sql.run('SELECT pg_reload_conf()')
    }
    // Built once at the end, as a restore would; not that of places, by which Berth asks every second what waits.
    const indexes = await (mysql ? mariadbIndexes(sql) : postgresIndexes(sql))
    for (const statement of indexes.drop) await sql.run(statement)
    for (let from = 0; from < lines; from += CHUNK) {
      const to = Math.min(from + CHUNK, lines)
      const numbers = mysql
        ? `(SELECT CAST(${from} + seq AS SIGNED) AS n FROM seq_0_to_${to - from - 1}) s`
        : `generate_series(${from}::bigint, ${to - 1}) AS n`
      await sql.run(`INSERT INTO audit_lines (${columns}) SELECT ${values} FROM ${numbers}`)
    }
    for (const statement of indexes.build) await sql.run(statement)
    if (mysql) await sql.run('ANALYZE TABLE audit_lines')
    else {
      // What Berth writes from now on stands behind the lines.
      await sql.run(`SELECT setval(pg_get_serial_sequence('audit_lines', 'id'), ${FIRST_ID + lines})`)
      await sql.run('VACUUM (ANALYZE) audit_lines')
      await sql.run('CHECKPOINT')
    }
  } finally {
    await sql.close()
  }
}

interface Indexes {
  drop: string[]
  build: string[]
}

async function postgresIndexes(sql: Sql): Promise<Indexes> {
  const found = await sql.run<{ indexname: string; indexdef: string }>(
    `SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'audit_lines' AND indexdef NOT LIKE '%UNIQUE%'
        AND indexname NOT LIKE '%position%'`,
  )
  return {
    drop: found.map(({ indexname }) => `DROP INDEX ${indexname}`),
    build: found.map(({ indexdef }) => indexdef),
  }
}

async function mariadbIndexes(sql: Sql): Promise<Indexes> {
  const found = await sql.run<{ name: string; columns: string }>(
    `SELECT index_name AS name, GROUP_CONCAT(column_name ORDER BY seq_in_index) AS columns
       FROM information_schema.statistics
      WHERE table_schema = DATABASE() AND table_name = 'audit_lines' AND index_name <> 'PRIMARY'
        AND index_name NOT LIKE '%position%' GROUP BY index_name`,
  )
  const alter = (parts: string[]) => [`ALTER TABLE audit_lines ${parts.join(', ')}`]
  return {
    drop: alter(found.map(({ name }) => `DROP INDEX ${name}`)),
    // All in one reading of the table.
    build: alter(found.map(({ name, columns }) => `ADD INDEX ${name} (${columns})`)),
  }
}
