import mariadb from 'mariadb'
import pg from 'pg'

export interface Statement {
  /** As the database saw it: $1 … on Postgres; without parameters on MariaDB. */
  text: string
  params: (string | null)[]
}

export interface Sql {
  provider: 'postgresql' | 'mysql'
  /** Sent as text; for set-up. */
  run<R = Record<string, unknown>>(text: string): Promise<R[]>
  /** Prepared once per connection and text. */
  prepared(statement: Statement): Promise<unknown[]>
  close(): Promise<void>
}

/** The plain drivers on a pool as large as Berth's own. */
export function openSql(url: string, connections = 10): Sql {
  return url.startsWith('postgres') ? openPostgres(url, connections) : openMariadb(url, connections)
}

function openPostgres(url: string, max: number): Sql {
  const pool = new pg.Pool({ connectionString: url, max })
  pool.on('error', () => {})
  const names = new Map<string, string>()
  const nameOf = (text: string) => {
    const name = names.get(text) ?? `bare${names.size}`
    names.set(text, name)
    return name
  }
  return {
    provider: 'postgresql',
    run: async <R>(text: string) => (await pool.query(text)).rows as R[],
    prepared: async ({ text, params }) =>
      (await pool.query({ name: nameOf(text), text, values: params })).rows,
    close: () => pool.end(),
  }
}

function openMariadb(url: string, connectionLimit: number): Sql {
  const { hostname, port, username, password, pathname } = new URL(url)
  const pool = mariadb.createPool({
    host: hostname,
    port: Number(port || 3306),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1),
    connectionLimit,
    timezone: 'Z',
    initSql: "SET time_zone='+00:00'",
    bigIntAsNumber: true,
    insertIdAsNumber: true,
  })
  const rowsOf = (result: unknown) => (Array.isArray(result) ? [...result] : [])
  return {
    provider: 'mysql',
    run: async <R>(text: string) => rowsOf(await pool.query(text)) as R[],
    prepared: async ({ text, params }) => rowsOf(await pool.execute(text, params)),
    close: () => pool.end(),
  }
}
