import { isRepositoryName } from '@berth/registry-client'
import { badRequest } from '../errors/index.ts'
import { compileLongGlob, GlobError } from '../globs/index.ts'
import { namesOf } from './filters.ts'
import type { Decoration, PolicyFilter, PolicyInput } from './model.ts'
import { parseVersionRange } from './versions.ts'

const MAX_FILTERS = 50
const MAX_LABELS = 50
const MAX_NEWEST = 100_000
const types = ['name', 'tag', 'label', 'resource', 'semver', 'newest'] as const

/** @throws DomainError BAD_REQUEST */
export function parseFilters(filters: NonNullable<PolicyInput['filters']>): PolicyFilter[] {
  if (filters.length > MAX_FILTERS) throw badRequest(`a policy has at most ${MAX_FILTERS} filters`)
  return filters.flatMap((filter) => {
    if (!types.some((type) => type === filter.type))
      throw badRequest(`the type of a filter is one of ${types.join(', ')}`)
    return isLeftEmpty(filter) ? [] : [parseFilter(filter)]
  })
}

/** Harbor's console sends such filters, and Harbor lets everything pass a list of no labels. */
const isLeftEmpty = ({ type, value = null }: { type?: string; value?: unknown }): boolean =>
  value === '' || value === null || (type === 'label' && Array.isArray(value) && value.length === 0)

function parseFilter({
  type,
  value,
  decoration,
}: {
  type?: string
  value?: unknown
  decoration?: string
}): PolicyFilter {
  const decorated = decoration !== undefined && decoration !== ''
  switch (type) {
    case 'name':
    case 'tag': {
      const pattern = textOf(type, value)
      checkGlob(type, pattern)
      if (type === 'tag') return { type, value: pattern, decoration: parseDecoration(decoration) }
      checkNames(pattern)
      break
    }
    case 'label':
      return { type, value: parseLabels(value), decoration: parseDecoration(decoration) }
    case 'resource':
      if (value !== 'image' && value !== 'artifact')
        throw badRequest('the value of the filter resource is image or artifact')
      break
    case 'semver':
      if (!parseVersionRange(textOf(type, value)))
        throw badRequest('the value of the filter semver is a range of versions, as >=1.2 <2')
      break
    case 'newest':
      if (!/^[1-9]\d{0,5}$/.test(String(value)) || Number(value) > MAX_NEWEST)
        throw badRequest(`the value of the filter newest is a number from 1 to ${MAX_NEWEST}`)
  }
  if (decorated) throw badRequest(`the filter ${type} has no decoration`)
  return { type, value: String(value) } as PolicyFilter
}

function textOf(type: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw badRequest(`the value of the filter ${type} is a text`)
}

function checkGlob(type: string, pattern: string): void {
  try {
    compileLongGlob(pattern)
  } catch (error) {
    if (error instanceof GlobError) throw badRequest(`the pattern of the filter ${type}: ${error.message}`)
    throw error
  }
}

/** Without wildcards a pattern lists names; one that nothing can have was typed by mistake. */
function checkNames(pattern: string): void {
  const wrong = namesOf(pattern)?.find((name) => !isRepositoryName(name))
  if (wrong !== undefined) throw badRequest(`${JSON.stringify(wrong)} is not the name of a repository`)
}

function parseDecoration(text: string | undefined): Decoration {
  if (text === undefined || text === '' || text === 'matches') return 'matches'
  if (text === 'excludes') return 'excludes'
  throw badRequest('the decoration of a filter is matches or excludes')
}

function parseLabels(value: unknown): string[] {
  const names = Array.isArray(value) ? value : [undefined]
  const labels = names.map((name) => (typeof name === 'string' ? parseLabelName(name) : ''))
  if (labels.length > MAX_LABELS || labels.includes(''))
    throw badRequest(`the value of the filter label is a list of names of labels, at most ${MAX_LABELS}`)
  return [...new Set(labels)]
}

/** As labels are stored. */
const parseLabelName = (name: string): string => name.normalize('NFC').trim()
