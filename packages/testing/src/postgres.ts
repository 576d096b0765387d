import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startPostgresServer } from '@berth/servers'
import { quickFolder } from './quick-folder.ts'

export interface TestServer {
  url: string
  pid: number
  /** Ends the server and removes its files. */
  stop(): Promise<void>
}

/** What a test database may lose in a power cut, and what makes it several times faster. */
const careless = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum_naptime: '1h',
  shared_buffers: '64MB',
  max_connections: '300',
}

/** A Postgres of its own, with an empty database in `url`. */
export async function startPostgres(): Promise<TestServer> {
  const directory = await quickFolder('berth-test-pg-')
  const removeFiles = () => rm(directory, { recursive: true, force: true })
  try {
    const server = await startPostgresServer({
      dataDir: join(directory, 'data'),
      user: 'berth',
      settings: careless,
    })
    const stop = async () => {
      await server.stop()
      await removeFiles()
    }
    return { url: server.url, pid: server.pid, stop }
  } catch (error) {
    await removeFiles()
    throw error
  }
}
