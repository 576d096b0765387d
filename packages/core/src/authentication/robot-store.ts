import {
  deed,
  isBelowRepositories,
  type ProjectResource,
  type RobotDeeds,
  type RobotGrants,
} from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { limitOf, type Reach, union } from '../repository-limits/index.ts'

/** What is remembered of a robot for a few seconds. Holds no hash of its secret. */
export interface RobotFacts {
  id: number
  /** Without the prefix. */
  name: string
  /** Null: a robot of the system. */
  projectId: number | null
  disabled: boolean
  expiresAt: Date | null
  credentialEpoch: number
  grants: RobotGrants
}

/** Values of the column `space` that are no project's id. */
export const EVERY_PROJECT = 0
export const OUTSIDE_PROJECTS = -1

interface RobotRow extends Record<string, unknown> {
  id: number
  project_id: number | null
  name: string
  secret_hash: string
  secret_epoch: number
  disabled: boolean
  expires_at: Date | null
}
const columns = 'id, project_id, name, secret_hash, secret_epoch, disabled, expires_at'

export const readRobotFacts = async (core: Core, id: number): Promise<RobotFacts | undefined> =>
  (await read(core, `SELECT ${columns} FROM robots WHERE id = ?`, id))?.facts

/** The facts together with the hash of the secret. */
export async function readRobotCredential(
  core: Core,
  name: string,
): Promise<{ facts: RobotFacts; secretHash: string } | undefined> {
  const credential = await read(core, `SELECT ${columns} FROM robots WHERE name = ?`, name)
  // MariaDB compares without spaces at the end.
  return credential?.facts.name === name ? credential : undefined
}

async function read(core: Core, sql: string, key: number | string) {
  const [row] = await core.db.query<RobotRow>(sql, [key])
  if (!row) return undefined
  const rights = await core.db.query<Right>(
    'SELECT space, resource, action, repositories FROM robot_permissions WHERE robot_id = ?',
    [row.id],
  )
  const facts: RobotFacts = {
    id: row.id,
    name: row.name,
    projectId: row.project_id,
    disabled: row.disabled,
    expiresAt: row.expires_at,
    credentialEpoch: row.secret_epoch,
    grants: toGrants(rights, row.project_id !== null),
  }
  return { facts, secretHash: row.secret_hash }
}

interface Right extends Record<string, unknown> {
  space: number
  resource: string
  action: string
  repositories: string[] | null
}

function toGrants(rights: readonly Right[], ofProject: boolean): RobotGrants {
  const spaces = new Map<number, Map<string, Reach>>()
  for (const { space, resource, action, repositories } of rights) {
    const deeds = spaces.get(space) ?? new Map<string, Reach>()
    const limited = repositories !== null && isBelowRepositories(resource as ProjectResource)
    const reach: Reach = limited ? limitOf(repositories) : 'all'
    const add = (key: string) => deeds.set(key, union([...[deeds.get(key) ?? []].flat(), reach])!)
    add(deed(resource, action))
    // As Harbor has it, and only for robots of projects.
    if (ofProject && resource === 'repository' && action === 'push') add(deed('repository', 'pull'))
    spaces.set(space, deeds)
  }
  const system = new Set(spaces.get(OUTSIDE_PROJECTS)?.keys())
  const everyProject: RobotDeeds = spaces.get(EVERY_PROJECT) ?? new Map()
  spaces.delete(OUTSIDE_PROJECTS)
  spaces.delete(EVERY_PROJECT)
  return { system, everyProject, projects: spaces }
}
