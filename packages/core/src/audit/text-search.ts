import type { Core } from '../context/index.ts'
import { badRequest } from '../errors/index.ts'
import type { Condition, Filter } from '../list-query/index.ts'
import type { ListedAuditLine } from './model.ts'

const columns = ['resource', 'actor_name', 'address', 'user_agent', 'request_id', 'action', 'resource_type']

/** Nothing that was asked for is left out in silence. @throws DomainError BAD_REQUEST */
export function requireParts(filters: readonly Filter[]): void {
  if (filters.some((filter) => filter.field === 'text' && !('value' in filter)))
    throw badRequest('text is searched by one part of it, as text=~word')
}

const partsOf = (filters: readonly Filter[]): string[] =>
  filters.flatMap((filter) => (filter.field === 'text' && 'value' in filter ? [filter.value] : []))

/** `text=~…`: anywhere in what the line says. */
export function textConditions(core: Core, filters: readonly Filter[]): Condition[] {
  return partsOf(filters).map((part) => {
    const mysql = core.db.provider === 'mysql'
    const like = `%${part.replace(/[\\%_]/g, (char) => `\\${char}`)}%`
    const searched = [...columns, mysql ? 'detail' : 'CAST(detail AS text)']
    const any = searched.map((column) => (mysql ? `LOWER(${column}) LIKE LOWER(?)` : `${column} ILIKE ?`))
    return { sql: any.join(' OR '), params: searched.map(() => like) }
  })
}

/** The same of a line that is in memory. Of `detail` a database has its own spaces between its signs. */
export function hasTexts(filters: readonly Filter[], line: ListedAuditLine): boolean {
  return partsOf(filters).every((part) => {
    const wanted = part.toLowerCase()
    const { resource, actorName, address, userAgent, requestId, action, resourceType, detail } = line
    return [
      resource,
      actorName,
      address,
      userAgent,
      requestId,
      action,
      resourceType,
      JSON.stringify(detail),
    ].some((text) => text?.toLowerCase().includes(wanted))
  })
}
