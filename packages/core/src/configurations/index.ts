export { MAILBOX } from './mail.ts'
export { type ConfigurationKey, parseConfigurations, propertyOf } from './model.ts'
export { groupExpression, parseEndpoint } from './oidc.ts'
export {
  type ConfigurationItems,
  currentSetting,
  getConfigurations,
  madeOfSettings,
  readSettings,
  robotNamePrefix,
  updateConfigurations,
} from './service.ts'
export { lastTokenEndsAt, readConfiguration } from './store.ts'
export { mayGo, type Way } from './stored-secrets.ts'
