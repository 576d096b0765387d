export {
  type AuthSource,
  type Profile,
  parseProfile,
  parseUsername,
  type User,
  type UserName,
} from './model.ts'
export { rescueAdministrator } from './rescue.ts'
export {
  changePassword,
  createUser,
  currentUserInfo,
  deleteUser,
  ensureAdministrator,
  getUser,
  listUsers,
  parseNewUsername,
  searchUsers,
  setDisabled,
  setSysadmin,
  updateUserProfile,
} from './service.ts'
