import { isWithin, normalDn, parseDn } from '../dn.ts'

export interface FakeEntry {
  dn: string
  attributes: Record<string, string | Buffer | readonly (string | Buffer)[]>
  /** Who may bind with what. */
  password?: string
  /** Why Active Directory refuses even the right password: `533` disabled, `532` expired, `775` locked. */
  refusal?: string
  /** Reading it by its name ends with this result code. */
  fault?: number
}

/** The entries of a fake directory, and what real ones keep up to date by themselves. */
export interface FakeTree {
  /** Add, change or remove entries at any time. */
  entries: FakeEntry[]
  get(dn: string): FakeEntry | undefined
  /** Entries within a scope of a base; undefined when the base does not exist. */
  within(baseDn: string, scope: string): FakeEntry[] | undefined
  /** An entry's attributes by their names in lower case, with memberOf as the overlay of OpenLDAP makes it. */
  attributesOf(entry: FakeEntry): Map<string, (string | Buffer)[]>
  /** Whether one of the DNs is `dn` or, through their members, leads to it. */
  inChain(dns: readonly (string | Buffer)[], dn: string): boolean
}

export function createTree(entries: FakeEntry[]): FakeTree {
  const listOf = (value: FakeEntry['attributes'][string] | undefined) =>
    value === undefined ? [] : Array.isArray(value) ? [...value] : [value as string | Buffer]
  const membersOf = (entry: FakeEntry) => listOf(entry.attributes.member).map((value) => value.toString())
  // Reading a name costs more than all else here, and every request compares it with all of them.
  const normals = new Map<string, string>()
  const normal = (dn: string) => {
    const known = normals.get(dn) ?? normalDn(dn)
    normals.set(dn, known)
    return known
  }
  const tree: FakeTree = {
    entries,
    get(dn) {
      const wanted = normal(dn)
      return entries.find((entry) => normal(entry.dn) === wanted)
    },
    within(baseDn, scope) {
      if (scope === 'base') {
        const base = normal(baseDn)
        const own = entries.filter((entry) => normal(entry.dn) === base)
        return own.length > 0 ? own : undefined
      }
      const below = entries.filter((entry) => isWithin(entry.dn, baseDn))
      if (below.length === 0) return undefined
      if (scope === 'sub') return below
      const level = parseDn(baseDn).length + 1
      return below.filter((entry) => parseDn(entry.dn).length === level)
    },
    attributesOf(entry) {
      const attributes = new Map(
        Object.entries(entry.attributes).map(([name, value]) => [name.toLowerCase(), listOf(value)]),
      )
      const own = normal(entry.dn)
      const groups = entries.filter((group) => membersOf(group).some((member) => normal(member) === own))
      if (groups.length > 0 && !attributes.has('memberof'))
        attributes.set(
          'memberof',
          groups.map(({ dn }) => dn),
        )
      return attributes
    },
    inChain(dns, dn) {
      const seen = new Set<string>()
      const queue = dns.map(String)
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        const key = normal(next)
        if (key === normal(dn)) return true
        if (seen.has(key)) continue
        seen.add(key)
        const group = tree.get(next)
        if (group) queue.push(...membersOf(group))
      }
      return false
    },
  }
  return tree
}
