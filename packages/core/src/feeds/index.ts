export type { FeedSource, Placed } from './feed.ts'
export { endFeeds, type Place, takePlace } from './service.ts'
export { followWatched, LOOK_AGAIN_MS } from './watched.ts'
