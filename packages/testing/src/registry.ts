import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findRegistryBinary, type RegistryOptions, startRegistryServer } from '@berth/servers'
import type { TestServer } from './postgres.ts'
import { folderOnDisk, quickFolder } from './quick-folder.ts'

export interface TestRegistry extends TestServer {
  /** Where the registry keeps its blobs, under `docker/registry/v2`. */
  storageDir: string
  /** Ends the registry as a crash would, and keeps its files. */
  kill(): Promise<void>
  /** Starts it again on the same files and the same port. */
  restart(): Promise<void>
  /** Has it remove what no manifest needs, untagged manifests among it, while it is not running. */
  collectGarbage(): Promise<void>
}

/**
 * The real CNCF distribution registry with a storage of its own; open to everybody unless it is given accounts.
 *
 * @param isQuick it keeps everything in memory where there is room: it waits for the disk with each file that it writes
 */
export async function startRegistry({
  isQuick = false,
  ...options
}: Pick<RegistryOptions, 'auth' | 'htpasswdPath' | 'notifications' | 'tls'> & {
  isQuick?: boolean
} = {}): Promise<TestRegistry> {
  const directory = await (isQuick ? quickFolder : folderOnDisk)('berth-test-registry-')
  const removeFiles = () => rm(directory, { recursive: true, force: true })
  const storageDir = join(directory, 'storage')
  const start = (port: number) => startRegistryServer({ configDir: directory, storageDir, port, ...options })
  try {
    let server = await start(0)
    return {
      url: server.url,
      storageDir,
      get pid() {
        return server.pid
      },
      kill: () => server.stop(0),
      async restart() {
        await server.stop(0)
        server = await start(server.port)
      },
      async collectGarbage() {
        await server.stop(0)
        const config = join(directory, 'config.yml')
        await promisify(execFile)(findRegistryBinary()!, ['garbage-collect', '--delete-untagged', config])
        server = await start(server.port)
      },
      async stop() {
        await server.stop(2_000)
        await removeFiles()
      },
    }
  } catch (error) {
    await removeFiles()
    throw error
  }
}
