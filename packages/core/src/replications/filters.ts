import { compileLongGlob, type Glob } from '../globs/index.ts'
import type { PolicyFilter } from './model.ts'
import { compareVersions, parseVersion, parseVersionRange } from './versions.ts'

/** A tag of a repository with as much as is known of it. What has no tag is never asked about: it goes only with what names it. */
export interface TagCandidate {
  tag: string
  pushedAt?: Date
  /** Undefined where they are not known: then no label is there. */
  labels?: readonly string[]
  /** Undefined before its manifest was looked at: then it may be either. */
  kind?: 'image' | 'artifact'
}

/** Filters made ready; all of them must let a thing pass. */
export interface CompiledFilters {
  matchesRepository(name: string): boolean
  /** Those that match, where a filter names them without wildcards. They may be no names of repositories. */
  repositories: readonly string[] | undefined
  /** The first parts of all names that can match, where a filter names them without wildcards. */
  namespaces: readonly string[] | undefined
  /** Those of one repository that go, as far as what is known of them tells. */
  select<T extends TagCandidate>(candidates: readonly T[]): T[]
  /** How many of the newest go; undefined: all. */
  newest: number | undefined
  /** Those that all filters but `newest` let pass, the newest first. */
  newestFirst<T extends TagCandidate>(candidates: readonly T[]): T[]
}

/** @throws GlobError for what `parseFilters` would not have let through */
export function compileFilters(filters: readonly PolicyFilter[]): CompiledFilters {
  const patterns = filters.flatMap(({ type, value }) => (type === 'name' ? [value] : []))
  const names = patterns.map(compileLongGlob)
  const tests = filters.flatMap((filter) => testOf(filter) ?? [])
  const counts = filters.flatMap(({ type, value }) => (type === 'newest' ? [Number(value)] : []))
  const newest = counts.length === 0 ? undefined : Math.min(...counts)
  const passing = <T extends TagCandidate>(candidates: readonly T[]) =>
    candidates.filter((candidate) => tests.every((test) => test(candidate)))
  return {
    matchesRepository: (name) => names.every((glob) => glob.matches(name)),
    repositories: onlyRepositories(patterns, names),
    namespaces: patterns.map(namespacesOf).find((found) => found !== undefined),
    newest,
    newestFirst: (candidates) => byAge(passing(candidates)),
    select(candidates) {
      const passed = passing(candidates)
      if (newest === undefined) return passed
      const chosen = new Set(byAge(passed).slice(0, newest))
      return passed.filter((candidate) => chosen.has(candidate))
    },
  }
}

function testOf(filter: PolicyFilter): ((candidate: TagCandidate) => boolean) | undefined {
  switch (filter.type) {
    case 'tag': {
      const glob = compileLongGlob(filter.value)
      const wanted = filter.decoration === 'matches'
      return ({ tag }) => glob.matches(tag) === wanted
    }
    case 'label': {
      const wanted = filter.decoration === 'matches'
      return ({ labels = [] }) => filter.value.every((label) => labels.includes(label)) === wanted
    }
    case 'resource':
      return ({ kind }) => kind === undefined || kind === filter.value
    case 'semver': {
      const range = parseVersionRange(filter.value)
      return ({ tag }) => range?.contains(tag) === true
    }
    default:
      return undefined
  }
}

/** The newest first: by the time of the push where all have one, else by version, and by name among what are no versions. */
function byAge<T extends TagCandidate>(candidates: readonly T[]): T[] {
  const timed = candidates.every(({ pushedAt }) => pushedAt !== undefined)
  const byTime = (left: T, right: T) => right.pushedAt!.getTime() - left.pushedAt!.getTime()
  return candidates.toSorted((left, right) => (timed && byTime(left, right)) || byVersion(left, right))
}

/** Versions before other tags, the highest first. */
function byVersion(left: TagCandidate, right: TagCandidate): number {
  const [a, b] = [parseVersion(left.tag), parseVersion(right.tag)]
  if (a && b) return compareVersions(b, a) || (left.tag < right.tag ? 1 : -1)
  if (a || b) return a ? -1 : 1
  return left.tag < right.tag ? 1 : left.tag > right.tag ? -1 : 0
}

/** Of the first filter that lists names, those that all the others let pass. */
function onlyRepositories(patterns: readonly string[], globs: readonly Glob[]): string[] | undefined {
  for (const pattern of patterns) {
    const listed = namesOf(pattern)
    if (listed) return listed.filter((name) => globs.every((glob) => glob.matches(name)))
  }
  return undefined
}

const MAX_NAMES = 1_000

/** The texts that a pattern stands for when it has no wildcards; `{a,b}` is as good as both. Undefined: it has some. */
export function namesOf(pattern: string): string[] | undefined {
  if (/[*?[\\]/.test(pattern)) return undefined
  let names = ['']
  let rest = pattern
  while (rest !== '') {
    const found = /^([^{}]*)(?:\{([^{}]*)\})?/.exec(rest)!
    // Braces within braces, or one without the other: for the matcher alone.
    if (found[0] === '') return undefined
    const choices = found[2] === undefined ? [''] : found[2].split(',')
    names = names.flatMap((name) => choices.map((choice) => name + found[1] + choice))
    if (names.length > MAX_NAMES) return undefined
    rest = rest.slice(found[0].length)
  }
  return [...new Set(names)]
}

/** Of `team/**`, `{one,two}/*` and `{one/*,two/app}`; undefined where a name may begin with anything. */
export function namespacesOf(pattern: string): string[] | undefined {
  const slash = pattern.indexOf('/')
  const found = slash < 1 ? undefined : namesOf(pattern.slice(0, slash))
  if (found) return found
  const choices = /^\{([^{}]*)\}$/.exec(pattern)?.[1]?.split(',') ?? []
  const each = choices.map((choice) => namespacesOf(choice))
  return each.length > 0 && each.every((names) => names !== undefined) ? [...new Set(each.flat())] : undefined
}
