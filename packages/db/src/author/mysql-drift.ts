import { randomBytes } from 'node:crypto'
import mariadb, { type Connection, type ConnectionConfig } from 'mariadb'
import { migrate } from '../migrate/index.ts'
import { mariadbConfig } from '../sql.ts'
import { mysqlSchema } from './mysql.ts'

// What is compared: every column, index part and foreign key, as the server itself describes them.
const facts = [
  `SELECT table_name, column_name, column_type, is_nullable, column_default, extra, collation_name
     FROM information_schema.columns WHERE table_schema = ? AND table_name <> '_prisma_migrations'`,
  `SELECT table_name, index_name, seq_in_index, column_name, non_unique
     FROM information_schema.statistics WHERE table_schema = ? AND table_name <> '_prisma_migrations'`,
  `SELECT table_name, constraint_name, referenced_table_name, delete_rule, update_rule
     FROM information_schema.referential_constraints WHERE constraint_schema = ?`,
]

/**
 * Lines that stand in only one of the two: the database that the MySQL migrations build (`<`) and the one
 * that the models describe (`>`). `url`: a server where databases may be made; both are dropped.
 */
export async function mysqlDrift(url: string): Promise<string[]> {
  const { acquireTimeout: _, database: __, ...config } = mariadbConfig(url)
  const admin = await mariadb.createConnection({
    ...config,
    multipleStatements: true,
  } as ConnectionConfig)
  const suffix = randomBytes(6).toString('hex')
  const migrated = `berth_drift_migrated_${suffix}`
  const described = `berth_drift_described_${suffix}`
  try {
    await admin.query(`CREATE DATABASE ${migrated}; CREATE DATABASE ${described}`)
    const target = new URL(url)
    target.pathname = `/${migrated}`
    await migrate(target.href)
    await admin.query(`USE ${described}; ${await mysqlSchema()}`)
    const [left, right] = await Promise.all([migrated, described].map((name) => describe(admin, name)))
    return [
      ...[...left!].filter((line) => !right!.has(line)).map((line) => `< ${line}`),
      ...[...right!].filter((line) => !left!.has(line)).map((line) => `> ${line}`),
    ]
  } finally {
    await admin.query(`DROP DATABASE IF EXISTS ${migrated}; DROP DATABASE IF EXISTS ${described}`)
    await admin.end()
  }
}

async function describe(admin: Connection, schema: string): Promise<Set<string>> {
  const lines = new Set<string>()
  for (const sql of facts) for (const row of await admin.query(sql, [schema])) lines.add(JSON.stringify(row))
  return lines
}
