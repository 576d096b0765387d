export { ensureBlobs, noteBlobSize } from './blobs/measure.ts'
export { countIn, countOut, readHoldings } from './counting/store.ts'
export { isStorageLimit, parseStorageLimit, type Quota, UNLIMITED, type Usage } from './model.ts'
export { type Recalculation, recalculateQuotas } from './recalculation/recalculate.ts'
export {
  forgetUsage,
  limitedProjectId,
  nearlyFullNews,
  requireRoom,
  requireRoomForBytes,
  requireRoomForMount,
  requireRoomToStart,
} from './room.ts'
export { nearlyFull } from './rules.ts'
export { getQuota, listQuotas, recalculateQuota, updateQuota } from './service.ts'
export { type ProjectStorage, projectStorage } from './storage/project-storage.ts'
export { repositoryBytes, storeChangedBytes, storeRepositoryBytes } from './storage/repository-bytes.ts'
export { readUsage, writeLimit } from './store.ts'
