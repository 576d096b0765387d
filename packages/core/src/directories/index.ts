export { onboardByName, seemToAsk, signInThroughDirectory } from './accounts.ts'
export { endHeldPeople, type Held, keepHeldPeople, listHeldPeople } from './holds.ts'
export { type RefreshResult, refreshDirectoryAccounts } from './refresh.ts'
export {
  type CheckInput,
  checkDirectory,
  importUsers,
  pingDirectory,
  searchDirectoryGroups,
  searchDirectoryUsers,
} from './service.ts'
export { isOfDirectory, readDirectoryConfiguration, requireWorkable } from './settings.ts'
export { hastenLooks } from './store.ts'
