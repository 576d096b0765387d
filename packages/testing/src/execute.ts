import { createConnection } from 'mariadb'
import { Client } from 'pg'

/** Runs a statement, on MariaDB also several, on a connection of its own, as an administrator's tool would. */
export async function execute(url: string, sql: string): Promise<void> {
  if (url.startsWith('postgresql:')) {
    const client = new Client({ connectionString: url })
    await client.connect()
    try {
      await client.query(sql)
    } finally {
      await client.end()
    }
    return
  }
  const { hostname, port, username, password, pathname } = new URL(url)
  const connection = await createConnection({
    host: hostname,
    port: Number(port),
    user: username,
    password,
    database: pathname.slice(1),
    connectTimeout: 5_000,
    multipleStatements: true,
  })
  try {
    await connection.query(sql)
  } finally {
    await connection.end()
  }
}
