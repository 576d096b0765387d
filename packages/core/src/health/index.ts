export {
  BEAT_EVERY_MS,
  beat,
  type ComponentHealth,
  getHealth,
  type Health,
  purgeHeartbeats,
  readPools,
} from './service.ts'
