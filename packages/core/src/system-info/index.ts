export { BERTH_VERSION, getSystemInfo, HARBOR_VERSION, type SystemInfo } from './service.ts'
