export { search } from './search.ts'
export type { FoundRepository } from './store.ts'
