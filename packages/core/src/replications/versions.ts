/** A tag that is a version: numbers, and what stands behind the first dash. */
export interface Version {
  numbers: readonly [number, number, number]
  /** Empty unless it is a pre-release. */
  pre: readonly (number | string)[]
}

type Test = (version: Version) => boolean
/** All of a set must hold, of the sets any. */
interface ComparatorSet {
  tests: Test[]
  /** It names a pre-release itself, so it means them as well. */
  namesPre: boolean
}

export interface VersionRange {
  contains(tag: string): boolean
}

/** `v1.2.3-rc.1_linux`: parts that are missing are 0; what is behind `+`, or `_` as Helm writes it, counts for nothing. */
const VERSION =
  /^v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:-([0-9A-Za-z][0-9A-Za-z.-]*))?(?:[+_][0-9A-Za-z.-]+)?$/
const COMPARATOR =
  /^(>=|<=|>|<|=|\^|~)?v?(\d{1,9}|[xX*])(?:\.(\d{1,9}|[xX*]))?(?:\.(\d{1,9}|[xX*]))?(?:-([0-9A-Za-z][0-9A-Za-z.-]*))?$/
const MAX_RANGE_LENGTH = 255

export function parseVersion(tag: string): Version | undefined {
  const found = VERSION.exec(tag)
  if (!found) return undefined
  const [, major, minor = '0', patch = '0', pre] = found
  return { numbers: [Number(major), Number(minor), Number(patch)], pre: parsePre(pre) }
}

const parsePre = (text: string | undefined): (number | string)[] =>
  text === undefined ? [] : text.split('.').map((part) => (/^\d{1,9}$/.test(part) ? Number(part) : part))

/** As semver.org orders them (section 11): a pre-release is before what it leads to. */
export function compareVersions(left: Version, right: Version): number {
  for (let at = 0; at < 3; at++) {
    const difference = left.numbers[at]! - right.numbers[at]!
    if (difference !== 0) return Math.sign(difference)
  }
  if (left.pre.length === 0 || right.pre.length === 0)
    return Math.sign(Number(left.pre.length === 0) - Number(right.pre.length === 0))
  for (let at = 0; at < Math.max(left.pre.length, right.pre.length); at++) {
    const order = compareParts(left.pre[at], right.pre[at])
    if (order !== 0) return order
  }
  return 0
}

function compareParts(left: number | string | undefined, right: number | string | undefined): number {
  if (left === right) return 0
  if (left === undefined) return -1
  if (right === undefined) return 1
  // Numbers are before words.
  if (typeof left !== typeof right) return typeof left === 'number' ? -1 : 1
  return left < right ? -1 : 1
}

/**
 * `>=1.2 <2`, `^1.4`, `~1.4.2`, `1.x`, and several with `||` between them. A pre-release is in a range only where the range
 * names one. What is no version is in none. Undefined: the text is no range.
 */
export function parseVersionRange(text: string): VersionRange | undefined {
  if (text.trim() === '' || text.length > MAX_RANGE_LENGTH) return undefined
  const sets: ComparatorSet[] = []
  for (const part of text.split('||')) {
    const words = part
      .replace(/(>=|<=|>|<|=|\^|~)\s+/g, '$1')
      .split(/[\s,]+/)
      .filter(Boolean)
    const tests = words.map(toTests)
    if (words.length === 0 || tests.some((test) => test === undefined)) return undefined
    sets.push({ tests: tests.flatMap((test) => test!), namesPre: words.some((word) => word.includes('-')) })
  }
  return {
    contains(tag) {
      const version = parseVersion(tag)
      if (!version) return false
      return sets.some(
        ({ tests, namesPre }) =>
          (version.pre.length === 0 || namesPre) && tests.every((test) => test(version)),
      )
    },
  }
}

const isAny = (part: string | undefined) => part === undefined || /^[xX*]$/.test(part)

function toTests(word: string): Test[] | undefined {
  const found = COMPARATOR.exec(word)
  if (!found) return undefined
  const [, operator = '=', major, minor, patch, pre] = found
  const known = [major, minor, patch].findIndex(isAny)
  // How many parts are said; behind one that is open there is nothing more to say.
  const said = known === -1 ? 3 : known
  if (said === 0) return operator === '=' || operator === '>=' ? [] : undefined
  const numbers = [major, minor, patch].map((part, at) => (at < said ? Number(part) : 0)) as [
    number,
    number,
    number,
  ]
  const low: Version = { numbers, pre: said === 3 ? parsePre(pre) : [] }
  const from: Test = (version) => compareVersions(version, low) >= 0
  const below =
    (limit: [number, number, number]): Test =>
    // The first pre-release of what is not meant is not meant either.
    (version) =>
      compareVersions({ ...version, pre: [] }, { numbers: limit, pre: [] }) < 0
  const raised = (at: number) =>
    numbers.map((number, index) => (index < at ? number : index === at ? number + 1 : 0)) as [
      number,
      number,
      number,
    ]
  switch (operator) {
    case '>=':
      return [from]
    case '<':
      return low.pre.length === 0 ? [below(numbers)] : [(version) => compareVersions(version, low) < 0]
    case '>':
      return said === 3 ? [(version) => compareVersions(version, low) > 0] : [notBelow(raised(said - 1))]
    case '<=':
      return said === 3 ? [(version) => compareVersions(version, low) <= 0] : [below(raised(said - 1))]
    case '~':
      return [from, below(raised(Math.min(said - 1, 1)))]
    case '^': {
      // The first part that is not 0 stays.
      const first = numbers.findIndex((number, at) => number > 0 && at < said)
      return [from, below(raised(first === -1 ? said - 1 : first))]
    }
    default:
      return said === 3 ? [(version) => compareVersions(version, low) === 0] : [from, below(raised(said - 1))]
  }
}

const notBelow =
  (numbers: [number, number, number]): Test =>
  (version) =>
    compareVersions(version, { numbers, pre: [] }) >= 0
