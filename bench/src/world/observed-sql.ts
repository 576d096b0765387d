import { setTimeout as delay } from 'node:timers/promises'
import { openSql, type Sql, type Statement } from './sql.ts'
import { postgresLog, type World } from './world.ts'

/**
 * The statements one call costs, as the database itself saw them: the bare server then runs exactly these, and no copy
 * of Berth's SQL can grow stale here. What Berth answers from memory is not there. Calls run warm.
 */
export async function observeStatements(world: World, call: () => Promise<void>): Promise<Statement[]> {
  const sql = openSql(world.databaseUrl, 1)
  try {
    for (let i = 0; i < 5; i++) await call()
    const seen =
      sql.provider === 'mysql' ? await watchMariadb(sql, call) : await watchPostgres(sql, world, call)
    return perCall(seen)
  } finally {
    await sql.close()
  }
}

const repetitions = 20

async function repeat(call: () => Promise<void>): Promise<void> {
  for (let i = 0; i < repetitions; i++) await call()
}

/** Heartbeats and the like come in between: what belongs to a call came with it nearly every time, a log may lose one. */
export function perCall(seen: readonly Statement[], calls = repetitions): Statement[] {
  const counts = new Map<string, { statement: Statement; count: number }>()
  for (const statement of seen) {
    const known = counts.get(statement.text)
    if (known) known.count++
    else counts.set(statement.text, { statement, count: 1 })
  }
  return [...counts.values()].flatMap(({ statement, count }) =>
    Array.from({ length: Math.round(count / calls) }, () => statement),
  )
}

async function watchPostgres(sql: Sql, world: World, call: () => Promise<void>): Promise<Statement[]> {
  const set = async (value: string) => {
    await sql.run(`ALTER SYSTEM ${value}`)
    await sql.run('SELECT pg_reload_conf()')
  }
  const marker = async (word: string) => {
    const text = `bench ${word} ${Date.now()}`
    // Repeated until the log has it: a reload reaches each connection a moment later.
    for (const end = Date.now() + 10_000; ; await delay(50)) {
      await sql.run(`SELECT '${text}'`)
      const log = await postgresLog(world)
      if (log.includes(text)) return log.lastIndexOf(text)
      if (Date.now() > end) throw new Error('Postgres does not log its statements')
    }
  }
  await set("SET log_statement = 'all'")
  try {
    // The first calls after the reload let every connection of Berth notice it.
    await marker('noticed')
    await repeat(call)
    const from = await marker('begin')
    await repeat(call)
    const to = await marker('end')
    return parsePostgresLog((await postgresLog(world)).slice(from, to))
  } finally {
    await set('RESET log_statement')
  }
}

/** `execute name: text` lines with their `Parameters:` detail; further lines of a text begin with a tab. */
export function parsePostgresLog(log: string): Statement[] {
  const statements: Statement[] = []
  let open: 'text' | 'other' = 'other'
  for (const logged of log.split('\n')) {
    // `npm start` writes the time of arrival before each line.
    const line = logged.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, '')
    const entry = /^.*? (LOG|DETAIL): {2}(.*)$/.exec(line)
    const last = statements.at(-1)
    if (!entry) {
      if (open === 'text' && last && line.startsWith('\t')) last.text += `\n${line.slice(1)}`
      continue
    }
    const execute = entry[1] === 'LOG' ? /^execute [^:]*: (.*)$/.exec(entry[2]!) : null
    open = execute ? 'text' : 'other'
    if (execute) statements.push({ text: execute[1]!, params: [] })
    else if (entry[1] === 'DETAIL' && last && /^parameters: /i.test(entry[2]!))
      last.params = parseParameters(entry[2]!)
  }
  return statements
}

function parseParameters(detail: string): (string | null)[] {
  const params: (string | null)[] = []
  for (const [, index, quoted] of detail.matchAll(/\$(\d+) = (?:'((?:[^']|'')*)'|NULL)/g))
    params[Number(index) - 1] = quoted === undefined ? null : quoted.replaceAll("''", "'")
  return params
}

async function watchMariadb(sql: Sql, call: () => Promise<void>): Promise<Statement[]> {
  await sql.run("SET GLOBAL log_output = 'TABLE'")
  await sql.run('SET GLOBAL general_log = 1')
  try {
    // A statement that was prepared before is logged without its values: Berth gets new connections.
    const others = await sql.run<{ id: number }>(
      'SELECT id FROM information_schema.processlist WHERE user = SUBSTRING_INDEX(CURRENT_USER(), "@", 1) AND id <> CONNECTION_ID()',
    )
    for (const { id } of others) await sql.run(`KILL CONNECTION ${id}`).catch(() => {})
    for (let left = repetitions; left > 0; left--) await call().catch(() => delay(50))
    await sql.run('TRUNCATE TABLE mysql.general_log')
    await repeat(call)
  } finally {
    await sql.run('SET GLOBAL general_log = 0')
  }
  const rows = await sql.run<{ text: string }>(
    "SELECT CONVERT(argument USING utf8mb4) AS text FROM mysql.general_log WHERE command_type IN ('Execute')",
  )
  return rows.map(({ text }) => ({ text, params: [] }))
}
