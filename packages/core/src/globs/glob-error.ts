/** What is wrong with a pattern, in words for a person. */
export class GlobError extends Error {
  override name = 'GlobError'
}
