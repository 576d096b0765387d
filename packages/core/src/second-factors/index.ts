export type { SecondFactor } from './model.ts'
export {
  beginSetup,
  checkSecondFactor,
  confirmSetup,
  disableSecondFactor,
  getSecondFactor,
  renewRecoveryCodes,
  resetSecondFactor,
} from './service.ts'
export { switchOff } from './store.ts'
export { codeAt, stepAt } from './totp.ts'
