import type { CallInput, Schemas } from '@berth/contract'
import { readListState } from '@/data/list-state.ts'

export type Label = Schemas['Label']
/** Where labels belong: to one project, or, as null, to all of them. */
export type LabelSpace = { projectId: number | null }

export const labelSorts = ['name', 'creation_time', 'update_time'] as const
export const labelPageSize = 25
/** As many are offered at once where labels are chosen; typing finds the others. */
const offeredLabels = 50

type Params = { get(name: string): string | null }

const spaceQuery = ({ projectId }: LabelSpace) =>
  projectId === null ? { scope: 'g' } : { scope: 'p', project_id: projectId }

/** The API call behind a page of labels: `?q=…&sort=…&page=…`. */
export function labelsInput(space: LabelSpace, params: Params): CallInput<'ListLabels'> {
  const { q, sort, page } = readListState(params, labelSorts)
  return {
    query: {
      ...spaceQuery(space),
      page,
      page_size: labelPageSize,
      sort: sort || 'name',
      ...(q && { name: q }),
    },
  }
}

/** Labels to choose from, by a part of their name. */
export function offeredInput(space: LabelSpace, name: string): CallInput<'ListLabels'> {
  return {
    query: { ...spaceQuery(space), page: 1, page_size: offeredLabels, sort: 'name', ...(name && { name }) },
  }
}

/** The labels with exactly these names. */
export function namedInput(space: LabelSpace, names: readonly string[]): CallInput<'ListLabels'> {
  // Quotes keep names with spaces whole and names of digits text.
  const quoted = names.map((name) => (name.includes('"') ? `'${name}'` : `"${name}"`))
  const q = `name={${quoted.map((name) => encodeURIComponent(name)).join(' ')}}`
  return { query: { ...spaceQuery(space), page: 1, page_size: 100, q } }
}
