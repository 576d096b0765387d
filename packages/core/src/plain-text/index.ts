/**
 * A text that both databases hold: Postgres refuses U+0000, both refuse halves of surrogate pairs.
 *
 * @param maxLength in UTF-16 units, as columns hold them; half of a character at the end becomes U+FFFD
 */
export const plainText = (text: string, maxLength = Number.POSITIVE_INFINITY): string =>
  text.replaceAll('\0', '').slice(0, maxLength).toWellFormed()
