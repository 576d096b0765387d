import { NotFoundError } from '@berth/registry-client'
import { type Core, isUnavailable } from '../../context/index.ts'
import { adapterOf, type Registry, readRegistry } from '../../registries/index.ts'
import type { CopyResult } from '../copying/index.ts'
import { type Followed, follow, remembers, writeTagStates } from '../following/index.ts'
import { ELSEWHERE, goesElsewhere, type ReplicationPolicy } from '../model.ts'
import { type Reason, reasonOfCopy } from '../reasons.ts'
import { mayPass, originOf } from '../sites/index.ts'
import { readPolicy } from '../store.ts'
import { bringNewest, seenOf } from './bring.ts'
import { readTransfer } from './due/store.ts'
import { followed } from './followed.ts'
import { isGoneAtSource } from './gone.ts'
import { untilGrace } from './grace.ts'
import { Ended, type Hold, hold } from './hold.ts'
import { removeMirrored, stillToMove } from './mirrored.ts'
import { type Claimed, MAX_LOST } from './model.ts'
import {
  askedMs,
  hasPatience,
  isExplained,
  isOutage,
  mayPassLater,
  pauseAfter,
  sentenceOf,
  wasBusy,
} from './outcome.ts'
import { giveUpWaiting } from './patience/give-up.ts'
import { isAwayHere } from './patience/here.ts'
import { noteFailure, noteSuccess } from './patience/store.ts'
import { plan } from './plan.ts'
import { abandoned, copied, failed, given, planned, stopped } from './settle.ts'
import { forgetPrepared, openEnds } from './sites.ts'
import type { Told } from './told.ts'

/** The key of this Berth as a site. */
const HERE = 0
/** Whatever hangs: so long after its end was asked for a transfer is over. */
const GRACE_MS = 3_000
/** So long it is taken to be true what was read of a registry. */
const KNOWN_MS = 3_000

const NOTHING = { bytesSent: 0, blobsSent: 0, blobsMounted: 0, manifestsPut: 0, tagged: [], warnings: [] }
const GONE = 'it is not at the source any more: it was deleted there since it was compared'

/**
 * Does what a worker has taken up, and writes down what came of it. What is left without an outcome is taken up again once
 * its lease has run out.
 *
 * @param closing aborted when the process has to end
 * @param next takes up what is to have this one's place, once it has been copied
 * @throws what is nobody's fault but ours, written down already
 */
export async function runTransfer(
  core: Core,
  claimed: Claimed,
  closing: AbortSignal,
  next: () => Promise<void> = async () => {},
): Promise<void> {
  const { transfer } = claimed
  if (claimed.stopAsked) return stopped(core, claimed)
  if (claimed.lost >= MAX_LOST) return abandoned(core, claimed)
  const [policy, registry] = await Promise.all([
    readPolicy(core, transfer.policyId),
    readRegistry(core, transfer.registryId),
  ])
  // Deleted a moment ago, and its tasks with it.
  if (!policy) return stopped(core, claimed)
  // The registry may be gone once the policy uses another one.
  if (!registry || goesElsewhere(policy, transfer)) return stopped(core, claimed, { why: ELSEWHERE })
  const held = hold(core, claimed, closing)
  const ended = <T>(work: Promise<T>): Promise<T> => untilGrace(work, held.signal, GRACE_MS)
  const beganAtMs = core.now()
  let heard = true
  let wentThrough = true
  try {
    if (transfer.kind === 'plan') {
      const found = await ended(plan(core, claimed, policy, registry, held.signal))
      // What it found to do will tell.
      wentThrough = found.copies + found.waiting === 0
      heard = found.heard
      await held.end()
      await planned(core, claimed, found)
    } else if (transfer.kind !== 'copy') {
      const found = await ended(followOne(core, claimed, policy, registry, held))
      heard = found.heard
      // A look that came too early leaves it to the next one.
      wentThrough = !found.isEarly
      await held.end()
      await followed(core, claimed, found, held.progress)
    } else {
      const result = await ended(copy(core, claimed, policy, registry, held))
      heard = result.heard
      await held.end()
      await next()
      await copied(core, claimed, result, held.progress)
    }
    if (heard && mayBeInTrouble(core, registry, beganAtMs))
      await noteSuccess(core, registry.id, { wentThrough })
  } catch (error) {
    await held.end()
    const reason = held.signal.aborted ? held.signal.reason : error
    const failure = { error: reason, progress: held.progress, attemptMs: core.now() - beganAtMs }
    await settleFailure(core, claimed, policy, registry, failure)
  }
}

/** As it was when this began, or for long enough that it may be so by now. */
const mayBeInTrouble = (core: Core, registry: Registry, beganAtMs: number): boolean =>
  registry.failuresInRow > 0 ||
  registry.pausedUntil !== null ||
  registry.failingSince !== null ||
  core.now() - beganAtMs > KNOWN_MS

async function copy(
  core: Core,
  { transfer, claim }: Claimed,
  policy: ReplicationPolicy,
  registry: Registry,
  held: Hold,
): Promise<CopyResult & { reason: Reason; heard: boolean }> {
  const { direction, source, target, digest, tags } = transfer
  const ends = await openEnds(core, policy, registry, direction)
  const doing = { transfer, policy, registry, ends, held, again: claim.run > 1 }
  const still = await stillToMove({ core, ...doing, signal: held.signal })
  const isMoot = tags.length > 0 && still.tags.length === 0
  let isGone = false
  const skipped = { ...NOTHING, outcome: 'skipped', placed: new Map() } as const
  const artifact = { source, target, digest, tags: still.tags }
  const result = isMoot
    ? skipped
    : await bringNewest(core, doing, artifact).catch(async (error) => {
        isGone = await isGoneAtSource(ends, artifact, error, held.signal)
        if (!isGone) throw error
        return { ...skipped, warnings: [GONE] }
      })
  if (remembers(policy)) {
    const here = direction === 'push' ? source : target
    await writeTagStates(core, { policyId: policy.id, registry }, here, result.placed)
  }
  const isPart = still.tags.length < tags.length
  const reason = isMoot || isGone ? 'superseded' : isPart ? 'partly' : reasonOfCopy(result)
  return { ...result, warnings: [...still.notes, ...result.warnings], reason, heard: ends.heard() }
}

async function followOne(
  core: Core,
  { transfer: claimed, claim }: Claimed,
  policy: ReplicationPolicy,
  registry: Registry,
  held: Hold,
): Promise<Followed & { heard: boolean }> {
  const transfer = (await readTransfer(core, claimed.taskId)) ?? claimed
  const ends = await openEnds(core, policy, registry, transfer.direction)
  const { signal } = held
  const doing = { transfer, policy, registry, ends, held, again: claim.run > 1 }
  const found =
    transfer.kind === 'delete'
      ? await removeMirrored({ core, ...doing, seen: await seenOf(core, doing), signal })
      : await follow({
          ...{ core, policy, registry, transfer, ...ends },
          bring: (artifact) => bringNewest(core, doing, artifact),
          seen: await seenOf(core, doing),
          again: doing.again,
          signal,
        })
  return { ...found, heard: ends.heard() }
}

async function settleFailure(
  core: Core,
  claimed: Claimed,
  policy: ReplicationPolicy,
  registry: Registry,
  { error, progress, attemptMs }: { error: unknown; progress: Told; attemptMs: number },
): Promise<void> {
  const { transfer } = claimed
  if (error instanceof Ended && error.why !== 'late') {
    if (error.why === 'stopped') await stopped(core, claimed, { progress })
    else if (error.why === 'closing') await given(core, claimed, progress)
    else if (error.why === 'anew')
      await given(core, claimed, progress, 'its registry was changed, or may be asked again: it begins anew')
    else if (error.why === 'big')
      await given(core, claimed, progress, 'it is big: it waits for one of their places')
    return
  }
  if (error instanceof NotFoundError) forgetPrepared(core, registry.id, transfer.direction, transfer.target)
  // What fails here says nothing of the registry there.
  const isThere = mayPass(error) && originOf(error) !== HERE
  const there =
    isThere &&
    (await noteFailure(core, registry.id, {
      askedMs: askedMs(error),
      pauseMsAfter: (failures) => pauseAfter(error, failures, Math.random()),
      wasBusy: wasBusy(attemptMs),
    }))
  const awayHere = !isThere && mayPassLater(error) && (await isAwayHere(core))
  const isNobodys = awayHere
    ? hasPatience(transfer, core.now())
    : there && isOutage(transfer, there, error, core.now())
  const trouble = isNobodys ? (awayHere ? 'here' : 'there') : undefined
  // Berths and Harbors know every repository of a project that is there.
  const toProject =
    transfer.direction === 'push' && originOf(error) !== HERE && adapterOf(registry.type).listing === 'api'
  await failed(core, claimed, policy.name, error, { progress, trouble, toProject })
  const sentence = sentenceOf(error, policy.name)
  if (there) await giveUpWaiting(core, { registry, failingSince: there.failingSince, sentence })
  if (!(error instanceof Ended) && !isExplained(error) && !isUnavailable(error)) throw error
}
