import { type CheckedStep, type CheckQuestion, checkDirectory } from './check.ts'
import { assertBindable, type Connection, type SearchAnswer, type SearchRequest } from './connection.ts'
import { LdapError } from './errors.ts'
import { bindSearchAccount, createOpener } from './failover.ts'
import { type DirectoryGroup, type GroupMemory, groupsOf, searchGroups } from './groups.ts'
import { createPool } from './pool.ts'
import { withWholeRanges } from './ranges.ts'
import { followReferences } from './search.ts'
import { type DirectorySettings, planOf } from './settings.ts'
import type { Target } from './url.ts'
import { type DirectoryUser, findUser, searchUsers } from './users.ts'
import { lookUpUser, type Whereabouts } from './whereabouts.ts'

export interface Directory {
  /**
   * The person with this login name and password. Throws LdapError INVALID_CREDENTIALS (wrong password and unknown name
   * alike), ACCOUNT_DISABLED, ACCOUNT_LOCKED, PASSWORD_EXPIRED, AMBIGUOUS; others when the directory does not work.
   * `found` hears whose password is about to be tried; when it throws, it is not.
   */
  authenticate(login: string, password: string, found?: (user: DirectoryUser) => void): Promise<DirectoryUser>
  /** Without a password: for imports and refreshes. Undefined when there is nobody of that name. */
  findUser(login: string): Promise<DirectoryUser | undefined>
  /** People with `part` in a name; the first `maxUsers`, or all of them and TOO_MANY_ENTRIES above `limits.maxEntries`. */
  searchUsers(part: string, maxUsers?: number): Promise<DirectoryUser[]>
  /** What became of somebody who was found before. */
  lookUp(known: Pick<DirectoryUser, 'dn' | 'id' | 'idAttribute'>): Promise<Whereabouts>
  /** `memory` spares groups that were read for somebody else a moment ago. */
  groupsOf(
    user: Pick<DirectoryUser, 'dn' | 'username' | 'memberOf' | 'primaryGroupSid'>,
    memory?: GroupMemory,
  ): Promise<DirectoryGroup[]>
  searchGroups(what: { part?: string; dn?: string }, maxGroups?: number): Promise<DirectoryGroup[]>
  /** Any search, as the search account. */
  search(request: SearchRequest): Promise<SearchAnswer>
  /** Tries the settings step by step on connections of its own; never throws. */
  check(question?: CheckQuestion): Promise<CheckedStep[]>
  /** How many connections are open: for searches, for people's binds. */
  readonly connections: { search: number; login: number }
  close(): void
}

/** Connects when first used. Throws LdapError SETTINGS, INVALID_FILTER or INVALID_DN for settings that cannot work. */
export function openDirectory(settings: DirectorySettings): Directory {
  const plan = planOf(settings)
  // Searches sign in at once and so notice a server that hangs; binds then stay away from it as well.
  const failedAtMs = new Map<Target, number>()
  const searching = createPool(
    createOpener(plan, failedAtMs, (connection) => bindSearchAccount(connection, plan)),
    plan.limits,
  )
  // Binds change who a connection is, so searches never share one with them.
  const signingIn = createPool(
    createOpener(plan, failedAtMs, async () => {}),
    plan.limits,
  )

  async function search(request: SearchRequest): Promise<SearchAnswer> {
    const answer = await searching.use(async (connection: Connection) =>
      withWholeRanges(connection.search, await connection.search(request)),
    )
    return plan.followReferrals && answer.references.length > 0
      ? followReferences(plan, request, answer)
      : answer
  }

  return {
    async authenticate(login, password, found) {
      // Before anything is asked: the answer must not depend on whether the name exists.
      assertBindable('somebody', password)
      const user = await findUser(search, plan, login)
      if (!user) throw new LdapError('INVALID_CREDENTIALS', 'Nobody in the directory has this login name')
      found?.(user)
      await signingIn.use((connection) => connection.bind(user.dn, password))
      if (user.disabled) throw new LdapError('ACCOUNT_DISABLED', 'The account is disabled in the directory')
      return user
    },
    findUser: (login) => findUser(search, plan, login),
    searchUsers: (part, maxUsers) => searchUsers(search, plan, part, maxUsers),
    lookUp: (known) => lookUpUser(search, plan, known),
    groupsOf: (user, memory) => groupsOf(search, plan, user, memory),
    searchGroups: (what, maxGroups) => searchGroups(search, plan, what, maxGroups),
    search,
    check: (question = {}) => checkDirectory(settings, question),
    get connections() {
      return { search: searching.size, login: signingIn.size }
    },
    close() {
      searching.close()
      signingIn.close()
    },
  }
}
