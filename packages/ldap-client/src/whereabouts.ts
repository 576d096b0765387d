import { isWithin, normalDn, sameDn } from './dn.ts'
import { guidBytes, type IdAttribute } from './entry.ts'
import { LdapError } from './errors.ts'
import { equal, type Filter, present } from './filter.ts'
import type { Search } from './search.ts'
import type { Plan } from './settings.ts'
import { parseReference } from './url.ts'
import { type DirectoryUser, people, toUser, userAttributes } from './users.ts'

/**
 * What the directory says now of a person it knew before. `absent` only when it said so itself about all that base and
 * filter for people cover; `unclear` when a part of that is at servers that were not asked, or two answer to one id.
 */
export type Whereabouts = { kind: 'present'; user: DirectoryUser } | { kind: 'absent' } | { kind: 'unclear' }

/** By the name the entry had, and by its id where it was renamed or moved. Throws LdapError as every search does. */
export async function lookUpUser(
  search: Search,
  plan: Plan,
  known: Pick<DirectoryUser, 'dn' | 'id' | 'idAttribute'>,
): Promise<Whereabouts> {
  const { baseDn, scope } = plan.users
  if (scope === 'sub' && isWithin(known.dn, baseDn)) {
    const user = await readUser(search, plan, known.dn)
    // Another person may have been given the name.
    if (user && (known.id === undefined || user.id === known.id)) return { kind: 'present', user }
  }
  const { entries, references } = await search({
    baseDn,
    scope,
    filter: people(plan, withId(known.idAttribute, known.id)),
    attributes: userAttributes(plan),
    // Without an id only a name is left to know somebody by; whether anybody is there still has to be seen.
    maxEntries: 2,
    overflow: 'cut',
  })
  const users = entries.map((entry) => toUser(entry, plan, ''))
  const same = users.filter((user) =>
    known.id === undefined ? sameDn(user.dn, known.dn) : user.id === known.id,
  )
  if (same.length === 1) return { kind: 'present', user: same[0]! }
  if (same.length > 1 || references.some(mayHoldPeople)) return { kind: 'unclear' }
  if (known.id === undefined && (scope !== 'sub' || entries.length === 0)) return { kind: 'unclear' }
  return { kind: 'absent' }
}

async function readUser(search: Search, plan: Plan, dn: string): Promise<DirectoryUser | undefined> {
  try {
    const { entries } = await search({
      baseDn: dn,
      scope: 'base',
      filter: people(plan, present('objectClass')),
      attributes: userAttributes(plan),
      maxEntries: 1,
      overflow: 'cut',
    })
    return entries[0] && toUser(entries[0], plan, '')
  } catch (error) {
    if (error instanceof LdapError && ['NO_SUCH_BASE', 'INVALID_DN'].includes(error.code)) return undefined
    throw error
  }
}

function withId(attribute: IdAttribute | undefined, id: string | undefined): Filter {
  if (attribute === undefined || id === undefined) return present('objectClass')
  return equal(attribute, attribute === 'objectGUID' ? guidBytes(id) : id)
}

/** Active Directory refers to these parts of itself whenever its root is searched. */
const withoutPeople = ['cn=configuration,', 'dc=forestdnszones,', 'dc=domaindnszones,']

function mayHoldPeople(reference: string): boolean {
  const base = parseReference(reference)?.baseDn
  return base === undefined || !withoutPeople.some((start) => normalDn(base).startsWith(start))
}
