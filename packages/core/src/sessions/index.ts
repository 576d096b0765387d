export { IDLE_MS, LIFETIME_MS, type Session } from './model.ts'
export {
  csrfToken,
  endAllSessions,
  endSession,
  listSessions,
  type OpenedSession,
  openSession,
  purgeExpiredSessions,
  resolveSession,
  signIn,
} from './service.ts'
