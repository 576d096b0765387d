import { isWithin, normalDn } from './dn.ts'
import { type Entry, text, texts, uniqueId } from './entry.ts'
import { LdapError } from './errors.ts'
import { all, any, contains, equal, type Filter, IN_CHAIN, matchesRule, present } from './filter.ts'
import type { Search } from './search.ts'
import type { GroupPlan, Plan } from './settings.ts'
import type { DirectoryUser } from './users.ts'

export interface DirectoryGroup {
  dn: string
  id: string | undefined
  name: string
}

/** Groups as they were read a moment ago, by DN or identifier: for whoever asks for the groups of many people. */
export type GroupMemory = Map<string, Promise<Entry | undefined>>

/** Members of how many groups are asked for in one filter. */
const GROUPS_PER_SEARCH = 50

/**
 * The groups a person is in, those within `groups.baseDn` that match `groups.filter`; groups in groups as `nested` says.
 * A walk passes only through such groups, knows each group once, so circles end it, and stops at `maxGroupDepth`.
 */
export async function groupsOf(
  search: Search,
  plan: Plan,
  user: Pick<DirectoryUser, 'dn' | 'username' | 'memberOf' | 'primaryGroupSid'>,
  memory: GroupMemory = new Map(),
): Promise<DirectoryGroup[]> {
  const { groups } = plan
  if (!groups) return []
  const primary = await primaryGroup(search, plan, groups, user.primaryGroupSid, memory)
  const known = new Map<string, Entry>(primary && [[normalDn(primary.dn), primary]])
  if (groups.nested === 'inChain') {
    // Attributes of names instead of DNs have no chain.
    const chained = any(
      ...[user.dn, ...(primary ? [primary.dn] : [])].flatMap((dn) =>
        groups.memberAttributes.map((attribute) => matchesRule(attribute, IN_CHAIN, dn)),
      ),
    )
    for (const entry of await searchWithin(search, plan, groups, chained))
      known.set(normalDn(entry.dn), entry)
    return [...known.values()].map((entry) => toGroup(entry, groups))
  }
  const depth = groups.nested === 'walk' ? plan.limits.maxGroupDepth : 1
  let level = [{ dn: user.dn, names: [user.username], memberOf: [...user.memberOf] }]
  for (let step = 0; step < depth && level.length > 0; step++) {
    const parents = await parentsOf(search, plan, groups, level, known, memory)
    // The primary group is one of the person's own, so that the walk goes on from it with them.
    const above = step === 0 && primary ? [...parents, primary] : parents
    level = above.map((entry) => ({
      dn: entry.dn,
      names: [],
      memberOf: texts(entry, groups.memberOfAttribute),
    }))
  }
  return [...known.values()].map((entry) => toGroup(entry, groups))
}

/** Groups whose name holds `part`, or the one with `dn`; at most `maxGroups` of them. */
export async function searchGroups(
  search: Search,
  plan: Plan,
  what: { part?: string; dn?: string },
  maxGroups: number | undefined,
): Promise<DirectoryGroup[]> {
  const { groups } = plan
  if (!groups) return []
  if (what.dn !== undefined) {
    const entry = await readGroup(search, groups, what.dn)
    return entry ? [toGroup(entry, groups)] : []
  }
  const { entries } = await search({
    baseDn: groups.baseDn,
    scope: groups.scope,
    filter: matching(groups, contains(groups.nameAttribute, what.part ?? '')),
    attributes: groupAttributes(groups),
    maxEntries: maxGroups ?? plan.limits.maxEntries,
    overflow: maxGroups === undefined ? 'fail' : 'cut',
  })
  return entries.map((entry) => toGroup(entry, groups))
}

interface Child {
  dn: string
  names: string[]
  memberOf: string[]
}

/** The groups right above `children` that were not known yet; they are added to `known`. */
async function parentsOf(
  search: Search,
  plan: Plan,
  groups: GroupPlan,
  children: Child[],
  known: Map<string, Entry>,
  memory: GroupMemory,
): Promise<Entry[]> {
  const found: Entry[] = []
  const add = (entry: Entry) => {
    const key = normalDn(entry.dn)
    if (known.has(key)) return
    if (known.size === plan.limits.maxGroups) throw tooMany(plan)
    known.set(key, entry)
    found.push(entry)
  }
  if (groups.source !== 'member') {
    const asked = new Set<string>()
    for (const dn of children.flatMap(({ memberOf }) => memberOf)) {
      const key = normalDn(dn)
      if (known.has(key) || asked.has(key)) continue
      if (asked.size === plan.limits.maxGroups) throw tooMany(plan)
      asked.add(key)
      const entry = await remembered(memory, key, () => readGroup(search, groups, dn))
      if (entry) add(entry)
    }
  }
  if (groups.source !== 'memberOf')
    for (let from = 0; from < children.length; from += GROUPS_PER_SEARCH) {
      const part = children.slice(from, from + GROUPS_PER_SEARCH)
      const filters = part.flatMap((child) => memberFilters(groups, child))
      if (filters.length === 0) continue
      for (const entry of await searchWithin(search, plan, groups, any(...filters))) add(entry)
    }
  return found
}

/** The group that stands neither among the person's nor has them among its members. */
function primaryGroup(
  search: Search,
  plan: Plan,
  groups: GroupPlan,
  sid: Buffer | undefined,
  memory: GroupMemory,
): Promise<Entry | undefined> {
  if (!sid) return Promise.resolve(undefined)
  return remembered(memory, `sid ${sid.toString('hex')}`, async () => {
    const [entry] = await searchWithin(search, plan, groups, equal('objectSid', sid))
    return entry
  })
}

function remembered(
  memory: GroupMemory,
  key: string,
  read: () => Promise<Entry | undefined>,
): Promise<Entry | undefined> {
  const known = memory.get(key)
  if (known) return known
  const reading = read()
  memory.set(key, reading)
  // What failed once must not fail for everybody else in the group.
  reading.catch(() => memory.delete(key))
  return reading
}

const memberFilters = (groups: GroupPlan, { dn, names }: Child): Filter[] =>
  groups.memberAttributes.flatMap((attribute) =>
    // posixGroup lists login names (RFC 2307, section 3), so groups cannot be in it.
    attribute.toLowerCase() === 'memberuid'
      ? names.map((name) => equal(attribute, name))
      : [equal(attribute, dn)],
  )

async function searchWithin(search: Search, plan: Plan, groups: GroupPlan, filter: Filter): Promise<Entry[]> {
  const { entries } = await search({
    baseDn: groups.baseDn,
    scope: groups.scope,
    filter: matching(groups, filter),
    attributes: groupAttributes(groups),
    maxEntries: plan.limits.maxGroups,
  })
  return entries
}

/** One group by its DN; undefined when it is outside of the base, does not match the filter or is gone. */
async function readGroup(search: Search, groups: GroupPlan, dn: string): Promise<Entry | undefined> {
  if (!isWithin(dn, groups.baseDn)) return undefined
  try {
    const { entries } = await search({
      baseDn: dn,
      scope: 'base',
      filter: matching(groups, present('objectClass')),
      attributes: groupAttributes(groups),
      maxEntries: 1,
      overflow: 'cut',
    })
    return entries[0]
  } catch (error) {
    // memberOf may outlive its group where nothing keeps references whole.
    if (error instanceof LdapError && ['NO_SUCH_BASE', 'INVALID_DN'].includes(error.code)) return undefined
    throw error
  }
}

const matching = (groups: GroupPlan, filter: Filter) => (groups.filter ? all(groups.filter, filter) : filter)

const groupAttributes = (groups: GroupPlan) => [
  ...new Set([
    groups.nameAttribute,
    'cn',
    groups.memberOfAttribute,
    'objectGUID',
    'entryUUID',
    'nsUniqueId',
    'ipaUniqueID',
  ]),
]

const toGroup = (entry: Entry, groups: GroupPlan): DirectoryGroup => ({
  dn: entry.dn,
  id: uniqueId(entry),
  name: text(entry, groups.nameAttribute) ?? text(entry, 'cn') ?? entry.dn,
})

const tooMany = (plan: Plan) =>
  new LdapError('TOO_MANY_ENTRIES', `Somebody is in more than ${plan.limits.maxGroups} groups`)
