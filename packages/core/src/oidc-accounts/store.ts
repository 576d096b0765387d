import { isUniqueViolation, type Tx } from '@berth/db'
import { type AuditLine, record, recordChange } from '../audit/index.ts'
import { usernameKey } from '../authentication/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { groupTypes, replaceMemberships } from '../user-groups/index.ts'
import { identityKey, type OidcAccount, type Person } from './model.ts'

const sealed = (core: Core, token: string | undefined): string | null =>
  token === undefined ? null : core.secrets.encrypt('oidc-tokens', token)

/** The account by issuer and subject: the only way that somebody from the provider becomes somebody here. */
export async function findAccount(
  core: Core,
  { issuer, subject }: Pick<Person, 'issuer' | 'subject'>,
): Promise<{ id: number; userId: number; disabled: boolean } | undefined> {
  const sql = `SELECT a.id, a.user_id, a.issuer, a.subject, u.disabled
    FROM oidc_accounts a JOIN users u ON u.id = a.user_id WHERE a.identity_key = ?`
  const [row] = await core.db.query<{
    id: number
    user_id: number
    issuer: string
    subject: string
    disabled: boolean
  }>(sql, [identityKey(issuer, subject)])
  if (!row || row.issuer !== issuer || row.subject !== subject) return undefined
  return { id: row.id, userId: row.user_id, disabled: row.disabled }
}

export async function readAccountOf(core: Core, userId: number): Promise<OidcAccount | undefined> {
  const account = await core.db.prisma.oidcAccount.findUnique({
    where: { userId },
    select: { id: true, userId: true, issuer: true, subject: true, createdAt: true, updatedAt: true },
  })
  return account ?? undefined
}

/** Where a person comes from; undefined for nobody. */
export async function readSource(core: Core, userId: number): Promise<string | undefined> {
  const [row] = await core.db.query<{ auth_source: string }>('SELECT auth_source FROM users WHERE id = ?', [
    userId,
  ])
  return row?.auth_source
}

export async function usernameExists(core: Core, username: string): Promise<boolean> {
  const sql = 'SELECT id FROM users WHERE username_key = ?'
  return (await core.db.query(sql, [usernameKey(username)])).length > 0
}

/** The address, unless another account has it: a mere address makes nobody that account. */
async function freeEmail(core: Core, email: string, userId: number): Promise<string | undefined> {
  if (email === '') return undefined
  const sql = 'SELECT id FROM users WHERE email_key = ? AND id <> ?'
  return (await core.db.query(sql, [email.toLowerCase(), userId])).length > 0 ? undefined : email
}

const profile = (email: string | undefined, realname: string) => ({
  ...(email !== undefined && { email, emailKey: email.toLowerCase() }),
  ...(realname !== '' && { realname }),
})

/** The new person's id; `taken` when a name, address or account appeared meanwhile: look again. */
export async function insertPerson(core: Core, person: Person, username: string): Promise<number | 'taken'> {
  const now = new Date(core.now())
  const email = await freeEmail(core, person.email, 0)
  try {
    return await core.db.transaction(async (tx) => {
      const { id } = await tx.user.create({
        data: {
          username,
          usernameKey: usernameKey(username),
          authSource: 'oidc',
          adminByGroup: person.admin,
          createdAt: now,
          ...profile(email, person.realname),
        },
        select: { id: true },
      })
      await tx.oidcAccount.create({
        data: {
          userId: id,
          identityKey: identityKey(person.issuer, person.subject),
          issuer: person.issuer,
          subject: person.subject,
          refreshToken: sealed(core, person.refreshToken),
          provenAt: now,
          checkedAt: now,
        },
      })
      await writeGroups(core, tx, id, person.groups)
      await record(core, tx, {
        resourceType: 'user',
        action: 'create',
        actor: { kind: 'user', id, username, via: 'session' },
        credential: 'oidc',
        resource: username,
        detail: {
          auth_source: 'oidc',
          issuer: person.issuer,
          subject: person.subject,
          administrator: person.admin,
        },
      })
      return id
    })
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    throw error
  }
}

/** What the provider says now about somebody who is known. */
export async function updatePerson(
  core: Core,
  account: { id: number; userId: number },
  person: Person,
): Promise<void> {
  const now = new Date(core.now())
  const write = async (email: string | undefined) =>
    core.db.transaction(async (tx) => {
      const fresh = {
        ...(email !== undefined && { email }),
        ...(person.realname && { realname: person.realname }),
      }
      await writeRights(core, tx, account.userId, person, fresh)
      await tx.user.updateMany({ where: { id: account.userId }, data: profile(email, person.realname) })
      const { count } = await tx.oidcAccount.updateMany({
        where: { id: account.id, endedAt: { not: null } },
        data: { endedAt: null },
      })
      // So that a node that still remembers the end learns of it with the new session.
      if (count === 1)
        await tx.user.updateMany({
          where: { id: account.userId },
          data: { credentialEpoch: { increment: 1 } },
        })
      await tx.oidcAccount.updateMany({
        where: { id: account.id },
        data: {
          // Some providers give one at the first sign-in only.
          ...(person.refreshToken !== undefined && { refreshToken: sealed(core, person.refreshToken) }),
          provenAt: now,
          checkedAt: now,
        },
      })
    })
  try {
    await write(await freeEmail(core, person.email, account.userId))
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    await write(undefined)
  }
}

/** Rights by groups as of now, and a line for what changes with them or in `profile`. Whoever is no administrator any more signs in again. */
async function writeRights(
  core: Core,
  tx: Tx,
  userId: number,
  { groups, admin }: { groups: readonly string[]; admin: boolean },
  profile: { email?: string; realname?: string } = {},
): Promise<void> {
  const { count } = await tx.user.updateMany({
    where: { id: userId, adminByGroup: !admin },
    data: { adminByGroup: admin, ...(!admin && { credentialEpoch: { increment: 1 } }) },
  })
  const { username: resource, ...before } = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: { username: true, email: true, realname: true },
  })
  const changed = Object.entries(profile).filter(([key, value]) => before[key as 'email'] !== value)
  const detail = { ...Object.fromEntries(changed), ...(count === 1 && { adminByGroup: admin }) }
  if (Object.keys(detail).length > 0)
    await record(core, tx, { resourceType: 'user', action: 'update', actor: SYSTEM, resource, detail })
  await writeGroups(core, tx, userId, groups)
}

const writeGroups = (core: Core, tx: Tx, userId: number, groups: readonly string[]) =>
  replaceMemberships(
    core,
    tx,
    userId,
    groupTypes.oidc,
    groups.map((name) => ({ name })),
  )

export interface DueAccount {
  id: number
  userId: number
  issuer: string
  subject: string
  /** As it is stored: what a change is compared with. */
  sealedToken: string
}

/** Those with a refresh token that were not asked for since, the longest waiting first. */
export async function readDueAccounts(core: Core, before: Date, limit: number): Promise<DueAccount[]> {
  const rows = await core.db.prisma.oidcAccount.findMany({
    where: { checkedAt: { lt: before }, refreshToken: { not: null }, user: { disabled: false } },
    orderBy: [{ checkedAt: 'asc' }, { id: 'asc' }],
    take: limit,
    select: { id: true, userId: true, issuer: true, subject: true, refreshToken: true },
  })
  return rows.map(({ refreshToken, ...row }) => ({ ...row, sealedToken: refreshToken! }))
}

export const markChecked = (core: Core, id: number) =>
  core.db.prisma.oidcAccount.updateMany({ where: { id }, data: { checkedAt: new Date(core.now()) } })

/** In place of the one that was just used. The account as it is stored now; unchanged when they signed in meanwhile. */
export async function keepRefreshToken(
  core: Core,
  account: DueAccount,
  refreshToken: string,
): Promise<DueAccount> {
  const sealedToken = core.secrets.encrypt('oidc-tokens', refreshToken)
  const { count } = await core.db.prisma.oidcAccount.updateMany({
    where: { id: account.id, refreshToken: account.sealedToken },
    data: { refreshToken: sealedToken },
  })
  return count === 1 ? { ...account, sealedToken } : account
}

/** The provider says that the person is still there. Nothing when they signed in again meanwhile: that is newer. */
export async function renewAccount(
  core: Core,
  account: DueAccount,
  rights: { groups: readonly string[]; admin: boolean } | undefined,
): Promise<void> {
  await core.db.transaction(async (tx) => {
    const { count } = await tx.oidcAccount.updateMany({
      where: { id: account.id, refreshToken: account.sealedToken },
      data: { provenAt: new Date(core.now()) },
    })
    if (count === 1 && rights) await writeRights(core, tx, account.userId, rights)
  })
}

/** The provider says that the person may not go on. False when they signed in again meanwhile. */
export function endAccount(core: Core, account: DueAccount, line: AuditLine): Promise<boolean> {
  return core.db.transaction(async (tx) => {
    const { count } = await tx.oidcAccount.updateMany({
      where: { id: account.id, refreshToken: account.sealedToken },
      data: { refreshToken: null, endedAt: new Date(core.now()) },
    })
    if (count === 0) return false
    await writeRights(core, tx, account.userId, { groups: [], admin: false })
    await tx.user.updateMany({ where: { id: account.userId }, data: { credentialEpoch: { increment: 1 } } })
    await record(core, tx, line)
    return true
  })
}

/**
 * What was opened with the secret before ends, but for the session that did this. False when the person has no account
 * with the provider.
 */
export const writeCliSecret = (
  core: Core,
  { userId, sessionId }: { userId: number; sessionId: string | undefined },
  cliSecretHash: string,
  line: AuditLine,
): Promise<boolean> =>
  recordChange(core, line, async (tx) => {
    const written = await tx.oidcAccount.updateMany({
      where: { userId },
      data: { cliSecretHash, cliSecretEpoch: { increment: 1 } },
    })
    if (written.count === 0) return written
    const { credentialEpoch } = await tx.user.update({
      where: { id: userId },
      data: { credentialEpoch: { increment: 1 } },
      select: { credentialEpoch: true },
    })
    if (sessionId !== undefined)
      await tx.session.updateMany({ where: { id: sessionId, userId }, data: { credentialEpoch } })
    return written
  })

export async function insertNewcomer(core: Core, id: string, person: Person, expiresAt: Date): Promise<void> {
  const payload = core.secrets.encrypt('oidc-tokens', JSON.stringify(person))
  await core.db.prisma.oidcNewcomer.create({ data: { id, payload, expiresAt } })
}

export async function readNewcomer(core: Core, id: string): Promise<Person | undefined> {
  const row = await core.db.prisma.oidcNewcomer.findUnique({ where: { id } })
  if (!row || row.expiresAt.getTime() <= core.now()) return undefined
  return JSON.parse(core.secrets.decrypt('oidc-tokens', row.payload)) as Person
}

/** True for the one who removed it. */
export const removeNewcomer = async (core: Core, id: string): Promise<boolean> =>
  (await core.db.prisma.oidcNewcomer.deleteMany({ where: { id } })).count === 1

export const removeExpiredNewcomers = async (core: Core): Promise<number> =>
  (await core.db.prisma.oidcNewcomer.deleteMany({ where: { expiresAt: { lte: new Date(core.now()) } } }))
    .count
