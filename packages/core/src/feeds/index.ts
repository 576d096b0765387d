export { Feed, type FeedSource, type Placed } from './feed.ts'
export { endFeeds, enter, feedOf } from './service.ts'
