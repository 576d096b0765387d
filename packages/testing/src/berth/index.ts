export { quickFolder } from '../quick-folder.ts'
export { startRegistry, type TestRegistry } from '../registry.ts'
export {
  type Memory,
  peakMemory,
  peakOwnBytes,
  peakResidentBytes,
  pidOf,
  residentBytes,
  writtenBytes,
} from './processes.ts'
export {
  administrator,
  type BerthSettings,
  databaseEnvironment,
  freshBerth,
  healthy,
  type RunningBerth,
  repositoryRoot,
  startBerth,
  until,
} from './running-berth.ts'
