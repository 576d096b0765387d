export { type Actor, ANONYMOUS, SYSTEM, type UserActor } from './authorization/index.ts'
export { type Core, type CoreSettings, createCore, isUnavailable } from './context/index.ts'
export { DomainError, type ErrorCode } from './errors/index.ts'
export type { Filter, ListQuery, Page, RangeValue } from './list-query/index.ts'
