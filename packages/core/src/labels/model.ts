import { badRequest } from '../errors/index.ts'
import type { Columns } from '../list-query/index.ts'
import { plainText } from '../plain-text/index.ts'

export interface Label {
  id: number
  /** Null: a global label. */
  projectId: number | null
  name: string
  description: string
  /** `#rrggbb`, or empty. */
  color: string
  createdAt: Date
  updatedAt: Date
}

/** Exactly the fields a caller may set. */
export interface LabelInput {
  name?: string
  description?: string
  color?: string
}

/** Where a label is or shall be: in a project, or, with null, everywhere. */
export interface LabelSpace {
  projectId: number | null
}

// Characters, as both databases count them.
const MAX_NAME_LENGTH = 128
const MAX_DESCRIPTION_LENGTH = 1024

/** What `q` and `sort` may name, over the alias `l`. */
export const labelColumns: Columns = {
  id: { sql: 'l.id', type: 'integer' },
  name: { sql: 'l.name', type: 'text' },
  description: { sql: 'l.description', type: 'text' },
  color: { sql: 'l.color', type: 'text' },
  creation_time: { sql: 'l.created_at', type: 'time' },
  update_time: { sql: 'l.updated_at', type: 'time' },
}

/** Absent fields stay absent. @throws DomainError BAD_REQUEST */
export function parseLabel({ name, description, color }: LabelInput): LabelInput {
  return {
    ...(name !== undefined && { name: parseName(name) }),
    ...(description !== undefined && { description: parseDescription(description) }),
    ...(color !== undefined && { color: parseColor(color) }),
  }
}

function parseName(input: string): string {
  // One spelling: what looks the same must not be two labels.
  const name = input.normalize('NFC').trim()
  const { length } = [...name]
  if (length === 0) throw badRequest('the name of a label must not be empty')
  if (length > MAX_NAME_LENGTH)
    throw badRequest(`the name of a label must have at most ${MAX_NAME_LENGTH} characters`)
  // Control characters, and those that turn the direction of what stands behind them.
  if (!name.isWellFormed() || /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(name))
    throw badRequest('the name of a label must not hold control characters')
  return name
}

function parseDescription(input: string): string {
  const description = plainText(input)
  if ([...description].length > MAX_DESCRIPTION_LENGTH)
    throw badRequest(`the description of a label must have at most ${MAX_DESCRIPTION_LENGTH} characters`)
  return description
}

/** It ends in a style attribute: nothing but a colour gets through. */
function parseColor(input: string): string {
  if (input === '' || /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(input)) return input
  throw badRequest('the color of a label must look like #rgb or #rrggbb')
}

/** @throws DomainError BAD_REQUEST for a scope that is none, or `p` without a project */
export function parseSpace(scope: string | undefined, projectId: number | undefined): LabelSpace {
  const asked = scope || (projectId ? 'p' : 'g')
  if (asked === 'g') return { projectId: null }
  if (asked !== 'p') throw badRequest('the scope must be g (global) or p (project)')
  if (!projectId) throw badRequest('a label of a project needs its project_id')
  return { projectId }
}
