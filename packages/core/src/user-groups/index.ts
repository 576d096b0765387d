export { type GroupType, groupTypes, type SeenGroup, type UserGroup } from './model.ts'
export { replaceMemberships } from './store.ts'
