import type { Core } from '@berth/core'

/** Requests whose ids begin with it cannot write a line. */
export const BROKEN = 'broken-'

// A sign-in has a line of its own, and is no part of what was asked for.
const isBroken = `NEW.request_id LIKE '${BROKEN}%' AND NEW.action NOT IN ('login', 'logout')`
const breaking = {
  postgresql: [
    `CREATE FUNCTION break_line() RETURNS trigger LANGUAGE plpgsql AS
       'BEGIN RAISE EXCEPTION ''no line for you''; END'`,
    `CREATE TRIGGER break_line BEFORE INSERT ON audit_lines FOR EACH ROW
       WHEN (${isBroken}) EXECUTE FUNCTION break_line()`,
  ],
  mysql: [
    `CREATE TRIGGER break_line BEFORE INSERT ON audit_lines FOR EACH ROW
       IF ${isBroken} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no line for you'; END IF`,
  ],
}

/** From now on the log refuses the lines of requests with such an id, as a full disk would. */
export async function breakLines({ db }: Pick<Core, 'db'>): Promise<void> {
  for (const statement of breaking[db.provider]) await db.prisma.$executeRawUnsafe(statement)
}

// Where requests leave something by themselves: the line of a sign-in, when a session was last used, what they were about
// to take out of the registry.
const UNWATCHED = ['_prisma_migrations', 'audit_lines', 'sessions', 'removals']

/** A word for the content of each table: the same only while the content is. */
export async function contentOf({ db }: Pick<Core, 'db'>): Promise<Map<string, string>> {
  const schema = db.provider === 'postgresql' ? 'current_schema()' : 'DATABASE()'
  const names = await db.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = ${schema} AND table_type = 'BASE TABLE' ORDER BY table_name`,
  )
  const tables = names.map(({ name }) => name).filter((name) => !UNWATCHED.includes(name))
  if (db.provider === 'mysql') {
    const sums = await db.prisma.$queryRawUnsafe<{ Table: string; Checksum: unknown }[]>(
      `CHECKSUM TABLE ${tables.map((name) => `\`${name}\``).join(', ')}`,
    )
    return new Map(sums.map(({ Table, Checksum }) => [Table.split('.').at(-1)!, String(Checksum)]))
  }
  const sum = (name: string) =>
    `SELECT '${name}' AS name, md5(string_agg(t::text, '|' ORDER BY t::text)) AS sum FROM "${name}" t`
  const sums = await db.query<{ name: string; sum: string }>(tables.map(sum).join(' UNION ALL '))
  return new Map(sums.map(({ name, sum }) => [name, String(sum)]))
}
