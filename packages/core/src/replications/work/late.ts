import type { Core } from '../../context/index.ts'
import type { Registry } from '../../registries/index.ts'
import { countOtherBig, inTurnOfAll } from './due/store.ts'
import { Ended, type Hold } from './hold.ts'
import { bigPlacesOf } from './lanes.ts'
import { BIG_BYTES, LEASE_MS, type Transfer } from './model.ts'
import { writeDue } from './store.ts'

/**
 * For the progress of a transfer whose size nobody knew before its manifest was read: one that turns out to be big counts
 * as such from then on, and is given back where big ones have all their places.
 */
export function watchSize(core: Core, transfer: Transfer, registry: Registry, held: Hold): () => void {
  let known = transfer.isBig
  return () => {
    if (known || held.progress.sizeBytes <= BIG_BYTES) return
    known = true
    // What cannot be found out now is found out by the next look for work.
    giveWay(core, transfer, registry, held).catch(() => {})
  }
}

async function giveWay(core: Core, transfer: Transfer, registry: Registry, held: Hold): Promise<void> {
  // One at a time, and not while work is given out: of those that find out together as many stay as may.
  await inTurnOfAll(core, async () => {
    const now = core.now()
    await writeDue(core.db.prisma, [transfer.taskId], new Date(now + LEASE_MS), { isBig: true })
    if ((await countOtherBig(core, transfer, new Date(now))) >= bigPlacesOf(registry))
      held.abort(new Ended('big'))
  })
}
