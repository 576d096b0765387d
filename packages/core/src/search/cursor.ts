import { badRequest } from '../errors/index.ts'
import type { Place } from './model.ts'

const MAX_LENGTH = 2_048
const MAX_INT4 = 2 ** 31 - 1

/** A place as clients carry it: it holds nothing but what they have been shown. */
export const writeCursor = ({ exact, others, projectId, term, id }: Place): string =>
  Buffer.from(JSON.stringify([exact, others, projectId, term, id])).toString('base64url')

/** @throws DomainError BAD_REQUEST */
export function readCursor(text: string): Place {
  const place = text.length <= MAX_LENGTH ? parse(text) : undefined
  if (!place) throw badRequest('invalid cursor')
  return place
}

function parse(text: string): Place | undefined {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
  if (!Array.isArray(value) || value.length !== 5) return undefined
  const [exact, others, projectId, term, id] = value
  const isId = (number: unknown) => Number.isInteger(number) && Math.abs(number as number) <= MAX_INT4
  const isText = typeof term === 'string' && !term.includes('\0') && term.isWellFormed()
  if (typeof exact !== 'boolean' || typeof others !== 'boolean' || !isText) return undefined
  return isId(projectId) && isId(id) ? { exact, others, projectId, term, id } : undefined
}
