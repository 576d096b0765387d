export { type ConfigurationKey, parseConfigurations, propertyOf } from './model.ts'
export { groupExpression, parseEndpoint } from './oidc.ts'
export {
  type ConfigurationItems,
  getConfigurations,
  readSettings,
  robotNamePrefix,
  updateConfigurations,
} from './service.ts'
export { readConfiguration } from './store.ts'
