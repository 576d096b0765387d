export type { FeedSource, Placed } from './feed.ts'
export { endFeeds, requirePlace } from './service.ts'
export { followWatched } from './watched.ts'
