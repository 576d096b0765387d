export { indexManifest, type PushedManifest, projectOf } from './indexing/index-manifest.ts'
export { type PullCount, recordPulls } from './pulls/record-pulls.ts'
export { removeManifest } from './removal/remove-manifest.ts'
export { type ResolvedManifest, resolveReference } from './store.ts'
