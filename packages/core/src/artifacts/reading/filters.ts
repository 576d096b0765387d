import { badRequest } from '../../errors/index.ts'
import {
  and,
  type Columns,
  type Condition,
  type Filter,
  type ListQuery,
  where,
} from '../../list-query/index.ts'

const time = (sql: string) => ({ sql, type: 'time' }) as const
const text = (sql: string) => ({ sql, type: 'text' }) as const
const integer = (sql: string) => ({ sql, type: 'integer' }) as const

/** What `q` and `sort` may name, over the alias `a`. */
export const artifactColumns: Columns = {
  id: integer('a.id'),
  digest: text('a.digest'),
  type: text('a.type'),
  media_type: text('a.media_type'),
  manifest_media_type: text('a.manifest_media_type'),
  artifact_type: text('a.artifact_type'),
  repository_id: integer('a.repository_id'),
  size: integer('a.size_bytes'),
  push_time: time('a.pushed_at'),
  pull_time: time('a.pulled_at'),
  pull_count: integer('a.pull_count'),
}

/** True when nothing but the repository narrows the list: its total is then kept in a column. */
export const isPlain = (query: ListQuery) =>
  !query.filters.some(
    ({ field }) => Object.hasOwn(artifactColumns, field) || ['base', 'tags', 'labels'].includes(field),
  )

/**
 * Harbor's filters: `base=*` shows children of indexes and attachments as well, `tags=*` tagged artifacts, `tags=nil`
 * untagged ones, `tags=~x` those with such a tag, `labels=(1 2)` those with all of these labels.
 *
 * @throws DomainError BAD_REQUEST for other values of `base`, `tags` and `labels`
 */
export function artifactConditions(filters: readonly Filter[], provider: 'postgresql' | 'mysql'): Condition {
  const base = filters.filter(({ field }) => field === 'base')
  if (base.some((filter) => filter.match !== 'exact' || filter.value !== '*'))
    throw badRequest('base can only be *')
  return and([
    ...(base.length > 0 ? [] : [{ sql: 'a.listed = TRUE', params: [] }]),
    where(artifactColumns, filters, provider),
    ...filters.flatMap((filter) => (filter.field === 'tags' ? [tagCondition(filter, provider)] : [])),
    ...filters.flatMap((filter) => (filter.field === 'labels' ? [labelCondition(filter)] : [])),
  ])
}

function tagCondition(filter: Filter, provider: 'postgresql' | 'mysql'): Condition {
  const tags = 'SELECT 1 FROM tags ft WHERE ft.artifact_id = a.id'
  if (filter.match === 'exact' && filter.value === '*') return { sql: `EXISTS (${tags})`, params: [] }
  if (filter.match === 'exact' && filter.value === 'nil') return { sql: `NOT EXISTS (${tags})`, params: [] }
  if (filter.match !== 'fuzzy') throw badRequest('tags can only be *, nil or ~part of a name')
  const name = where({ tags: text('ft.name') }, [filter], provider)
  return { sql: `EXISTS (${tags} AND ${name.sql})`, params: name.params }
}

const MAX_LABELS = 20

/** Ids: one, `{1 2}` for any of them, `(1 2)` for all of them. */
function labelCondition(filter: Filter): Condition {
  if (filter.match === 'fuzzy' || filter.match === 'range')
    throw badRequest('labels can only be ids: labels=1, labels={1 2} or labels=(1 2)')
  const given = filter.match === 'exact' ? [filter.value] : filter.values
  const ids = [...new Set(given.map(Number))]
  if (!ids.every((id) => Number.isSafeInteger(id) && id >= 0)) throw badRequest('labels can only be ids')
  if (ids.length > MAX_LABELS) throw badRequest(`labels can have at most ${MAX_LABELS} ids`)
  // Ids are 32-bit; a larger number is nobody's id.
  const known = ids.map((id) => (id > 2_147_483_647 ? 0 : id))
  const carrying = (marks: string) =>
    `a.id IN (SELECT al.artifact_id FROM artifact_labels al WHERE al.label_id IN (${marks}))`
  if (filter.match === 'any') return { sql: carrying(known.map(() => '?').join(', ')), params: known }
  return and(known.map((id) => ({ sql: carrying('?'), params: [id] })))
}
