import type { ProjectSet } from '../../authorization/index.ts'
import type { LimitedProject } from '../../repository-limits/index.ts'
import type { Place, Span } from '../model.ts'

/** Rows of one statement: equal to a term, or above it and below the span's end. */
export interface Segment {
  projects: readonly number[] | 'all'
  condition: { equals: string; afterId?: number } | { above: string }
  exact: boolean
  others: boolean
  /** In these projects only what is in some repositories. */
  limited?: readonly LimitedProject[]
}

// One look into the index per project: this bounds a statement's work, and its number of parameters on MariaDB.
const PROJECTS_AT_ONCE = 1_024
const FIRST_PROJECTS = 16

/** The statements of a walk, in its order; from behind a place on. */
export function* segments(set: ProjectSet, span: Span, from: Place | undefined): Generator<Segment> {
  const limits = new Map(set === 'all' ? [] : set.limited.map((project) => [project.id, project]))
  const ownIds = set === 'all' ? [] : [...set.own, ...limits.keys()].sort((a, b) => a - b)
  const limitsOf = (ids: readonly number[]): Pick<Segment, 'limited'> => {
    const limited = ids.flatMap((id) => limits.get(id) ?? [])
    return limited.length > 0 ? { limited } : {}
  }
  for (const exact of [true, false]) {
    if (exact && from && !from.exact) continue
    const resumed = from?.exact === exact ? from : undefined
    const whole = exact ? { equals: span.exact } : { above: span.exact }
    const rest = (place: Place): Segment['condition'][] => {
      const same = { equals: place.term, afterId: place.id }
      return exact ? [same] : [same, { above: place.term }]
    }
    if (set === 'all') {
      for (const condition of resumed ? rest(resumed) : [whole])
        yield { projects: 'all', condition, exact, others: false }
      continue
    }
    for (const others of [false, true]) {
      if (resumed?.others && !others) continue
      const here = resumed?.others === others ? resumed : undefined
      let ids = others ? set.others : ownIds
      if (here) {
        if (ids.includes(here.projectId))
          for (const condition of rest(here))
            yield { projects: [here.projectId], condition, exact, others, ...limitsOf([here.projectId]) }
        ids = ids.filter((id) => id > here.projectId)
      }
      // What many projects have is full after a few; what equals the text may be in any one.
      let size = exact ? PROJECTS_AT_ONCE : FIRST_PROJECTS
      for (let start = 0; start < ids.length; start += size, size = PROJECTS_AT_ONCE)
        yield* [ids.slice(start, start + size)].map((projects) => ({
          projects,
          condition: whole,
          exact,
          others,
          ...limitsOf(projects),
        }))
    }
  }
}
