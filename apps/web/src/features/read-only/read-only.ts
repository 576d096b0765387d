import type { Schemas } from '@berth/contract'

/** As the API reads the switch: whatever is not plainly off is on. */
export function isProjectReadOnly(project: Pick<Schemas['Project'], 'metadata'> | undefined): boolean {
  const value = project?.metadata.read_only
  return value !== undefined && value !== null && value !== 'false'
}

const frozen: Record<string, readonly string[]> = {
  repository: ['push', 'create', 'update', 'delete'],
  artifact: ['create', 'delete'],
  tag: ['create', 'delete'],
  label: ['create', 'update', 'delete'],
  'artifact-label': ['create', 'delete'],
}

const looking = new Set(['read', 'list', 'pull'])
const givingUp: readonly string[] = ['member', 'robot', 'identity-trust']

/**
 * Whether read-only refuses this. A project that is read-only keeps its artifacts, tags and labels as they are, while
 * members and settings can change; a read-only installation answers nothing but reading, and what takes access away:
 * `onlyTakes` says that an update does nothing else, as disabling a robot.
 */
export function isFrozen(
  by: 'project' | 'installation',
  resource: string,
  action: string,
  onlyTakes = action === 'delete',
): boolean {
  if (by === 'project') return frozen[resource]?.includes(action) ?? false
  return !looking.has(action) && !(onlyTakes && givingUp.includes(resource))
}
