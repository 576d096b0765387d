import { isUniqueViolation, LockTimeoutError, type Tx } from '@berth/db'
import { type AuditLine, record } from '../audit/index.ts'
import { usernameKey } from '../authentication/index.ts'
import { type Actor, SYSTEM } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { groupTypes, replaceMemberships } from '../user-groups/index.ts'
import { type DirectoryPerson, externalId, externalIdByDn, isNewerMark, profileOf } from './model.ts'
import { admitNewcomer } from './newcomer-store.ts'

export type DirectoryTransaction = Tx

export interface KnownAccount {
  userId: number
  externalId: string
  dn: string
  missingSince: Date | null
  /** See `holds.ts`. */
  heldSince: Date | null
  /** In a row, while the directory spoke of others. */
  failedLooks: number
}

/** How a person of the directory is to stand here. */
export interface Admission {
  person: DirectoryPerson
  /** Undefined: the account keeps its name, and no new one is made. */
  username: string | undefined
  administrator: boolean
  nextLookAt: Date
  /** Whether somebody without an account gets one. */
  onboard: boolean
  /** Who made a new account; the person's own sign-in is Berth's doing. */
  actor: Actor
}

export type Admitted = { userId: number; renamed: boolean } | 'name taken' | 'unknown'

/** Makes or updates the account, and writes the groups, in one transaction, which people who are new share. */
export async function writeAdmission(
  core: Core,
  admission: Admission,
  inTurn: InTurn = (work) => work(),
): Promise<Admitted> {
  const userId = await admitNewcomer(core, admission)
  return userId === undefined ? inTurn(() => writeAlone(core, admission)) : { userId, renamed: false }
}

/** How many write alone at once is the caller's: each needs a connection of the database. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>

async function writeAlone(core: Core, admission: Admission): Promise<Admitted> {
  // Another node may make the same account, or somebody the same name or address, between the look and the write.
  for (let attempt = 1; ; attempt++) {
    try {
      const admitted = await core.db.transaction((tx) => admitIn(core, tx, admission))
      // The name may be the person's own: of an account made after it was looked for.
      if (admitted !== 'name taken' || attempt > 1) return admitted
    } catch (error) {
      if (attempt >= 3 || !isUniqueViolation(error)) throw error
    }
  }
}

/** The directory has the person, who is not missing then and not held for it. */
export const seenAt = (now: Date) => ({
  lookedAt: now,
  provenAt: now,
  missingSince: null,
  heldSince: null,
  failedLooks: 0,
})

export const creationLine = ({ person, administrator, actor }: Admission, username: string): AuditLine => ({
  ...ofUser,
  action: 'create',
  actor,
  resource: username,
  detail: { auth_source: 'ldap', dn: person.user.dn, administrator },
})

const ofUser = { resourceType: 'user' } as const
/** How values are stored to be compared is nobody's news. */
const noKeys = { credentialEpoch: undefined, usernameKey: undefined, emailKey: undefined }

async function admitIn(core: Core, tx: Tx, admission: Admission): Promise<Admitted> {
  const { person, onboard } = admission
  const by = (id: string) =>
    tx.directoryAccount.findUnique({ where: { externalId: id }, include: { user: true } })
  const own = externalId(person.user)
  const known = (await by(own)) ?? (await by(externalIdByDn(person.user.dn)))
  if (!known && !onboard) return 'unknown'
  const now = new Date(core.now())
  const looked = { externalId: own, dn: person.user.dn, nextLookAt: admission.nextLookAt, ...seenAt(now) }
  const profile = await freeProfile(tx, person, known?.userId)
  const { username, administrator } = admission
  const nameIsFree = username !== undefined && (await isFree(tx, username, known?.userId))
  if (!known) {
    if (username === undefined || !nameIsFree) return 'name taken'
    const { id } = await tx.user.create({
      data: {
        username,
        usernameKey: usernameKey(username),
        authSource: 'ldap',
        adminByGroup: administrator,
        createdAt: now,
        ...profile,
        directoryAccount: {
          create: { passwordMark: markOf(person), ...looked },
        },
      },
      select: { id: true },
    })
    await replaceMemberships(core, tx, id, groupTypes.ldap, person.groups)
    await record(core, tx, creationLine(admission, username))
    return { userId: id, renamed: false }
  }
  const { user, userId } = known
  const renamed = username !== undefined && nameIsFree && username !== user.username
  const newPassword = await takePasswordMark(tx, known, markOf(person))
  const changes = {
    ...(renamed && { username, usernameKey: usernameKey(username) }),
    ...(profile.emailKey !== undefined && profile.emailKey !== user.emailKey && { ...profile }),
    ...(profile.realname !== undefined &&
      profile.realname !== user.realname && { realname: profile.realname }),
    ...(administrator !== user.adminByGroup && { adminByGroup: administrator }),
    // Who is no administrator any more holds nothing from before.
    ...(user.adminByGroup && !administrator && { credentialEpoch: { increment: 1 } }),
    ...(newPassword && { credentialEpoch: { increment: 1 } }),
  }
  await tx.directoryAccount.update({ where: { userId }, data: looked })
  // Only whom the directory ended comes back with it; an administrator may be disabling the person right now.
  const { count: back } = await tx.directoryAccount.updateMany({
    where: { userId, endedAt: { not: null } },
    data: { endedAt: null },
  })
  const all = back === 1 ? { ...changes, disabled: false } : changes
  if (Object.keys(all).length > 0) {
    await tx.user.update({ where: { id: userId }, data: all })
    const { credentialEpoch: _, usernameKey: __, emailKey: ___, ...shown } = { ...noKeys, ...all }
    const detail = newPassword ? { ...shown, in_directory: 'password changed' } : shown
    await record(core, tx, { ...ofUser, action: 'update', actor: SYSTEM, resource: user.username, detail })
  }
  await replaceMemberships(core, tx, userId, groupTypes.ldap, person.groups)
  return { userId, renamed }
}

/** Empty: the directory does not say. */
export const markOf = ({ user }: DirectoryPerson): string => user.passwordMark ?? ''

/** True once, when the password was changed since the last look: what was opened with the old one ends. */
async function takePasswordMark(
  tx: Tx,
  { userId, passwordMark: known }: { userId: number; passwordMark: string | null },
  mark: string,
): Promise<boolean> {
  if (mark === known || (known && mark !== '' && !isNewerMark(mark, known))) return false
  // Another look may have written it meanwhile.
  const { count } = await tx.directoryAccount.updateMany({
    where: { userId, passwordMark: known },
    data: { passwordMark: mark },
  })
  return count === 1 && known !== null && mark !== ''
}

const isFree = async (tx: Tx, username: string, except: number | undefined): Promise<boolean> => {
  const holder = await tx.user.findUnique({
    where: { usernameKey: usernameKey(username) },
    select: { id: true },
  })
  return holder === null || holder.id === except
}

/** Without an address that somebody else has: it must neither keep a person out nor lead to the other's account. */
async function freeProfile(tx: Tx, { user }: DirectoryPerson, except: number | undefined) {
  const { email, realname } = profileOf(user)
  const emailKey = email?.toLowerCase()
  const holder = emailKey && (await tx.user.findUnique({ where: { emailKey }, select: { id: true } }))
  const free = emailKey !== undefined && (!holder || holder.id === except)
  return { ...(free && { email, emailKey }), ...(realname !== undefined && { realname }) }
}

/** Accounts whose turn it is, those that wait longest first; behind them those that looks failed for. */
export async function readDue(core: Core, limit: number): Promise<KnownAccount[]> {
  const rows = await core.db.query<{
    user_id: number
    external_id: string
    dn: string
    missing_since: Date | null
    held_since: Date | null
    failed_looks: number
  }>(
    `SELECT user_id, external_id, dn, missing_since, held_since, failed_looks FROM directory_accounts
     WHERE next_look_at <= ? ORDER BY failed_looks, next_look_at, user_id LIMIT ?`,
    [new Date(core.now()), limit],
  )
  return rows.map((row) => ({
    userId: row.user_id,
    externalId: row.external_id,
    dn: row.dn,
    missingSince: row.missing_since,
    heldSince: row.held_since,
    failedLooks: row.failed_looks,
  }))
}

const LOCK_WAIT_MS = 2_000

/** Runs `run` unless another process does; then it gives undefined. */
export async function holdingRefresh<T>(core: Core, run: () => Promise<T>): Promise<T | undefined> {
  let entered = false
  const entering = () => {
    entered = true
    return run()
  }
  try {
    return await core.db.lock('directories.refresh', entering, LOCK_WAIT_MS)
  } catch (error) {
    if (!entered && error instanceof LockTimeoutError) return undefined
    throw error
  }
}

export interface Look {
  nextLookAt: Date
  /** Undefined: the directory gave no verdict. */
  lookedAt?: Date
  missingSince?: Date | null
  heldSince?: Date | null
  failedLooks?: number
}

export async function writeLook(core: Core, userId: number, look: Look): Promise<void> {
  await core.db.prisma.directoryAccount.updateMany({ where: { userId }, data: { ...look } })
}

/**
 * Disables the person: sessions, tokens and remembered passwords end with the epoch. False for somebody who was disabled
 * already, by an administrator, and so stays disabled when the directory has them back.
 */
export const endAccount = (core: Core, userId: number, ending: Ending): Promise<boolean> =>
  core.db.transaction(async (tx) => {
    await tx.directoryAccount.updateMany({ where: { userId }, data: { heldSince: null } })
    return endWithin(core, tx, userId, ending)
  })

export interface Ending {
  nextLookAt: Date
  reason: 'disabled' | 'missing'
  /** Who decided; Berth itself where nobody did. */
  actor?: Actor
}

/** The row of the directory account is the caller's already. */
export async function endWithin(
  core: Core,
  tx: Tx,
  userId: number,
  { nextLookAt, reason, actor = SYSTEM }: Ending,
): Promise<boolean> {
  const now = new Date(core.now())
  const { count } = await tx.user.updateMany({
    where: { id: userId, disabled: false, authSource: 'ldap' },
    data: { disabled: true, credentialEpoch: { increment: 1 } },
  })
  await tx.directoryAccount.updateMany({
    where: { userId },
    data: { lookedAt: now, nextLookAt, ...(count === 1 && { endedAt: now }) },
  })
  if (count === 0) return false
  const { username: resource } = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: { username: true },
  })
  const detail = { disabled: true, in_directory: reason }
  await record(core, tx, { ...ofUser, action: 'update', actor, resource, detail })
  return true
}

/** How many are missing, of how many whom the directory has to keep: not those whom it or somebody here ended. */
export async function countMissing(core: Core): Promise<{ missing: number; active: number }> {
  const [row] = await core.db.query<{ missing: number; active: number }>(
    `SELECT COUNT(d.missing_since) AS missing, COUNT(*) AS active
     FROM directory_accounts d JOIN users u ON u.id = d.user_id
     WHERE d.ended_at IS NULL AND u.disabled = FALSE`,
  )
  return { missing: Number(row!.missing), active: Number(row!.active) }
}

/** Looks at everybody soon: what the settings say about them may have changed. */
export async function hastenLooks(core: Core): Promise<void> {
  const now = new Date(core.now())
  await core.db.prisma.directoryAccount.updateMany({
    where: { nextLookAt: { gt: now } },
    data: { nextLookAt: now },
  })
}
