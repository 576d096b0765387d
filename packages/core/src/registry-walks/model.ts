import { parseRepositoryName } from '@berth/registry-client'
import { badRequest } from '../errors/index.ts'
import { parseProjectName } from '../projects/index.ts'

/** `reconcile` compares the index with the registry, `plan` says what `adopt` would do, `adopt` does it. */
export const walkKinds = ['reconcile', 'plan', 'adopt'] as const
export type WalkKind = (typeof walkKinds)[number]

/** Pending and running ones are active; stopped and failed ones can be resumed. */
export type WalkStatus = 'pending' | 'running' | 'stopped' | 'failed' | 'done'

export interface WalkOptions {
  /** Of a reconcile: make the index like the registry; false only reports. */
  mend: boolean
  requestsPerSecond: number
  /** The project for repositories whose names have one segment only; empty: they are left out. */
  singleSegmentProject: string
  /** Adopt only into these; empty: into all. */
  projects: string[]
}

export interface WalkCounts {
  /** Repositories to visit; known once the catalog has been read. */
  repositories: number
  repositoriesDone: number
  /** Tags that the registry listed. */
  tags: number
  /** Requests sent to the registry. */
  requests: number
  /** Everything that was found, also beyond the findings kept. */
  findings: number
  /** Differences mended; of an adoption, tags taken over. */
  mended: number
  /** Things that could not be looked at or mended: `failed`, `not_a_manifest` and `incomplete`. */
  failed: number
}

export const noCounts: WalkCounts = {
  repositories: 0,
  repositoriesDone: 0,
  tags: 0,
  requests: 0,
  findings: 0,
  mended: 0,
  failed: 0,
}

export interface RegistryWalk {
  id: number
  kind: WalkKind
  status: WalkStatus
  options: WalkOptions
  cursor: WalkCursor
  counts: WalkCounts
  /** Why it failed; for administrators. */
  error: string
  createdBy: number | null
  /** Null: Berth itself, or somebody who is gone. */
  createdByName: string | null
  createdAt: Date
  startedAt: Date | null
  /** When it last said that it runs. */
  beatAt: Date | null
  finishedAt: Date | null
}

/** Where a walk stands. Everything before it is done and counted. */
export type WalkCursor =
  | { phase: 'catalog' }
  | {
      phase: 'repositories'
      /** The last repository that is done; '' at the beginning. */
      after: string
      /** Where it stands inside the repository that comes next, whose tags are listed already. */
      inside?: InsideRepository
    }

export interface InsideRepository {
  repository: string
  stage: 'tags' | 'gone' | 'untagged'
  /** The last tag, or the last id, that is done. */
  after: string | number
}

/**
 * What a finding says. Of differences: `tag_missing`, `tag_moved`, `tag_gone`, `artifact_missing`, `artifact_gone`,
 * `child_gone`, `repository_gone`. Of what stays outside: `no_project`, `unassigned`, `invalid_name`, `name_conflict`.
 * Of what could not be done: `not_a_manifest`, `incomplete`, `failed`.
 */
export type FindingKind =
  | 'tag_missing'
  | 'tag_moved'
  | 'tag_gone'
  | 'artifact_missing'
  | 'artifact_gone'
  | 'child_gone'
  | 'repository_gone'
  | 'no_project'
  | 'unassigned'
  | 'invalid_name'
  | 'name_conflict'
  | 'not_a_manifest'
  | 'incomplete'
  | 'failed'

export interface Finding {
  kind: FindingKind
  repository: string
  /** A tag or a digest; empty when the repository is meant. */
  reference: string
  detail: string
  mended: boolean
}

export interface RegistryFinding extends Finding {
  id: number
  at: Date
}

/** What an adoption puts, or would put, into a project. */
export interface RegistryProposal {
  project: string
  repositories: number
  tags: number
  /** Set when the project exists already. */
  existing: { id: number; public: boolean; ownerName: string | null } | null
}

/** Findings of one kind beyond this many are only counted. */
export const MAX_FINDINGS_OF_A_KIND = 2_000
const DEFAULT_REQUESTS_PER_SECOND = 100
const MAX_REQUESTS_PER_SECOND = 10_000
const MAX_PROJECTS = 1_000

export interface WalkInput {
  kind?: string
  mend?: boolean
  requestsPerSecond?: number
  singleSegmentProject?: string
  projects?: string[]
}

/** @throws DomainError BAD_REQUEST */
export function parseWalk(input: WalkInput): { kind: WalkKind; options: WalkOptions } {
  const kind = walkKinds.find((known) => known === input.kind)
  if (!kind) throw badRequest(`kind must be one of ${walkKinds.join(', ')}`)
  const requestsPerSecond = input.requestsPerSecond ?? DEFAULT_REQUESTS_PER_SECOND
  if (!(requestsPerSecond >= 1 && requestsPerSecond <= MAX_REQUESTS_PER_SECOND))
    throw badRequest(`requests_per_second must be between 1 and ${MAX_REQUESTS_PER_SECOND}`)
  const projects = input.projects ?? []
  if (projects.length > MAX_PROJECTS) throw badRequest(`name at most ${MAX_PROJECTS} projects`)
  return {
    kind,
    options: {
      mend: input.mend ?? false,
      requestsPerSecond,
      singleSegmentProject: input.singleSegmentProject ? parseProjectName(input.singleSegmentProject) : '',
      projects: [...new Set(projects.map(parseProjectName))],
    },
  }
}

/** Where a repository of the registry belongs in Berth. */
export type Place =
  | { project: string; repository: string; moved: boolean }
  | { problem: 'unassigned' | 'invalid_name' | 'left_out' }

/**
 * The first segment of a name is the project. A name of one segment cannot stay what it is, since repositories live in
 * projects: it goes into the chosen project, under its own name there.
 */
export function placeOf(name: string, options: WalkOptions): Place {
  const slash = name.indexOf('/')
  const moved = slash < 0
  if (moved && !options.singleSegmentProject) return { problem: 'unassigned' }
  const project = moved ? options.singleSegmentProject : name.slice(0, slash)
  const repository = moved ? `${project}/${name}` : name
  try {
    parseProjectName(project)
    parseRepositoryName(repository)
  } catch {
    return { problem: 'invalid_name' }
  }
  if (options.projects.length > 0 && !options.projects.includes(project)) return { problem: 'left_out' }
  return { project, repository, moved }
}
