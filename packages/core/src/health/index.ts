export { BEAT_EVERY_MS, beat, type ComponentHealth, getHealth, type Health } from './service.ts'
