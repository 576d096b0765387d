import { type Actor, type ProjectResource, type ProjectSet, projectsWith } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest } from '../errors/index.ts'
import { annotationMatches, labelTerm, searchForm, suffixesOf } from '../search-terms/index.ts'
import { readCursor, writeCursor } from './cursor.ts'
import {
  type Group,
  type Hit,
  MAX_PAGE_SIZE,
  MAX_TEXT_LENGTH,
  type Place,
  SEARCH_KINDS,
  type SearchKind,
  type Span,
} from './model.ts'
import { digestSpan, labelSpan, nameSpan, termSpan } from './spans.ts'
import {
  readArtifacts,
  readFirstTerms,
  readLabelNames,
  readProjectNames,
  readRepositories,
  readTags,
} from './store.ts'
import type { Source } from './walking/sources.ts'
import { artifactTerms, digests, nameWords, tagNames } from './walking/sources.ts'
import { walk } from './walking/walk.ts'

export interface SearchInput {
  text: string
  /** All when undefined. */
  kind?: SearchKind
  /** Hits per kind, from 1 to 50. */
  pageSize: number
  /** `next` of an earlier answer for the same text and kind. */
  cursor?: string
}

/**
 * What begins with the text, whatever its case: projects (which may also hold it within), repositories from any word of
 * their name on, tags, digests, artifacts by a label, and by annotations as `key=value` or from any word of a value on.
 * Only what the actor may list; how long it takes depends on the number of those projects and not on what is in them.
 *
 * @throws DomainError BAD_REQUEST for a text that is too long, a page that is too large, a cursor that is none
 */
export async function searchEverything(core: Core, actor: Actor, input: SearchInput): Promise<Group[]> {
  const { kind, pageSize } = input
  if (input.text.length > MAX_TEXT_LENGTH) throw badRequest('search for at most 255 characters')
  if (!(pageSize >= 1 && pageSize <= MAX_PAGE_SIZE)) throw badRequest('a page has from 1 to 50 hits')
  if (input.cursor !== undefined && !kind) throw badRequest('a cursor belongs to one kind')
  const from = input.cursor === undefined ? undefined : readCursor(input.cursor)
  const text = searchForm(input.text)
  const kinds = kind ? [kind] : SEARCH_KINDS
  if (text === '') return kinds.map((kind) => ({ kind, hits: [] }))
  const wanted = kinds.map((kind) => ({ action: 'list', resource: resources[kind] }) as const)
  const sets = await projectsWith(core, actor, [...wanted, { action: 'list', resource: 'artifact' }])
  const artifacts = sets.pop()!
  // A label is found by what carries it.
  const setOf = (kind: SearchKind, set: ProjectSet) => (kind === 'label' ? both(set, artifacts) : set)
  return Promise.all(
    kinds.map((kind, index) => {
      const asked = { core, actor, text, pageSize, set: setOf(kind, sets[index]!), from }
      return kind === 'project' ? findProjects(asked) : findKind(asked, kind)
    }),
  )
}

/** Where both may be done; `set` is of a right that no limit reaches. */
function both(set: ProjectSet, artifacts: ProjectSet): ProjectSet {
  if (set === 'all' || artifacts === 'all') return set === 'all' ? artifacts : set
  const whole = new Set([...artifacts.own, ...artifacts.others])
  const listed = new Set([...set.own, ...set.others])
  return {
    own: set.own.filter((id) => whole.has(id)),
    others: set.others.filter((id) => whole.has(id)),
    limited: artifacts.limited.filter(({ id }) => listed.has(id)),
  }
}

const resources: Record<SearchKind, ProjectResource> = {
  project: 'repository',
  repository: 'repository',
  tag: 'tag',
  digest: 'artifact',
  label: 'label',
  annotation: 'artifact',
}

interface Asked {
  core: Core
  actor: Actor
  text: string
  pageSize: number
  set: ProjectSet
  from: Place | undefined
}
type Found = Omit<Hit, 'projectName'> & { projectId: number }
interface Walked {
  source: Source
  span(text: string): Span | undefined
  /** The hits of these rows; none for a row that is gone, or whose text turns out not to match. */
  present(core: Core, places: readonly Place[], text: string): Promise<(Found | undefined)[]>
}

const idsOf = (places: readonly Place[]) => [...new Set(places.map((place) => place.id))]

const walked: Record<Exclude<SearchKind, 'project'>, Walked> = {
  repository: {
    source: nameWords,
    span: nameSpan,
    async present(core, places, text) {
      const rows = await readRepositories(core, idsOf(places))
      return places.map(({ id, term }) => {
        const row = rows.get(id)
        if (!row || firstMatch(row.name, text) !== term) return undefined
        return { projectId: row.projectId, repositoryName: row.name, matched: row.name }
      })
    },
  },
  tag: {
    source: tagNames,
    span: termSpan,
    async present(core, places) {
      const rows = await readTags(core, idsOf(places))
      return places.map(({ id }) => {
        const row = rows.get(id)
        return row && { ...artifactOf(row), tag: row.name, matched: row.name }
      })
    },
  },
  digest: {
    source: digests,
    span: digestSpan,
    async present(core, places) {
      const rows = await readArtifacts(core, idsOf(places), false)
      return places.map(({ id }) => {
        const row = rows.get(id)
        return row && { ...artifactOf(row), matched: row.digest }
      })
    },
  },
  label: {
    source: artifactTerms,
    span: labelSpan,
    async present(core, places, text) {
      const ids = idsOf(places)
      const [rows, firstTerms, names] = await Promise.all([
        readArtifacts(core, ids, false),
        readFirstTerms(core, ids, labelSpan(text)),
        readLabelNames(core, ids),
      ])
      return places.map(({ id, term }) => {
        const row = firstTerms.get(id) === term ? rows.get(id) : undefined
        const name = names.get(id)?.find((name) => labelTerm(name) === term)
        return row && name !== undefined ? { ...artifactOf(row), matched: name } : undefined
      })
    },
  },
  annotation: {
    source: artifactTerms,
    span: termSpan,
    async present(core, places, text) {
      const ids = idsOf(places)
      const [rows, firstTerms] = await Promise.all([
        readArtifacts(core, ids, true),
        readFirstTerms(core, ids, termSpan(text)),
      ])
      return places.map(({ id, term }) => {
        const row = firstTerms.get(id) === term ? rows.get(id) : undefined
        const pair = Object.entries(row?.annotations ?? {}).find(
          ([key, value]) => typeof value === 'string' && annotationMatches(key, value, text),
        )
        return row && pair && { ...artifactOf(row), matched: pair.join('=').slice(0, 1_024).toWellFormed() }
      })
    },
  },
}

const artifactOf = (row: { projectId: number; repositoryName: string; digest: string; type: string }) => ({
  projectId: row.projectId,
  repositoryName: row.repositoryName,
  digest: row.digest,
  artifactType: row.type,
})

/** Of the words of a name that begin with the text, the one the walk meets first: a name is one hit, not several. */
function firstMatch(name: string, text: string): string | undefined {
  const matching = suffixesOf(name).filter(
    ({ position, withinWord }) => !withinWord && name.startsWith(text, position),
  )
  return matching.map(({ suffix }) => suffix).sort()[0]
}

// Rows that turn out not to match are rare; this bounds the work when somebody makes them on purpose.
const MAX_ROUNDS = 5

async function findKind({ core, text, pageSize, set, from }: Asked, kind: Exclude<SearchKind, 'project'>) {
  const { source, span: spanOf, present } = walked[kind]
  const span = spanOf(text)
  const group: Group = { kind, hits: [] }
  if (!span) return group
  let last = from
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const places: Place[] = await walk(core, source, set, span, pageSize + 1, last)
    const found = await present(core, places, text)
    for (const [index, hit] of found.entries()) {
      const place = places[index]!
      // What the index says and what the row says must agree on the project: cannot tell means no.
      if (!hit || hit.projectId !== place.projectId) continue
      if (group.hits.length === pageSize) return { ...group, next: writeCursor(last!) }
      const { projectId: _, ...shown } = hit
      group.hits.push({ ...shown, projectName: shown.repositoryName!.split('/', 1)[0]! })
      last = place
    }
    if (places.length <= pageSize) return group
    if (group.hits.length < pageSize) last = places.at(-1)
  }
  return { ...group, next: writeCursor(last!) }
}

async function findProjects({ core, actor, text, pageSize, from }: Asked): Promise<Group> {
  const names = await readProjectNames(core, actor, text, pageSize + 1, from && { name: from.term })
  const hits = names.slice(0, pageSize).map((name) => ({ projectName: name, matched: name }))
  if (names.length <= pageSize) return { kind: 'project', hits }
  const last = { exact: false, others: false, projectId: 0, term: hits.at(-1)!.matched, id: 0 }
  return { kind: 'project', hits, next: writeCursor(last) }
}
