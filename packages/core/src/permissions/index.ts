export { grantableInProjects, grantableInSystem } from './grantable.ts'
export type { Permission } from './model.ts'
export { currentUserPermissions, getPermissions } from './service.ts'
