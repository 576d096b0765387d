import { record } from '../audit/index.ts'
import { type Actor, SYSTEM, type UserActor } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { endWithin, type DirectoryTransaction as Tx } from './store.ts'

/** Somebody whom the directory does not show, among so many that it may be the directory's mistake. */
export interface HeldPerson {
  userId: number
  username: string
  realname: string
  dn: string
  missingSince: Date
  heldSince: Date
}

/** How many people of a decision its line names. */
const MOST_NAMED = 100
/** People who are ended in one transaction. */
const BATCH = 50
/** Ids in one statement. */
const MOST_IN_ONE = 1_000

const held = { heldSince: { not: null }, endedAt: null, user: { disabled: false } } as const

/**
 * Begins to hold those of them who are not held yet, and says so in the log, with an event for whoever is to be told: when
 * the first are held, and again each time that their number doubles. Gives how many are held now.
 */
export const writeHold = (
  core: Core,
  userIds: readonly number[],
  { hours, blind }: { hours: number; blind: boolean },
): Promise<{ before: number; after: number }> =>
  core.db.transaction(async (tx) => {
    const before = await tx.directoryAccount.count({ where: held })
    const now = new Date(core.now())
    for (let from = 0; from < userIds.length; from += MOST_IN_ONE)
      await tx.directoryAccount.updateMany({
        where: { ...held, userId: { in: userIds.slice(from, from + MOST_IN_ONE) }, heldSince: null },
        data: { heldSince: now },
      })
    const after = await tx.directoryAccount.count({ where: held })
    if (after > 0 && (before === 0 || after >= 2 * before)) await tellHold(core, tx, after, hours, blind)
    return { before, after }
  })

async function tellHold(core: Core, tx: Tx, people: number, hours: number, blind: boolean): Promise<void> {
  const first = await tx.directoryAccount.aggregate({ where: held, _min: { heldSince: true } })
  // While it shows nobody at all, nobody is ended.
  const until = blind ? undefined : endOfHold(first._min.heldSince!, hours).toISOString()
  const facts = { people, ...(until && { until }) }
  await record(core, tx, {
    ...ofHold,
    action: 'start',
    actor: SYSTEM,
    detail: facts,
    event: facts,
  })
}

const ofHold = { resourceType: 'directory_hold', resource: 'directory' } as const

export const endOfHold = (heldSince: Date, hours: number): Date =>
  new Date(heldSince.getTime() + hours * 3_600_000)

/** Those who are held last come first. */
export async function readHeld(
  core: Core,
  { page, pageSize }: { page: number; pageSize: number },
  upTo?: Date,
): Promise<{ items: HeldPerson[]; total: number }> {
  const where = upTo ? heldBy(upTo) : held
  const [rows, total] = await Promise.all([
    core.db.prisma.directoryAccount.findMany({
      where,
      include: { user: { select: { username: true, realname: true } } },
      orderBy: [{ heldSince: 'desc' }, { userId: 'desc' }],
      skip: (page - 1) * pageSize,
      take: pageSize,
    }),
    core.db.prisma.directoryAccount.count({ where }),
  ])
  return {
    total,
    items: rows.map(({ userId, user, dn, missingSince, heldSince }) => ({
      userId,
      ...user,
      dn,
      missingSince: missingSince ?? heldSince!,
      heldSince: heldSince!,
    })),
  }
}

/** Those somebody decided about: who was held already when they looked. */
const heldBy = (upTo: Date) => ({ ...held, heldSince: { lte: upTo } })

/** Ends the access of up to `most` people; gives who they are. */
export async function endHeld(
  core: Core,
  actor: UserActor,
  upTo: Date,
  { most, nextLookAt }: { most: number; nextLookAt: Date },
): Promise<number[]> {
  const rows = await core.db.prisma.directoryAccount.findMany({
    where: heldBy(upTo),
    orderBy: { userId: 'asc' },
    select: { userId: true },
    take: most,
  })
  const ended: number[] = []
  for (let from = 0; from < rows.length; from += BATCH) {
    const part = rows.slice(from, from + BATCH)
    ended.push(
      ...(await core.db.transaction(async (tx) => {
        const gone: number[] = []
        for (const { userId } of part)
          if (await endOneHeld(core, tx, userId, { upTo, actor, nextLookAt })) gone.push(userId)
        return gone
      })),
    )
  }
  return ended
}

/** A look may have found the person again since the list was read. */
async function endOneHeld(
  core: Core,
  tx: Tx,
  userId: number,
  { upTo, actor, nextLookAt }: { upTo: Date; actor: Actor; nextLookAt: Date },
): Promise<boolean> {
  const { count } = await tx.directoryAccount.updateMany({
    where: { userId, heldSince: { lte: upTo } },
    data: { heldSince: null },
  })
  return count === 1 && endWithin(core, tx, userId, { nextLookAt, reason: 'missing', actor })
}

/** As if they had never been missing: the looks begin anew. Gives their number. */
export const keepHeld = (core: Core, actor: UserActor, upTo: Date, nextLookAt: Date): Promise<number> =>
  core.db.transaction(async (tx) => {
    const rows = await tx.directoryAccount.findMany({
      where: heldBy(upTo),
      include: { user: { select: { username: true } } },
      orderBy: { userId: 'asc' },
      take: MOST_NAMED,
    })
    const { count } = await tx.directoryAccount.updateMany({
      where: heldBy(upTo),
      data: { heldSince: null, missingSince: null, nextLookAt },
    })
    const names = rows.map(({ user }) => user.username)
    if (count > 0)
      await record(core, tx, { ...ofHold, action: 'stop', actor, detail: { people: count, names } })
    return count
  })
