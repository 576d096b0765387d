export { JsonWebTokenError, type ReadToken, readToken } from './read.ts'
export { isSigned, type PublishedKey, readKeys } from './signatures.ts'
