/** -1: only the last part stays; n: so many leading parts make way. */
export type Flattening = { namespace: string; replaceCount: number }

const SAMPLE = ['team', 'a', 'b']

/** A name to show the rule by: one that the filter means, with as many parts as it takes. */
export function exampleSource(nameFilter: string | undefined, replaceCount: number): string {
  const name = nameFilter?.trim() ?? ''
  const parts = name === '' || /[?[{\\]|^\*+$/.test(name) ? SAMPLE : name.split('/').map(sampleOf)
  const missing = replaceCount + 1 - parts.length
  const more = Array.from({ length: Math.max(0, missing) }, (_, index) => `part${index + 1}`)
  const [last = '', ...before] = [...parts].reverse()
  return [...before.reverse(), ...more, last].join('/')
}

/** A part that a pattern of `*` only may stand for. */
const sampleOf = (part: string): string => (/^\*+$/.test(part) ? 'app' : part.replaceAll('*', 'a'))

/** The name of a repository at the destination; undefined when it has fewer parts than make way. */
export function exampleName(source: string, { namespace, replaceCount }: Flattening): string | undefined {
  const at = namespace.trim().replace(/^\/+|\/+$/g, '')
  if (at === '') return source
  const parts = source.split('/')
  if (replaceCount < 0) return `${at}/${parts.at(-1)}`
  return replaceCount < parts.length ? `${at}/${parts.slice(replaceCount).join('/')}` : undefined
}
