export { DEVICE_LIFETIME_MS } from '../authentication/index.ts'
export { currentActor } from './current.ts'
export { LONGEST_LIFETIME_MS, type Session } from './model.ts'
export {
  csrfToken,
  endAllSessions,
  endSession,
  endSessionById,
  listSessions,
  type OpenedSession,
  openSession,
  purgeExpiredSessions,
  resolveSession,
  SecondFactorNeeded,
  signIn,
} from './service.ts'
