export { BERTH_VERSION, getSystemInfo, HARBOR_VERSION, type SystemInfo } from './service.ts'
export { readInstanceId } from './store.ts'
