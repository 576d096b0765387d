export {
  currentAccessToken,
  forgetAccessTokens,
  hashAccessToken,
  makeAccessTokenSecret,
} from './access-tokens.ts'
export { hashPassword, verifyPassword } from './argon2.ts'
export type { Credentials } from './attempts.ts'
export { DEVICE_LIFETIME_MS, proveDevice } from './devices.ts'
export { FairQueue } from './fair-queue.ts'
export { JOB_SECRET_LIFETIME_MS, makeJobSecret } from './job-secrets.ts'
export { currentRobot, forgetRobot, robotFacts } from './known-robots.ts'
export { currentUser, forgetUser, toActor, userFacts } from './known-users.ts'
export { networkOf } from './network.ts'
export { parseNewPassword } from './password.ts'
export { EVERY_PROJECT, OUTSIDE_PROJECTS } from './robot-store.ts'
export { hashChosenSecret, hashMadeSecret, makeRobotSecret, robotNameIn } from './robots.ts'
export {
  authenticate,
  authenticateBasic,
  authenticateBearer,
  confirmPassword,
  witnessPassword,
} from './service.ts'
export type { UserFacts } from './store.ts'
export { MAX_USERNAME_LENGTH, usernameKey } from './username.ts'
