import type { Connection, SearchAnswer, SearchRequest } from './connection.ts'
import { normalDn } from './dn.ts'
import { LdapError } from './errors.ts'
import { bindSearchAccount, openPrepared } from './failover.ts'
import { withWholeRanges } from './ranges.ts'
import type { Plan } from './settings.ts'
import { parseReference, type Reference } from './url.ts'

export type Search = (request: SearchRequest) => Promise<SearchAnswer>

const MAX_FOLLOWED = 10

/**
 * Goes on where the directory refers to, at configured servers only: a reference names the host that gets the search
 * account's password next. `references` of the answer are those that were left out.
 */
export async function followReferences(
  plan: Plan,
  request: SearchRequest,
  answer: SearchAnswer,
): Promise<SearchAnswer> {
  const entries = new Map(answer.entries.map((entry) => [normalDn(entry.dn), entry]))
  const leftOut: string[] = []
  const seen = new Set<string>()
  const queue = [...answer.references]
  for (let text = queue.shift(); text !== undefined; text = queue.shift()) {
    const reference = parseReference(text)
    const target = reference && plan.targets.find(({ url }) => url === reference.target.url)
    if (!reference || !target) {
      leftOut.push(text)
      continue
    }
    const next = requestAt(reference, request)
    const key = `${target.url}/${normalDn(next.baseDn)}/${next.scope}`
    if (seen.has(key)) continue
    if (seen.size === MAX_FOLLOWED)
      throw new LdapError(
        'REFERRED_ELSEWHERE',
        `The directory refers to more than ${MAX_FOLLOWED} other places`,
      )
    seen.add(key)
    const connection = await openPrepared(target, plan, (opened) => bindSearchAccount(opened, plan))
    const more = await connection
      .search(next)
      .then((found) => withWholeRanges(connection.search, found))
      .finally(() => connection.close())
    for (const entry of more.entries) entries.set(normalDn(entry.dn), entry)
    if (entries.size > request.maxEntries && request.overflow !== 'cut')
      throw new LdapError('TOO_MANY_ENTRIES', `More than ${request.maxEntries} entries match`)
    queue.push(...more.references)
  }
  return { entries: [...entries.values()].slice(0, request.maxEntries), references: leftOut }
}

/** In a search of one level a reference stands for one entry (RFC 4511, section 4.5.3). */
const requestAt = (reference: Reference, request: SearchRequest): SearchRequest => ({
  ...request,
  baseDn: reference.baseDn ?? request.baseDn,
  scope: request.scope === 'one' ? 'base' : request.scope,
})

export const searchOn =
  (connection: Connection, plan: Plan): Search =>
  async (request) => {
    const answer = await withWholeRanges(connection.search, await connection.search(request))
    return plan.followReferrals ? followReferences(plan, request, answer) : answer
  }
