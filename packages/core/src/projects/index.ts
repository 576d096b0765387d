export { type Project, type ProjectSummary, parseProjectName } from './model.ts'
export {
  createProject,
  deleteProject,
  getProject,
  headProject,
  listProjects,
  mayCreateProjects,
  type ProjectInput,
  projectDeletable,
  projectSummary,
  updateProject,
} from './service.ts'
export type { ProjectFilter } from './store.ts'
