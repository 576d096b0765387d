export { copyBetween } from './copy-between.ts'
export { carryLabels } from './labels.ts'
export type { ArtifactCopy, Copying, CopyOptions, CopyProgress, CopyResult } from './model.ts'
export { purgeUploads } from './uploads/store.ts'
