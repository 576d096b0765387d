/** Larger documents are shown as they are: indenting them would only make them longer. */
const limitLength = 512 * 1024

/** JSON with two spaces of indentation; text that is no JSON, or too long, stays as it is. */
export function indentedJson(text: string): { shown: string; changed: boolean } {
  if (text.length > limitLength) return { shown: text, changed: false }
  try {
    const shown = JSON.stringify(JSON.parse(text), null, 2)
    return { shown, changed: shown !== text }
  } catch {
    return { shown: text, changed: false }
  }
}
