/** What can be granted, as `getPermissions` lists it. */
export type Grantable = { resource: string; action: string }

/** How a right stands in a set: `repository:pull`. */
export const deed = (resource: string, action: string): string => `${resource}:${action}`

export const undeed = (key: string): Grantable => {
  const [resource = '', action = ''] = key.split(':')
  return { resource, action }
}

/** Columns of the grid, the most used first. */
const actionOrder = ['pull', 'push', 'list', 'read', 'create', 'update', 'delete', 'operate', 'stop']
/** What robots are mostly made for: it stands first, the rest is folded away. */
const contents = [
  'repository',
  'artifact',
  'tag',
  'artifact-label',
  'artifact-addition',
  'accessory',
  'scan',
  'sbom',
]

export type GridRow = { resource: string; actions: ReadonlySet<string> }
export type Grid = { rows: GridRow[]; actions: string[] }

/** Rows and columns; what the API lists and this page does not know comes last, in the API's words. */
export function gridsOf(grantable: readonly Grantable[]): { contents: Grid; others: Grid } {
  const byResource = Map.groupBy(grantable, ({ resource }) => resource)
  const rowsOf = (names: string[]): Grid => {
    const rows = names.map((resource) => ({
      resource,
      actions: new Set(byResource.get(resource)?.map(({ action }) => action)),
    }))
    const used = new Set(rows.flatMap(({ actions }) => [...actions]))
    return {
      rows,
      actions: [
        ...actionOrder.filter((action) => used.has(action)),
        ...[...used].filter((action) => !actionOrder.includes(action)).sort(),
      ],
    }
  }
  return {
    contents: rowsOf(contents.filter((name) => byResource.has(name))),
    others: rowsOf([...byResource.keys()].filter((name) => !contents.includes(name))),
  }
}

/** A robot that writes must read too: without pull the registry gives no token for pushing. */
export function withDeed(deeds: ReadonlySet<string>, key: string, on: boolean): Set<string> {
  const next = new Set(deeds)
  if (on) next.add(key)
  else next.delete(key)
  if (on && key === 'repository:push') next.add('repository:pull')
  if (!on && key === 'repository:pull') next.delete('repository:push')
  return next
}

const pull = ['repository:pull']
const push = [...pull, 'repository:push']
export const presets = {
  pull,
  push,
  ci: [
    ...push,
    'repository:list',
    'repository:read',
    'artifact:list',
    'artifact:read',
    'tag:list',
    'tag:create',
    'tag:delete',
    'artifact-label:create',
  ],
} as const satisfies Record<string, readonly string[]>
export type Preset = keyof typeof presets
export const presetNames = ['pull', 'push', 'ci'] as const

/** The preset that these are, if they are one. */
export function presetOf(deeds: ReadonlySet<string>): Preset | undefined {
  return presetNames.find(
    (name) => presets[name].length === deeds.size && presets[name].every((key) => deeds.has(key)),
  )
}
