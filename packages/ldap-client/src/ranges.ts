import type { SearchAnswer, SearchRequest } from './connection.ts'
import type { Entry } from './entry.ts'
import { LdapError } from './errors.ts'
import { present } from './filter.ts'

/** Active Directory gives at most 1,500 or 5,000 values of an attribute at once: far more than a person has groups. */
const MAX_PARTS = 50
const RANGE = /^(.+);range=(\d{1,9})-(\d{1,9}|\*)$/

/**
 * Reads the rest of attributes that came in part, as `memberOf;range=0-1499` ([MS-ADTS] section 3.1.1.3.1.3.3), so that they
 * stand whole under their own name. Throws LdapError PROTOCOL for parts that do not go on where they stopped.
 */
export async function withWholeRanges(
  search: (request: SearchRequest) => Promise<SearchAnswer>,
  answer: SearchAnswer,
): Promise<SearchAnswer> {
  if (!answer.entries.some(isInPart)) return answer
  const entries: Entry[] = []
  for (const entry of answer.entries) entries.push(isInPart(entry) ? await whole(search, entry) : entry)
  return { ...answer, entries }
}

const isInPart = ({ attributes }: Entry): boolean => [...attributes.keys()].some((name) => RANGE.test(name))

async function whole(
  search: (request: SearchRequest) => Promise<SearchAnswer>,
  entry: Entry,
): Promise<Entry> {
  const attributes = new Map(entry.attributes)
  for (const [ranged, first] of entry.attributes) {
    const [, name, start, end] = RANGE.exec(ranged) ?? []
    if (!name || start === undefined || end === undefined) continue
    const values = [...first]
    let last = Number(end)
    if (Number(start) !== 0) throw astray(name)
    for (let parts = 1; !Number.isNaN(last); parts++) {
      if (parts === MAX_PARTS)
        throw new LdapError('TOO_MANY_ENTRIES', `An entry has more values of ${name} than can be read`)
      const [next] = (await search(onlyRange(entry.dn, `${name};range=${last + 1}-*`))).entries
      const part = next && rangeOf(next, name)
      if (part?.start !== last + 1 || !(Number.isNaN(part.end) || part.end > last)) throw astray(name)
      values.push(...part.values)
      last = part.end
    }
    attributes.delete(ranged)
    attributes.set(name, values)
  }
  return { dn: entry.dn, attributes }
}

const onlyRange = (dn: string, attribute: string): SearchRequest => ({
  baseDn: dn,
  scope: 'base',
  filter: present('objectClass'),
  attributes: [attribute],
  maxEntries: 1,
  overflow: 'cut',
})

/** The end is NaN for `*`, the last part. */
function rangeOf(entry: Entry, name: string) {
  for (const [ranged, values] of entry.attributes) {
    const found = RANGE.exec(ranged)
    if (found?.[1] === name) return { start: Number(found[2]), end: Number(found[3]), values }
  }
  return undefined
}

const astray = (name: string) =>
  new LdapError('PROTOCOL', `The directory gave values of ${name} in parts that do not fit together`)
