import type { TestProject } from 'vitest/node'
import { startMariadb } from '../mariadb.ts'

/** One MariaDB for all test files; each file migrates a database of its own. */
export default async function setup(project: TestProject) {
  const server = await startMariadb()
  project.provide('databaseServer', { provider: 'mysql', url: server.url })
  return server.stop
}
