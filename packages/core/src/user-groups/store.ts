import type { Tx } from '@berth/db'
import type { Core } from '../context/index.ts'
import { type GroupType, type SeenGroup, toGroupRows } from './model.ts'

/**
 * Makes these the person's groups of this type, as the directory or the provider says now, and makes groups that were
 * not known. Gives the ids. What was taken away ends on every node within three seconds.
 */
export async function replaceMemberships(
  core: Core,
  tx: Tx,
  userId: number,
  type: GroupType,
  groups: readonly SeenGroup[],
): Promise<number[]> {
  const rows = toGroupRows(type, groups)
  // A sign-in and the refresh may do this at once: one after the other, per person.
  await locked(core, tx, 'SELECT id FROM users WHERE id = ? FOR UPDATE', [userId])
  let ids = await groupIds(core, tx, type, rows)
  if (ids.length < rows.length) {
    await tx.userGroup.createMany({ data: rows, skipDuplicates: true })
    ids = await groupIds(core, tx, type, rows)
  }
  const held = await heldIds(core, tx, userId, type)
  const left = held.filter((id) => !ids.includes(id))
  const joined = ids.filter((id) => !held.includes(id))
  if (left.length > 0) await tx.userGroupMember.deleteMany({ where: { userId, groupId: { in: left } } })
  if (joined.length > 0)
    await tx.userGroupMember.createMany({ data: joined.map((groupId) => ({ userId, groupId })) })
  return ids
}

/** Shared locks: a group that is deleted meanwhile waits, and two that sign in do not wait for each other. */
async function groupIds(
  core: Core,
  tx: Tx,
  type: GroupType,
  rows: readonly { identityKey: string }[],
): Promise<number[]> {
  if (rows.length === 0) return []
  const sql = `SELECT id FROM user_groups WHERE type = ? AND identity_key IN (${rows.map(() => '?').join(', ')})
    ORDER BY id ${core.db.provider === 'mysql' ? 'LOCK IN SHARE MODE' : 'FOR SHARE'}`
  const found = await locked<{ id: number }>(core, tx, sql, [type, ...rows.map((row) => row.identityKey)])
  return found.map(({ id }) => id)
}

async function heldIds(core: Core, tx: Tx, userId: number, type: GroupType): Promise<number[]> {
  const sql = 'SELECT group_id FROM user_group_members WHERE user_id = ? FOR UPDATE'
  const held = (await locked<{ group_id: number }>(core, tx, sql, [userId])).map((row) => row.group_id)
  if (held.length === 0) return []
  const ofType = await tx.userGroup.findMany({ where: { id: { in: held }, type }, select: { id: true } })
  return ofType.map(({ id }) => id)
}

/** A read with a lock gives the newest rows on MySQL too, where others give those of the transaction's beginning. */
function locked<R>(core: Core, tx: Tx, sql: string, params: readonly (string | number)[]): Promise<R[]> {
  let index = 0
  const text = core.db.provider === 'mysql' ? sql : sql.replaceAll('?', () => `$${++index}`)
  return tx.$queryRawUnsafe<R[]>(text, ...params)
}
