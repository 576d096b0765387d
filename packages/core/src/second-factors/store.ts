import type { Tx } from '@berth/db'
import { type AuditLine, record } from '../audit/index.ts'
import type { Core } from '../context/index.ts'

export type { Tx } from '@berth/db'

export interface FactorState {
  local: boolean
  confirmedAt: Date | null
  recoveryCodesLeft: number
}

/** Undefined for a person who is not there. */
export async function readFactorState(core: Core, userId: number): Promise<FactorState | undefined> {
  const [row] = await core.db.query<{ local: boolean | number; confirmed_at: Date | null; codes: number }>(
    `SELECT u.password_hash IS NOT NULL AS local, f.confirmed_at,
      (SELECT COUNT(*) FROM recovery_codes r WHERE r.user_id = u.id) AS codes
      FROM users u LEFT JOIN second_factors f ON f.user_id = u.id WHERE u.id = ?`,
    [userId],
  )
  return (
    row && {
      local: Boolean(row.local),
      confirmedAt: row.confirmed_at,
      recoveryCodesLeft: Number(row.codes),
    }
  )
}

/** A setup in place of an earlier one that was not confirmed. False when there is a confirmed one. */
export async function replaceSetup(core: Core, userId: number, secretEncrypted: string): Promise<boolean> {
  return core.db.transaction(async (tx) => {
    await lockPerson(tx, userId)
    await tx.secondFactor.deleteMany({ where: { userId, confirmedAt: null } })
    if (await tx.secondFactor.findUnique({ where: { userId }, select: { userId: true } })) return false
    await tx.secondFactor.create({ data: { userId, secretEncrypted, createdAt: new Date(core.now()) } })
    return true
  })
}

export interface LockedFactor {
  secretEncrypted: string
  confirmedAt: Date | null
  lastStep: number
  failures: number
  blockedUntil: Date | null
  createdAt: Date
}

/**
 * Runs `judge` on the person's factor while no other node looks at it: a code is taken once, and a thousand guesses at
 * once are a thousand guesses. What it gives back is written, also for a wrong guess.
 */
export async function judging<T>(
  core: Core,
  userId: number,
  judge: (tx: Tx, factor: LockedFactor) => Promise<T>,
): Promise<T | undefined> {
  return core.db.transaction(async (tx) => {
    await lockPerson(tx, userId)
    const factor = await tx.secondFactor.findUnique({ where: { userId } })
    return factor ? judge(tx, factor) : undefined
  })
}

export const updateFactor = (tx: Tx, userId: number, data: Partial<LockedFactor>) =>
  tx.secondFactor.update({ where: { userId }, data })

export async function replaceRecoveryCodes(tx: Tx, userId: number, hashes: readonly string[]): Promise<void> {
  await tx.recoveryCode.deleteMany({ where: { userId } })
  await tx.recoveryCode.createMany({ data: hashes.map((codeHash) => ({ userId, codeHash })) })
}

/** True when there was such a code; it is gone now. */
export const takeRecoveryCode = async (tx: Tx, userId: number, codeHash: string): Promise<boolean> =>
  (await tx.recoveryCode.deleteMany({ where: { userId, codeHash } })).count === 1

/** From now on the password alone opens nothing: what it opened ends, but for the session that did this. */
export async function switchOn(tx: Tx, userId: number, sessionId: string | undefined): Promise<void> {
  const { credentialEpoch } = await tx.user.update({
    where: { id: userId },
    data: { secondFactor: true, credentialEpoch: { increment: 1 } },
    select: { credentialEpoch: true },
  })
  if (sessionId !== undefined)
    await tx.session.updateMany({ where: { id: sessionId, userId }, data: { credentialEpoch } })
}

/** False when there was none. */
export async function switchOff(tx: Tx, userId: number): Promise<boolean> {
  await tx.recoveryCode.deleteMany({ where: { userId } })
  const { count } = await tx.secondFactor.deleteMany({ where: { userId } })
  await tx.user.updateMany({ where: { id: userId }, data: { secondFactor: false } })
  return count === 1
}

/** False, and no line, when there was none. */
export const removeFactor = (core: Core, userId: number, line: AuditLine): Promise<boolean> =>
  core.db.transaction(async (tx) => {
    await lockPerson(tx, userId)
    const removed = await switchOff(tx, userId)
    if (removed) await record(core, tx, line)
    return removed
  })

const lockPerson = (tx: Tx, userId: number) =>
  tx.$queryRaw`SELECT id FROM users WHERE id = ${userId} FOR UPDATE`
