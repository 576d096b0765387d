import type { Digest, Tag } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import type { Registry } from '../../registries/index.ts'
import {
  type Followed,
  forgetTagStates,
  readTagStates,
  reasonOfRemoval,
  takeAway,
} from '../following/index.ts'
import type { ReplicationPolicy } from '../model.ts'
import type { Transfer } from './model.ts'
import type { Ends } from './sites.ts'

interface Doing {
  core: Core
  policy: ReplicationPolicy
  registry: Registry
  transfer: Transfer
  ends: Ends
  signal: AbortSignal
}
type Removing = Doing & Pick<Parameters<typeof takeAway>[1], 'seen'>

/** What a transfer is about, as it is called here. */
const nameHere = ({ direction, source, target }: Transfer): string => (direction === 'push' ? source : target)

/** Of the tags of a mirror's copy those that the other side has not changed since they were compared. */
export async function stillToMove({ core, policy, transfer, ends, signal }: Doing): Promise<{
  tags: Tag[]
  notes: string[]
}> {
  const { tags, had, digest, target, direction } = transfer
  if (had === undefined) return { tags, notes: [] }
  const states = await readTagStates(core, policy.id, nameHere(transfer))
  const where = direction === 'push' ? 'on the other side' : 'in this Berth'
  const still: Tag[] = []
  const notes: string[] = []
  for (const tag of tags) {
    const held = (await ends.to.head(target, tag, { signal }))?.digest
    if (held === undefined || held === digest || had.includes(held)) still.push(tag)
    else notes.push(`${tag} was changed ${where} since it was compared, and is left for the next run`)
    if (held !== undefined && had.includes(held) && states.get(tag) !== held)
      notes.push(`${tag} had changed on both sides: this Berth's stands`)
  }
  return { tags: still, notes }
}

/** Takes away at one side of a mirror what the other has deleted, unless it is there again. */
export async function removeMirrored(doing: Removing): Promise<Followed> {
  const { core, policy, registry, transfer, ends, seen, signal } = doing
  const { source, target, direction, tags, had = [] } = transfer
  const gone: Tag[] = []
  const notes: string[] = []
  const agreed = await readTagStates(core, policy.id, nameHere(transfer))
  // Forgotten since: the other side is another one by now, or has lost everything.
  for (const tag of tags)
    if (!had.includes(agreed.get(tag)!)) notes.push(`${tag} is not what both sides had, and stays`)
    else if (await ends.from.head(source, tag, { signal })) notes.push(`${tag} is there again, and stays`)
    else gone.push(tag)
  const states: ReadonlyMap<Tag, Digest> = new Map()
  // Berths and Harbors, of which a mirror has no others, are told of tags: nothing is left half done.
  const what = { source, target, tags: gone, had, states, again: false }
  const removed = await takeAway(core, { policy, registry, direction, ...ends, ...what, seen, signal })
  await forgetTagStates(core, policy.id, nameHere(transfer), removed.tags)
  const words = removed.tags.length > 0 ? `deleted: ${removed.tags.join(', ')}` : 'nothing to delete'
  return {
    isBusy: false,
    isQuiet: false,
    isEarly: false,
    notes: [...notes, ...removed.notes, words],
    faults: removed.faults,
    reason: reasonOfRemoval({ ...removed, notes: [...notes, ...removed.notes] }),
  }
}
