export { type SearchInput, searchEverything } from './everything.ts'
export type { Group, Hit, SearchKind } from './model.ts'
export { search } from './search.ts'
export type { FoundRepository } from './store.ts'
