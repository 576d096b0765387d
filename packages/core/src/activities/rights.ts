import { type Actor, isBelowRepositories, type ProjectSet, projectsWith } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import type { Condition } from '../list-query/index.ts'
import { includes, type RepositoryLimit, withinLimits } from '../repository-limits/index.ts'
import { type Activity, isOfRepository, needForNames, needs } from './model.ts'
import type { KnownActivity } from './store.ts'

/** Where somebody may see what, as of one moment. */
export interface Sight {
  byType: ReadonlyMap<string, Span>
  names: Span
}
interface Span {
  projects: 'all' | ReadonlySet<number>
  /** Where they see some repositories only. */
  limited: ReadonlyMap<number, RepositoryLimit>
}

const toSpan = (set: ProjectSet): Span =>
  set === 'all'
    ? { projects: 'all', limited: new Map() }
    : {
        projects: new Set([...set.own, ...set.others]),
        limited: new Map(set.limited.map(({ id, limit }) => [id, limit])),
      }

export async function sightOf(core: Core, actor: Actor): Promise<Sight> {
  const sets = await projectsWith(core, actor, [...needs.map(({ need }) => need), needForNames])
  return {
    byType: new Map(
      needs.flatMap(({ types }, index) => types.map((type) => [type, toSpan(sets[index]!)] as const)),
    ),
    names: toSpan(sets.at(-1)!),
  }
}

/** What somebody with this sight is shown of it; undefined: nothing. */
export function seen(sight: Sight, activity: KnownActivity): Activity | undefined {
  const span = sight.byType.get(activity.type)
  if (!span || !reaches(span, activity)) return undefined
  const { names } = sight
  return names.projects === 'all' || names.projects.has(activity.projectId)
    ? activity
    : { ...activity, actor: null }
}

function reaches({ projects, limited }: Span, { projectId, type, name }: Activity): boolean {
  if (projects === 'all' || projects.has(projectId)) return true
  const limit = limited.get(projectId)
  return limit !== undefined && isOfRepository(type) && includes(limit, name.slice(name.indexOf('/') + 1))
}

/** The same as SQL, over the alias r of activities. */
export function withinSight(core: Core, { byType }: Sight): Condition {
  const parts: Condition[] = []
  // Mostly the same projects for many types: they are sent once.
  const alike = new Map<string, { types: string[]; ids: number[] }>()
  for (const { need, types } of needs) {
    const { projects, limited } = byType.get(types[0]!)!
    const ids = projects === 'all' ? [] : [...projects]
    const key = projects === 'all' ? 'all' : ids.join()
    const known = alike.get(key)
    if (known) known.types.push(...types)
    else if (projects === 'all' || ids.length > 0) alike.set(key, { types: [...types], ids })
    if (limited.size > 0 && isBelowRepositories(need.resource)) {
      const within = withinLimits(
        core,
        [...limited].map(([id, limit]) => ({ id, limit })),
        'r',
      )
      parts.push({ sql: `${anyOf('r.type', types)} AND ${within.sql}`, params: [...types, ...within.params] })
    }
  }
  for (const { types, ids } of alike.values()) {
    const where = ids.length > 0 ? ` AND ${anyOf('r.project_id', ids)}` : ''
    parts.push({ sql: anyOf('r.type', types) + where, params: [...types, ...ids] })
  }
  if (parts.length === 0) return { sql: '1 = 0', params: [] }
  return {
    sql: `(${parts.map(({ sql }) => `(${sql})`).join(' OR ')})`,
    params: parts.flatMap(({ params }) => params),
  }
}

const anyOf = (column: string, values: readonly unknown[]): string =>
  `${column} IN (${values.map(() => '?').join(', ')})`
