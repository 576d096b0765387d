import { parseFilter } from '@berth/ui'

/** The words the filter of the artifact list understands before a colon. */
export const filterKeys = ['tag', 'label', 'type', 'digest'] as const

/**
 * The `q` parameter for what was typed. Free text is looked for in tags, or in digests when it begins like one.
 * Untagged artifacts are left out unless asked for. `labels` is the condition for the labels named, if any.
 */
export function artifactQuery(input: string, untagged: boolean, labels?: string): string | undefined {
  const { text, terms } = parseFilter(input, filterKeys)
  const conditions: string[] = []
  const tags = [...(terms.tag ?? [])]
  const digests = [...(terms.digest ?? [])]
  for (const word of text.split(' ').filter(Boolean)) {
    if (/^sha(256|512):/i.test(word)) digests.push(word)
    else tags.push(word)
  }
  // The API knows one condition per key: of several tags typed, the last one wins.
  const tag = tags.at(-1)
  if (tag) conditions.push(`tags=~${quoted(tag)}`)
  else if (!untagged) conditions.push('tags=*')
  const type = terms.type?.at(-1)
  if (type) conditions.push(`type=${quoted(type.toUpperCase())}`)
  const digest = digests.at(-1)
  if (digest) conditions.push(`digest=~${quoted(digest.toLowerCase())}`)
  if (labels) conditions.push(labels)
  return conditions.join(',') || undefined
}

// `q` is percent-decoded once more by the server, so that commas and signs of its own can stand in values.
function quoted(value: string): string {
  return encodeURIComponent(value)
}
