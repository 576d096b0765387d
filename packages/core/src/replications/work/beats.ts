import type { Core } from '../../context/index.ts'
import { type Claim, type Renewal, renewTasks } from '../../executions/index.ts'
import { Gathering, Gatherings } from '../../gathering/index.ts'
import { type TransferWrite, writeTransfers } from '../progress/index.ts'
import { BIG_BYTES, LEASE_MS, type Transfer } from './model.ts'
import { type Told, toldOf } from './told.ts'

const BEAT_MS = 3_000
const AT_ONCE = 100

/** Of a process: all that it works on beats together, and a few statements serve them all. */
interface Heart {
  members: Set<() => void>
  timer: NodeJS.Timeout | undefined
  renewals: Gathering<Claim, Renewal | Failed>
  tellings: Gatherings<number, TransferWrite, Failed | undefined>
}

/** A batch that fails is not tried one by one: whoever hears nothing for too long has to end in time. */
class Failed {
  readonly cause: unknown
  constructor(cause: unknown) {
    this.cause = cause
  }
}

const hearts = new WeakMap<Core, Heart>()

function heartOf(core: Core): Heart {
  let heart = hearts.get(core)
  if (!heart) {
    heart = {
      members: new Set(),
      timer: undefined,
      renewals: new Gathering<Claim, Renewal | Failed>(AT_ONCE, (claims) =>
        renewTasks(core, claims, LEASE_MS).catch((error) => claims.map(() => new Failed(error))),
      ),
      tellings: new Gatherings<number, TransferWrite, Failed | undefined>(AT_ONCE, (executionId, writes) =>
        core.db
          .transaction((tx) => writeTransfers(core, tx, executionId, writes))
          .then(
            () => writes.map(() => undefined),
            (error) => writes.map(() => new Failed(error)),
          ),
      ),
    }
    hearts.set(core, heart)
  }
  return heart
}

/** Calls every three seconds, at the same moment as all others of the process, until what it gives is called. */
export function onBeat(core: Core, beat: () => void): () => void {
  const heart = heartOf(core)
  const member = () => beat()
  heart.members.add(member)
  heart.timer ??= setInterval(() => {
    for (const one of heart.members) one()
  }, BEAT_MS)
  return () => {
    heart.members.delete(member)
    if (heart.members.size > 0) return
    clearInterval(heart.timer)
    heart.timer = undefined
  }
}

/** As `renewTask`. @throws errors of the database */
export async function renew(core: Core, claim: Claim): Promise<Renewal> {
  const renewal = await heartOf(core).renewals.run(claim)
  if (renewal instanceof Failed) throw renewal.cause
  return renewal
}

/** Keeps a transfer from others for the time of a lease, and writes how far it is. @throws errors of the database */
export async function tell(core: Core, { taskId, executionId }: Transfer, progress: Told): Promise<void> {
  const { sizeBytes, sentBytes } = progress
  const failed = await heartOf(core).tellings.run(executionId, {
    ...{ taskId, dueAt: new Date(core.now() + LEASE_MS) },
    ...(sizeBytes > BIG_BYTES && { isBig: true }),
    ...(sizeBytes > 0 && { told: toldOf(progress) }),
  })
  if (failed) throw failed.cause
  progress.toldBytes = sentBytes
}
