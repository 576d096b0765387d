import type { Core } from '../context/index.ts'
import type { Condition } from '../list-query/index.ts'
import type { Alternative, RepositoryLimit } from './model.ts'

/** A project and how far a right reaches in it. */
export interface LimitedProject {
  id: number
  limit: RepositoryLimit
}

/**
 * SQL condition for the repositories within these limits, over an alias of `repositories`; never true without any.
 * It is made of LIKE over parts of a name between slashes, whose number is asked for too: no star of it can reach over
 * a slash, and neither database needs more time than the length of the name for it, whatever the pattern.
 */
export function withinLimits(core: Core, limited: readonly LimitedProject[], alias: string): Condition {
  const byPatterns = new Map<string, { limit: RepositoryLimit; ids: number[] }>()
  let alternatives = 0
  for (const { id, limit } of limited) {
    const key = limit.patterns.join('\n')
    const known = byPatterns.get(key)
    if (known) {
      known.ids.push(id)
      continue
    }
    alternatives += limit.alternatives.length
    if (alternatives > MOST_ALTERNATIVES) break
    byPatterns.set(key, { limit, ids: [id] })
  }
  if (byPatterns.size === 0) return { sql: '1 = 0', params: [] }
  const parts = [...byPatterns.values()].map(({ limit, ids }): Condition => {
    const projects = filled(ids)
    const fits = filled(limit.alternatives).map((alternative) => fit(core, alternative, alias))
    return {
      sql: `(${alias}.project_id IN (${projects.map(() => '?').join(', ')}) AND (${fits.map(({ sql }) => sql).join(' OR ')}))`,
      params: [...projects, ...fits.flatMap(({ params }) => params)],
    }
  })
  return {
    sql: `(${parts.map(({ sql }) => sql).join(' OR ')})`,
    params: parts.flatMap(({ params }) => params),
  }
}

/** Filled up to a power of two, so that few different statements have to be prepared. */
function filled<T>(values: readonly T[]): T[] {
  const all = [...values]
  while (all.length & (all.length - 1)) all.push(all[0]!)
  return all
}

const LONGEST_NAME = 255
/**
 * What is limited in so many different ways at once is left out of lists over all projects from there on: a statement
 * takes 65,535 parameters.
 */
const MOST_ALTERNATIVES = 3_000

/** The same text for every pattern. The full name begins with the project, which is one part that may be any. */
function fit(core: Core, { parts }: Alternative, alias: string): Condition {
  const name = `${alias}.name`
  const wide = parts.indexOf('**')
  const head = ['*', ...(wide < 0 ? parts : parts.slice(0, wide))]
  const tail = wide < 0 ? [] : parts.slice(wide + 1)
  const fewest = head.length + tail.length - 1 + (wide >= 0 && tail.length === 0 ? 1 : 0)
  const most = wide < 0 ? fewest : LONGEST_NAME
  // Alone it lets too much through, but it spares nearly every name outside the rest, which costs far more.
  const roughly = head.join('/') + (wide < 0 ? '' : `*${tail.join('/')}`)
  const slashes = `(CHAR_LENGTH(${name}) - CHAR_LENGTH(REPLACE(${name}, '/', '')))`
  if (core.db.provider === 'mysql')
    return {
      sql: `(${name} LIKE ? AND ${slashes} BETWEEN ? AND ? AND SUBSTRING_INDEX(${name}, '/', ?) LIKE ? AND SUBSTRING_INDEX(${name}, '/', ?) LIKE ?)`,
      // Not -0, which is another number to the driver.
      params: [toLike([roughly]), fewest, most, head.length, toLike(head), 0 - tail.length, toLike(tail)],
    }
  const words = `string_to_array(${name}, '/')`
  return {
    sql: `(${name} LIKE ? AND ${slashes} BETWEEN ? AND ? AND array_to_string((${words})[1:?], '/') LIKE ?
      AND array_to_string((${words})[cardinality(${words}) + 1 - ?:], '/') LIKE ?)`,
    params: [toLike([roughly]), fewest, most, head.length, toLike(head), tail.length, toLike(tail)],
  }
}

const toLike = (parts: readonly string[]): string =>
  parts
    .join('/')
    .replace(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_')
