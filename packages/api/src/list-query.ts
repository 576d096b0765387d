import { DomainError, type Filter, type ListQuery, type RangeValue } from '@berth/core'
import { type Operator, readField } from '@berth/core/list-query'

const bad = (message: string) => new DomainError('BAD_REQUEST', message)

const MAX_LENGTH = 4_096
const MAX_CONDITIONS = 32
const MAX_VALUES = 256
/** Beyond it an offset is no whole number any more. */
const MAX_PAGE = 1_000_000_000

export interface ListParameters {
  q?: string
  sort?: string
  page?: number
  page_size?: number
}

/** The `q`, `sort`, `page` and `page_size` of any list; see the contract's description of `q`. */
export function parseListQuery(query: ListParameters): ListQuery {
  const page = query.page ?? 1
  return {
    filters: parseFilters(query.q),
    sort: parseSort(query.sort),
    page: Math.min(Math.max(page, 1), MAX_PAGE),
    pageSize: Math.max(query.page_size ?? 10, 0),
  }
}

/**
 * Conditions joined by commas. Harbor decodes the text a second time, and clients count on it.
 *
 * @throws DomainError BAD_REQUEST
 */
export function parseFilters(text: string | undefined): Filter[] {
  if (text === undefined || text === '') return []
  if (text.length > MAX_LENGTH) throw bad(`q must have at most ${MAX_LENGTH} characters`)
  const parts = splitConditions(decodeAgain(text))
  if (parts.length > MAX_CONDITIONS) throw bad(`q must have at most ${MAX_CONDITIONS} conditions`)
  return parts.map(parseCondition)
}

function decodeAgain(text: string): string {
  let decoded: string
  try {
    decoded = decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw bad('q is not encoded correctly')
  }
  if (decoded.includes('\0')) throw bad('q must not contain a NUL character')
  return decoded
}

/** Commas inside brackets and quotes belong to a value, and in a part of a text those behind which no condition begins. */
function splitConditions(text: string): string[] {
  const parts: string[] = []
  let start = 0
  let closing = ''
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!
    if (closing) {
      if (char === closing) closing = ''
    } else if (char === ',' && !isOfPart(text.slice(start, index), text.slice(index + 1))) {
      parts.push(text.slice(start, index))
      start = index + 1
    } else if (text[index - 1] === '=') closing = { '[': ']', '{': '}', '(': ')' }[char] ?? ''
    else if (text.slice(start, index).match(/^[^=]*=~$/) && quotedPart.test(text.slice(index))) closing = char
  }
  parts.push(text.slice(start))
  return parts
}

/** `name=~"a,b=c"`: a part in quotes, whatever stands in them. One quote alone is a character as any other. */
const quotedPart = /^(["'])(?:(?!\1).)*\1(?:,|$)/s

/** `name=~a,b`, which Harbor refuses: people type commas into filter fields. */
const isOfPart = (before: string, behind: string): boolean =>
  /^[^=]*=~/.test(before) && behind.trim() !== '' && !/^[^=,]*=/.test(behind)

function parseCondition(part: string): Filter {
  const equals = part.indexOf('=')
  const name = part.slice(0, equals).trim()
  const value = part.slice(equals + 1)
  if (equals < 0 || name === '' || value.trim() === '')
    throw bad(`q must consist of conditions like name=value, joined by commas`)
  const { field, operator } = readField(name)
  const filter = parseMatch(field, value)
  return operator === undefined ? filter : withOperator(filter, operator)
}

/** `name__in={a b}` and the like: the operator says of a plain value what signs around the value say otherwise. */
function withOperator(filter: Filter, operator: Operator): Filter {
  if (operator === 'exact') return filter
  const { field } = filter
  if (operator === 'in' && filter.match === 'any') return filter
  if (operator === 'icontains' && filter.match === 'fuzzy') return filter
  if (filter.match !== 'exact') throw bad(`q cannot hold __${operator} together with this kind of value`)
  if (operator === 'icontains') return { field, match: 'fuzzy', value: filter.value }
  const value = parseValue(filter.value)
  if (operator === 'in') return { field, match: 'any', values: [value] }
  const ends = operator.startsWith('g') ? { min: value } : { max: value }
  return { field, match: 'range', ...ends, ...(operator.endsWith('e') ? {} : { exclusive: true }) }
}

function parseMatch(field: string, value: string): Filter {
  const last = value.at(-1)
  const inner = value.slice(1, -1)
  switch (value[0]) {
    case '~':
      return { field, match: 'fuzzy', value: withoutQuotes(value.slice(1)) }
    case '[':
      if (last !== ']') throw bad('a range in q must end with ]')
      return parseRange(field, inner)
    case '{':
      if (last !== '}') throw bad('a list in q must end with }')
      return { field, match: 'any', values: parseValues(inner) }
    case '(':
      if (last !== ')') throw bad('a list in q must end with )')
      return { field, match: 'all', values: parseValues(inner) }
    default:
      // A backslash takes the first character literally.
      return { field, match: 'exact', value: value.startsWith('\\') ? value.slice(1) : value }
  }
}

const withoutQuotes = (text: string): string =>
  quotedPart.test(text) && text.length > 2 ? text.slice(1, -1) : text

function parseRange(field: string, inner: string): Filter {
  const ends = inner.split('~')
  if (ends.length !== 2) throw bad('a range in q must look like [from~to]')
  const [min, max] = ends.map((end) => (end.trim() === '' ? undefined : parseValue(end.trim())))
  if (min === undefined && max === undefined) throw bad('a range in q needs at least one end')
  return { field, match: 'range', min, max }
}

function parseValues(inner: string): RangeValue[] {
  // Quoted values may hold spaces.
  const words = inner.match(/'[^']*'|"[^"]*"|\S+/g) ?? []
  if (words.length === 0) throw bad('a list in q must not be empty')
  if (words.length > MAX_VALUES) throw bad(`a list in q must have at most ${MAX_VALUES} values`)
  return words.map(parseValue)
}

/** A time, a whole number, or text with its quotes taken off: the order in which Harbor tries. */
function parseValue(text: string): RangeValue {
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(text)) {
    const time = new Date(`${text}Z`)
    if (!Number.isNaN(time.getTime())) return time
  }
  if (/^-?\d{1,15}$/.test(text)) return Number(text)
  return text.replace(/^(['"])(.*)\1$/s, '$2')
}

/** `name,-creation_time`; empty parts are ignored. */
export function parseSort(text: string | undefined): ListQuery['sort'] {
  if (text === undefined) return []
  if (text.length > MAX_LENGTH) throw bad(`sort must have at most ${MAX_LENGTH} characters`)
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== '-')
    .slice(0, 8)
    .map((part) => {
      const descending = part.startsWith('-')
      return { field: readField(descending ? part.slice(1) : part).field, descending }
    })
}
