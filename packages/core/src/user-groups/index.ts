export { type GroupType, groupTypes, type SeenGroup, type UserGroup, type UserGroupInput } from './model.ts'
export {
  createUserGroup,
  deleteUserGroup,
  getUserGroup,
  groupFor,
  listUserGroups,
  searchUserGroups,
  updateUserGroup,
} from './service.ts'
export { joinNewcomers, replaceMemberships } from './store.ts'
