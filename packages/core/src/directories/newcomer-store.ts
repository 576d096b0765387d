import { currentOrigin, type Origin, recordPast } from '../audit/index.ts'
import { usernameKey } from '../authentication/index.ts'
import type { Core } from '../context/index.ts'
import { Gathering } from '../gathering/index.ts'
import { groupTypes, joinNewcomers } from '../user-groups/index.ts'
import { externalId, externalIdByDn, profileOf } from './model.ts'
import { type Admission, creationLine, type DirectoryTransaction, markOf, seenAt } from './store.ts'

// On the first morning everybody comes at once. Some twenty statements each would take a minute for a thousand people;
// made together they cost two or three each.

const AT_ONCE = 50
/** Of all of them; a database takes some ten thousands of parameters. */
const MAX_GROUPS = 2_000

/** Somebody whose first sign-in this seems to be, as rows to be. */
interface Newcomer {
  admission: Admission
  origin: Origin
  at: Date
  username: string
  key: string
  external: string
  email: string | undefined
  emailKey: string | undefined
  realname: string
}

const gatherings = new WeakMap<Core, Gathering<Newcomer, number | undefined>>()
function gatheringOf(core: Core): Gathering<Newcomer, number | undefined> {
  let gathering = gatherings.get(core)
  if (!gathering) {
    gathering = new Gathering(AT_ONCE, (people) => admitTogether(core, people))
    gatherings.set(core, gathering)
  }
  return gathering
}

/**
 * The id of the account that was made, together with those of others who come at this moment. Undefined where anything is
 * not as plain as that: the person, the name or the address is known, or was taken meanwhile. Nothing is written then.
 */
export async function admitNewcomer(core: Core, admission: Admission): Promise<number | undefined> {
  const { person, username, onboard } = admission
  if (!onboard || username === undefined || person.groups.length > MAX_GROUPS / AT_ONCE) return undefined
  const { email, realname = '' } = profileOf(person.user)
  return gatheringOf(core).run({
    admission,
    origin: currentOrigin(),
    at: new Date(core.now()),
    username,
    key: usernameKey(username),
    external: externalId(person.user),
    email,
    emailKey: email?.toLowerCase(),
    realname,
  })
}

async function admitTogether(core: Core, people: Newcomer[]): Promise<(number | undefined)[]> {
  const taken = await readTaken(core, people)
  const plain = people.filter(({ admission, key, external, emailKey }) => {
    const entries = new Set([external, externalIdByDn(admission.person.user.dn)])
    const names = [
      `name ${key}`,
      ...[...entries].map((entry) => `entry ${entry}`),
      ...(emailKey ? [`mail ${emailKey}`] : []),
    ]
    if (names.some((name) => taken.has(name))) return false
    for (const name of names) taken.add(name)
    return true
  })
  if (plain.length === 0) return people.map(() => undefined)
  // Whoever took a name since then makes all of it fail, and each goes the careful way alone.
  const ids = await core.db.transaction((tx) => insertTogether(core, tx, plain)).catch(() => undefined)
  return people.map(({ key }, index) => (plain.includes(people[index]!) ? ids?.get(key) : undefined))
}

/** What of theirs belongs to somebody already. */
async function readTaken(core: Core, people: readonly Newcomer[]): Promise<Set<string>> {
  const emailKeys = people.flatMap(({ emailKey }) => emailKey ?? [])
  const [accounts, names, mails] = await Promise.all([
    whichAre(
      core,
      'directory_accounts',
      'external_id',
      people.flatMap(({ external, admission }) => [external, externalIdByDn(admission.person.user.dn)]),
    ),
    whichAre(
      core,
      'users',
      'username_key',
      people.map(({ key }) => key),
    ),
    whichAre(core, 'users', 'email_key', emailKeys),
  ])
  return new Set([
    ...accounts.map((value) => `entry ${value}`),
    ...names.map((value) => `name ${value}`),
    ...mails.map((value) => `mail ${value}`),
  ])
}

async function whichAre(
  core: Core,
  table: 'directory_accounts' | 'users',
  column: 'external_id' | 'username_key' | 'email_key',
  values: readonly string[],
): Promise<string[]> {
  if (values.length === 0) return []
  // Few shapes, as each is a prepared statement.
  const places = [1, 8, AT_ONCE].find((most) => values.length <= most) ?? 2 * AT_ONCE
  const padded = [...values, ...Array.from({ length: places - values.length }, () => values[0]!)]
  const sql = `SELECT ${column} AS value FROM ${table} WHERE ${column} IN (${padded.map(() => '?').join(', ')})`
  return (await core.db.query<{ value: string }>(sql, padded)).map(({ value }) => value)
}

async function insertTogether(
  core: Core,
  tx: DirectoryTransaction,
  people: readonly Newcomer[],
): Promise<Map<string, number>> {
  await tx.user.createMany({
    data: people.map(({ admission, at, username, key, email, emailKey, realname }) => ({
      username,
      usernameKey: key,
      email: email ?? null,
      emailKey: emailKey ?? null,
      realname,
      authSource: 'ldap',
      adminByGroup: admission.administrator,
      createdAt: at,
    })),
  })
  const made = await tx.user.findMany({
    where: { usernameKey: { in: people.map(({ key }) => key) } },
    select: { id: true, usernameKey: true },
  })
  const ids = new Map(made.map(({ id, usernameKey }) => [usernameKey, id]))
  await tx.directoryAccount.createMany({
    data: people.map(({ admission, at, key, external }) => ({
      userId: ids.get(key)!,
      externalId: external,
      passwordMark: markOf(admission.person),
      dn: admission.person.user.dn,
      nextLookAt: admission.nextLookAt,
      ...seenAt(at),
    })),
  })
  const joining = people.map(({ admission, username, key }) => ({
    userId: ids.get(key)!,
    username,
    groups: admission.person.groups,
  }))
  const joined = await joinNewcomers(core, tx, groupTypes.ldap, joining)
  const lines = people.flatMap(({ admission, username, origin, at }, index) =>
    [joined[index], creationLine(admission, username)].flatMap((line) =>
      line ? [{ line, origin, at }] : [],
    ),
  )
  await recordPast(core, tx, lines)
  return ids
}
