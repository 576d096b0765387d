export { coreSettingNames, parsePartSettings } from './core-settings.ts'
export {
  databaseKind,
  type ParsedSettings,
  parseSettings,
  type SettingProblem,
  type SettingRequest,
  SettingsError,
} from './parse.ts'
export { type Setting, type SettingName, settings } from './settings.ts'
