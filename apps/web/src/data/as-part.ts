/**
 * What somebody typed as a value of `q` behind `=~`. Quotes keep a comma in it from beginning another condition; of both
 * kinds of quotes the one that it does not hold.
 */
export function asPart(text: string): string {
  const quote = text.includes('"') ? "'" : '"'
  const quoted = (text.includes(',') || /^["']/.test(text)) && !text.includes(quote)
  return encodeURIComponent(quoted ? quote + text + quote : text)
}
