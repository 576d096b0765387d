import { randomUUID } from 'node:crypto'
import { type FakeDirectory, type FakeEntry, startFakeDirectory } from '@berth/ldap-client/fake'
import { authenticateBasic } from '../authentication/index.ts'
import { SYSTEM, type UserActor } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import { type Core, createCore } from '../context/index.ts'

/** For tests: a database, nodes of one Berth on it, and a directory in memory. */

export const BASE = 'dc=example,dc=com'
export const PEOPLE = `ou=people,${BASE}`
export const GROUPS = `ou=groups,${BASE}`
export const groupDn = (name: string): string => `cn=${name},${GROUPS}`
export const personDn = (uid: string): string => `uid=${uid},${PEOPLE}`

export interface Company {
  database: { url: string; db: Core['db']; drop(): Promise<unknown> }
  core: Core
  fake: FakeDirectory
  /** Moves every node's clock. */
  pass(ms: number): void
  /** Another node on the same database. */
  addNode(options?: { wait?: (ms: number) => Promise<void> }): Core
  addPerson(uid: string, attributes?: FakeEntry['attributes']): FakeEntry
  /** Makes the group, or gives it these members. */
  setGroup(name: string, ...members: string[]): void
  removeEntry(dn: string): void
  configure(changes: Record<string, unknown>): Promise<void>
  signIn(username: string, password?: string, node?: Core): Promise<UserActor>
  userRow(
    username: string,
  ): Promise<{ id: number; disabled: boolean; adminByGroup: boolean; username: string } | null>
  groupsOf(userId: number): Promise<string[]>
  close(): Promise<void>
}

/** Takes the database over. */
export async function openCompany(
  database: Company['database'],
  options: { wait?: (ms: number) => Promise<void> } = {},
): Promise<Company> {
  let clockMs = Date.now()
  const entries: FakeEntry[] = [
    { dn: BASE, attributes: { objectClass: 'domain', dc: 'example' } },
    { dn: PEOPLE, attributes: { objectClass: 'organizationalUnit', ou: 'people' } },
    { dn: GROUPS, attributes: { objectClass: 'organizationalUnit', ou: 'groups' } },
    {
      dn: `cn=search,${BASE}`,
      password: 'search-secret',
      attributes: { objectClass: 'account', cn: 'search' },
    },
  ]
  const fake = await startFakeDirectory({ entries })
  const nodes: Core[] = []
  const addNode = (own: typeof options = {}) => {
    const core = createCore({
      databaseUrl: database.url,
      secretKey: 'a secret key of thirty-two characters',
      externalUrl: 'http://berth.test',
      registryUrl: 'http://127.0.0.1:9',
      poolSize: 6,
      now: () => clockMs,
      ...options,
      ...own,
    })
    nodes.push(core)
    return core
  }
  const core = addNode()
  const removeEntry = (dn: string) => {
    const index = fake.tree.entries.findIndex((entry) => entry.dn === dn)
    if (index >= 0) fake.tree.entries.splice(index, 1)
  }
  const configure = (changes: Record<string, unknown>) => updateConfigurations(core, SYSTEM, changes)
  await configure({
    auth_mode: 'ldap_auth',
    ldap_url: fake.url,
    ldap_base_dn: PEOPLE,
    ldap_filter: '(objectClass=inetOrgPerson)',
    ldap_uid: 'uid',
    ldap_login_attributes: 'mail',
    ldap_search_dn: `cn=search,${BASE}`,
    ldap_search_password: 'search-secret',
    ldap_group_base_dn: GROUPS,
    ldap_group_search_filter: '(objectClass=groupOfNames)',
    ldap_timeout: 1,
  })
  return {
    database,
    core,
    fake,
    pass(ms) {
      clockMs += ms
    },
    addNode,
    addPerson(uid, attributes = {}) {
      const entry: FakeEntry = {
        dn: personDn(uid),
        password: `${uid}-secret`,
        attributes: {
          objectClass: 'inetOrgPerson',
          uid,
          cn: uid,
          mail: `${uid}@example.com`,
          entryUUID: randomUUID(),
          ...attributes,
        },
      }
      entries.push(entry)
      return entry
    },
    setGroup(name, ...members) {
      removeEntry(groupDn(name))
      entries.push({
        dn: groupDn(name),
        attributes: { objectClass: 'groupOfNames', cn: name, member: members.map(personDn) },
      })
    },
    removeEntry,
    configure,
    async signIn(username, password = `${username}-secret`, node = core) {
      const actor = await authenticateBasic(node, { username, password, address: '192.0.2.1' })
      if (actor.kind !== 'user') throw new Error('not a person')
      return actor
    },
    userRow: (username) =>
      database.db.prisma.user.findFirst({
        where: { username },
        select: { id: true, disabled: true, adminByGroup: true, username: true },
      }),
    async groupsOf(userId) {
      const rows = await database.db.query<{ name: string }>(
        `SELECT g.name AS name FROM user_group_members m JOIN user_groups g ON g.id = m.group_id
         WHERE m.user_id = ? ORDER BY g.name`,
        [userId],
      )
      return rows.map(({ name }) => name)
    },
    async close() {
      await Promise.all(nodes.map((node) => node.close()))
      await fake.close()
      await database.drop()
    },
  }
}
