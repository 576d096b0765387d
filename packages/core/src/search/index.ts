export { search } from './search.ts'
export type { FoundProject, FoundRepository } from './store.ts'
