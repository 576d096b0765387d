/** Colours offered for labels: a dozen hues of like weight, told apart in both themes. */
export const labelColors = [
  '#1f7a8c',
  '#2f6fde',
  '#6a5acd',
  '#a347ba',
  '#c2417c',
  '#c8352b',
  '#d9660b',
  '#b58900',
  '#5c8a1e',
  '#14804a',
  '#6b7780',
] as const satisfies [string, ...string[]]
