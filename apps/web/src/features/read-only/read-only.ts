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

/** Whether read-only refuses this: what would change artifacts, tags or labels. Settings and members can change. */
export const isFrozen = (resource: string, action: string): boolean =>
  frozen[resource]?.includes(action) ?? false
