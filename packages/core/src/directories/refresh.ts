import { type GroupMemory, LdapError, mayPass, type Whereabouts } from '@berth/ldap-client'
import { forgetUser } from '../authentication/index.ts'
import type { Core } from '../context/index.ts'
import { admit, nextLook } from './accounts.ts'
import { endOfHold, writeHold } from './hold-store.ts'
import { identityIn } from './model.ts'
import { type OpenedDirectory, signInDirectory } from './opened.ts'
import {
  countMissing,
  endAccount,
  hastenLooks,
  holdingRefresh,
  type KnownAccount,
  readDue,
  writeLook,
} from './store.ts'

const BATCH = 100
const AT_ONCE = 4
/** A directory has other things to do. */
const MOST_PER_SECOND = 100
/** Between the two looks that have to find nobody before somebody is ended. */
export const SECOND_LOOK_MS = 30_000
/** After a look without a verdict; twice as long after each further one that is about this person only. */
const RETRY_MS = 60_000
/** So many looks without a verdict, and it is asked whether the directory answers at all. */
const DOUBT_AFTER = 5
/** So long an answer about anybody says that the directory works. */
const HEARD_MS = 10_000
/** So long a run repeats looks that failed before; then it ends whom it misses, and the next takes up the settings of its time. */
const RETRYING_MS = 30_000
/** More than this many missing, and more than this share of all: rather a directory that shows too little. */
const MOST_MISSING = 10
const MOST_MISSING_SHARE = 0.1

export interface RefreshResult {
  looked: number
  /** Disabled here, because the directory disabled them or has them no more. */
  ended: number
  /** Missing in the directory and not ended (yet), because there are too many at once. */
  held: number
  /** Looks without a verdict. */
  unclear: number
  /** What was learned about these could not be written. */
  failed: number
  /** What came of the last of them, for the log. */
  problem?: unknown
  /** Why it stopped before everybody was looked at. */
  stopped?: string
}

/**
 * Looks at every person of the directory whose turn it is: groups, names and the administrator's right become what the
 * directory says, and whoever is disabled or gone there ends here. It goes on where it stood when it is run again, by
 * one process at a time. Undefined when there is nothing to do. `batch` people are read from the database at once.
 *
 * @throws errors of the database as they come
 */
export async function refreshDirectoryAccounts(
  core: Core,
  signal: AbortSignal,
  batch = BATCH,
): Promise<RefreshResult | undefined> {
  if ((await readDue(core, 1)).length === 0) return undefined
  const current = await signInDirectory(core)
  if (!current) return undefined
  return holdingRefresh(core, () => refresh(core, current, signal, batch))
}

interface Run {
  core: Core
  signal: AbortSignal
  current: OpenedDirectory
  groups: GroupMemory
  result: RefreshResult
  /** Missing at two looks. */
  missing: KnownAccount[]
  /** Somebody was there: the search account sees people at all. */
  seen: boolean
  /** Looks without a verdict, of which it is not known yet whether they are about the person or about the directory. */
  doubtful: Doubt[]
  /** When the directory last spoke of somebody. */
  answeredMs: number
}

interface Doubt {
  account: KnownAccount
  error: LdapError
}

async function refresh(
  core: Core,
  current: OpenedDirectory,
  signal: AbortSignal,
  batch: number,
): Promise<RefreshResult> {
  const result: RefreshResult = { looked: 0, ended: 0, held: 0, unclear: 0, failed: 0 }
  const run: Run = {
    core,
    signal,
    current,
    groups: new Map(),
    result,
    missing: [],
    seen: false,
    doubtful: [],
    answeredMs: 0,
  }
  const retryUntilMs = core.now() + RETRYING_MS
  while (!signal.aborted && result.stopped === undefined) {
    const due = await readDue(core, batch)
    // Those without a failed look always have their turn: how many are missing is judged only once all of them were looked at.
    const sound = due.filter(({ failedLooks }) => failedLooks === 0)
    if (due.length === 0 || (sound.length === 0 && core.now() >= retryUntilMs)) break
    const startedMs = core.now()
    // Looks that failed before may take their whole time again: after a few it is asked who else is due by now.
    const queue = sound.length > 0 ? sound : due.slice(0, AT_ONCE)
    const asked = queue.length
    const work = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        if (signal.aborted || result.stopped !== undefined) return
        await lookAt(run, next)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    await settle(run)
    const early = (asked / MOST_PER_SECOND) * 1_000 - (core.now() - startedMs)
    if (due.length === batch && early > 0) await core.wait(early)
  }
  if (result.stopped === undefined) await endMissing(run)
  return result
}

async function lookAt(run: Run, account: KnownAccount): Promise<void> {
  const { current, result } = run
  try {
    const found = await current.directory.lookUp({ dn: account.dn, ...identityIn(account.externalId) })
    await take(run, account, found)
    run.answeredMs = run.core.now()
    result.looked++
  } catch (error) {
    // Whatever it was: who is looked at first must not keep the others from their turns. A database that is away throws here.
    if (!(error instanceof LdapError)) {
      await putOff(run, account)
      return failed(run, error)
    }
    result.unclear++
    run.doubtful.push({ account, error })
    if (run.doubtful.length >= DOUBT_AFTER) await settle(run)
  }
}

/**
 * A directory that answers about others fails for these people only, and they are asked about ever less often. One that does
 * not is away: that says nothing of anyone, and the run ends.
 */
async function settle(run: Run): Promise<void> {
  const doubtful = run.doubtful.splice(0)
  if (doubtful.length === 0) return
  const { core, current, result } = run
  // What sounds like a server that is away is not believed because of what it said before.
  const isHeard = core.now() - run.answeredMs < HEARD_MS && !doubtful.some(({ error }) => mayPass(error))
  const works = isHeard || (await speaks(current))
  if (works && !isHeard) run.answeredMs = core.now()
  if (!works) result.stopped = doubtful[0]!.error.code
  for (const { account } of doubtful)
    if (works) await putOff(run, account)
    else await writeLook(core, account.userId, { nextLookAt: new Date(core.now() + RETRY_MS) })
}

function putOff({ core, current }: Run, { userId, failedLooks }: KnownAccount): Promise<void> {
  const next = nextLook(core, current)
  const again = new Date(core.now() + RETRY_MS * 2 ** Math.min(failedLooks, 16))
  return writeLook(core, userId, { nextLookAt: again < next ? again : next, failedLooks: failedLooks + 1 })
}

function failed({ result }: Run, error: unknown): void {
  result.failed++
  result.problem = error
}

async function take(run: Run, account: KnownAccount, found: Whereabouts): Promise<void> {
  const { core, current, result } = run
  const { userId } = account
  const now = new Date(core.now())
  if (found.kind === 'present') {
    run.seen = true
    if (found.user.disabled) {
      if (await endAccount(core, userId, { nextLookAt: nextLook(core, current), reason: 'disabled' }))
        result.ended++
      await writeLook(core, userId, {
        nextLookAt: nextLook(core, current),
        missingSince: null,
        heldSince: null,
        failedLooks: 0,
      })
      forgetUser(core, userId)
      return
    }
    const groups = await current.directory.groupsOf(found.user, run.groups)
    const admitted = await admit(core, current, { user: found.user, groups }, { onboard: false })
    // The directory has them under another id than they are known by: of this account nothing was written.
    if (typeof admitted === 'string' || admitted.userId !== userId) await putOff(run, account)
    return
  }
  if (found.kind === 'unclear') {
    result.unclear++
    const unknown = { missingSince: null, heldSince: null, failedLooks: 0 }
    await writeLook(core, userId, { nextLookAt: nextLook(core, current), ...unknown })
    return
  }
  const again = account.missingSince && now.getTime() - account.missingSince.getTime() >= SECOND_LOOK_MS
  if (again) run.missing.push(account)
  await writeLook(core, userId, {
    lookedAt: now,
    failedLooks: 0,
    missingSince: account.missingSince ?? now,
    nextLookAt: again ? afterMissing(run, account) : new Date(now.getTime() + SECOND_LOOK_MS),
  })
}

/** Not after the hold: who is held is told when it ends. */
function afterMissing({ core, current }: Run, { heldSince }: KnownAccount): Date {
  const next = nextLook(core, current)
  const end = heldSince && endOfHold(heldSince, current.configuration.ldap_missing_hold_hours)
  return end && end.getTime() > core.now() && end < next ? end : next
}

/**
 * Silence about one person is proof only while the directory speaks of others. Where it is silent about too many at once,
 * they are held for some hours, so that whoever changed a filter or a right can mend it, or say that it is true.
 */
async function endMissing(run: Run): Promise<void> {
  const { core, current, result } = run
  if (run.missing.length === 0) return
  const { missing, active } = await countMissing(core)
  const hours = current.configuration.ldap_missing_hold_hours
  const tooMany = hours > 0 && missing > MOST_MISSING && missing > active * MOST_MISSING_SHARE
  const blind = !(run.seen || (await someoneIsThere(current)))
  const isHeld = ({ heldSince }: KnownAccount) =>
    blind || (tooMany && (heldSince === null || endOfHold(heldSince, hours).getTime() > core.now()))
  for (const account of run.missing.filter((one) => !isHeld(one))) {
    const { userId } = account
    if (run.signal.aborted) return
    try {
      if (await endAccount(core, userId, { nextLookAt: nextLook(core, current), reason: 'missing' }))
        result.ended++
      forgetUser(core, userId)
    } catch (error) {
      await putOff(run, account)
      failed(run, error)
    }
  }
  const held = run.missing.filter(isHeld)
  if (held.length === 0) return
  const ids = held.map(({ userId }) => userId)
  const { before, after } = await writeHold(core, ids, { hours, blind })
  result.held = after
  // So that it is soon known how many they are.
  if (before === 0 && after > 0) await hastenLooks(core)
}

const someoneIsThere = async (current: OpenedDirectory): Promise<boolean> => (await anybody(current)) === true

const speaks = async (current: OpenedDirectory): Promise<boolean> => (await anybody(current)) !== undefined

/** Whether the directory shows anybody; undefined when it does not answer. */
async function anybody({ directory }: OpenedDirectory): Promise<boolean | undefined> {
  try {
    return (await directory.searchUsers('', 1)).length > 0
  } catch (error) {
    if (error instanceof LdapError) return undefined
    throw error
  }
}
