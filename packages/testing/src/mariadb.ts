import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { searchPath, startChild, withFreePort } from '@berth/servers'
import type { TestServer } from './postgres.ts'
import { type folderOnDisk, quickFolder } from './quick-folder.ts'

const run = promisify(execFile)

// MariaDB lives in sbin, which is not on every PATH.
const find = (name: string) => {
  const folders = [...searchPath.split(':'), '/usr/sbin', '/usr/bin', '/usr/local/sbin']
  const file = folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
  if (file === undefined) throw new Error(`${name} is not installed: install the package mariadb-server`)
  return file
}

/** A MariaDB of its own, with an empty database in `url` and one account that may create more. */
export async function startMariadb(
  extraArgs: readonly string[] = [],
  makeFolder: typeof folderOnDisk = quickFolder,
): Promise<TestServer> {
  // A Unix socket's path may have at most 107 bytes, so the directory's name is short.
  const directory = await makeFolder('berth-my-')
  const removeFiles = () => rm(directory, { recursive: true, force: true })
  const dataDir = join(directory, 'data')
  const user = `--user=${userInfo().username}`
  try {
    // Servers that start clear away each other's temporary tables in a shared folder.
    const env = { PATH: searchPath, TMPDIR: directory }
    await run(
      find('mariadb-install-db'),
      [
        '--no-defaults',
        `--datadir=${dataDir}`,
        user,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
      ],
      { env },
    )
    const initFile = join(directory, 'init.sql')
    // The anonymous accounts would win over 'berth'@'%' on localhost.
    await writeFile(
      initFile,
      [
        "DELETE FROM mysql.global_priv WHERE User='';",
        'FLUSH PRIVILEGES;',
        'CREATE DATABASE IF NOT EXISTS berth CHARACTER SET utf8mb4;',
        "CREATE OR REPLACE USER 'berth'@'%' IDENTIFIED BY 'berth';",
        "GRANT ALL ON *.* TO 'berth'@'%' WITH GRANT OPTION;",
      ].join('\n'),
    )
    return await withFreePort(async (port) => {
      const server = await startChild({
        name: 'MariaDB',
        command: find('mariadbd'),
        args: [
          '--no-defaults',
          `--datadir=${dataDir}`,
          user,
          '--bind-address=127.0.0.1',
          `--port=${port}`,
          `--socket=${join(directory, 's')}`,
          `--tmpdir=${directory}`,
          `--pid-file=${join(directory, 'pid')}`,
          `--init-file=${initFile}`,
          '--character-set-server=utf8mb4',
          '--max-connections=400',
          '--skip-name-resolve',
          '--skip-log-bin',
          '--innodb-flush-log-at-trx-commit=0',
          '--innodb-flush-method=nosync',
          '--innodb-doublewrite=0',
          '--innodb-buffer-pool-size=64M',
          '--innodb-fast-shutdown=2',
          '--performance-schema=0',
          ...extraArgs,
        ],
        ready: /ready for connections/,
        // Nothing in a test database is worth a slow shutdown.
        stopSignal: 'SIGTERM',
      })
      const stop = async () => {
        await server.stop()
        await removeFiles()
      }
      return { url: `mysql://berth:berth@127.0.0.1:${port}/berth`, pid: server.pid, stop }
    })
  } catch (error) {
    await removeFiles()
    throw error
  }
}
