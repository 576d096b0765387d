export {
  deleteRepository,
  forgetEmptyRepository,
  getRepository,
  updateRepository,
} from './change-repository.ts'
export { listCatalog } from './list-catalog.ts'
export { listAllRepositories, listRepositories } from './list-repositories.ts'
export type { Repository } from './model.ts'
