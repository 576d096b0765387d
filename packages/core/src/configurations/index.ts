export { type ConfigurationKey, propertyOf } from './model.ts'
export {
  type ConfigurationItems,
  getConfigurations,
  robotNamePrefix,
  updateConfigurations,
} from './service.ts'
export { readConfiguration } from './store.ts'
