export { parseSettings } from './model.ts'
export {
  addProjectMetadata,
  deleteProjectMetadata,
  getProjectMetadata,
  listProjectMetadata,
  updateProjectMetadata,
} from './service.ts'
export { readSettings } from './store.ts'
