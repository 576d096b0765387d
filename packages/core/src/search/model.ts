/** What can be looked for; each is one walk over one index. */
export const SEARCH_KINDS = ['project', 'repository', 'tag', 'digest', 'label', 'annotation'] as const
export type SearchKind = (typeof SEARCH_KINDS)[number]

export interface Hit {
  projectName: string
  /** Full name, project first; of everything but a project. */
  repositoryName?: string
  /** Of everything in a repository: the artifact's. */
  digest?: string
  /** IMAGE, CHART, … */
  artifactType?: string
  tag?: string
  /** What the text was found in: a name, a digest, a label's name, `key=value` of an annotation. */
  matched: string
}

export interface Group {
  kind: SearchKind
  hits: Hit[]
  /** Where the next page begins, when there is one. */
  next?: string
}

/** Where a walk stands: behind this row of the index. */
export interface Place {
  /** In the first of two rounds: what equals the text comes before what begins with it. */
  exact: boolean
  /** Among the projects where the actor has no role. */
  others: boolean
  projectId: number
  term: string
  id: number
}

/** What to look for: `exact` itself, and what lies above it and below `end`. */
export interface Span {
  exact: string
  end: string
}

export const MAX_TEXT_LENGTH = 255
export const MAX_PAGE_SIZE = 50
