export type { CheckedStep, CheckQuestion } from './check.ts'
export type { Scope, SearchAnswer, SearchRequest } from './connection.ts'
export { type Directory, openDirectory } from './directory.ts'
export { childDn, escapeDnValue, isWithin, normalDn, parseDn, sameDn } from './dn.ts'
export {
  bytes,
  type Entry,
  guidText,
  type IdAttribute,
  idAttributes,
  text,
  texts,
  uniqueId,
} from './entry.ts'
export { LdapError, type LdapErrorCode, mayPass } from './errors.ts'
export {
  all,
  any,
  contains,
  equal,
  escapeFilterValue,
  type Filter,
  filterText,
  IN_CHAIN,
  matchesRule,
  not,
  present,
} from './filter.ts'
export { parseFilter } from './filter-parser.ts'
export type { DirectoryGroup, GroupMemory } from './groups.ts'
export type { DirectoryLimits, DirectorySettings } from './settings.ts'
export type { TlsSettings } from './socket.ts'
export type { DirectoryUser } from './users.ts'
export type { Whereabouts } from './whereabouts.ts'
