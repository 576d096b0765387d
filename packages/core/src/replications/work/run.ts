import { NotFoundError } from '@berth/registry-client'
import { type Core, isUnavailable } from '../../context/index.ts'
import { type Registry, readRegistry } from '../../registries/index.ts'
import { type CopyResult, copyBetween } from '../copying/index.ts'
import type { ReplicationPolicy } from '../model.ts'
import { mayPass } from '../sites/index.ts'
import { readPolicy } from '../store.ts'
import { Ended, type Hold, hold } from './hold.ts'
import type { Claimed } from './model.ts'
import { isExplained, pauseAfter } from './outcome.ts'
import { plan } from './plan.ts'
import { copied, failed, given, planned, stopped } from './settle.ts'
import { forgetPrepared, openEnds, prepareTarget } from './sites.ts'
import { writeHealth } from './store.ts'

/** Harbor's size of a part. */
const CHUNK_BYTES = 10 * 1024 * 1024

/**
 * Does what a worker has taken up, and writes down what came of it. What is left without an outcome is taken up again once
 * its lease has run out.
 *
 * @param closing aborted when the process has to end
 * @throws what is nobody's fault but ours, written down already
 */
export async function runTransfer(core: Core, claimed: Claimed, closing: AbortSignal): Promise<void> {
  const { transfer, claim } = claimed
  if (claimed.stopAsked) return stopped(core, claimed)
  const [policy, registry] = await Promise.all([
    readPolicy(core, transfer.policyId),
    readRegistry(core, transfer.registryId),
  ])
  // Deleted a moment ago, and its tasks with it.
  if (!policy || !registry) return stopped(core, claimed)
  const held = hold(core, claim, closing)
  try {
    if (transfer.kind === 'plan') {
      const found = await plan(core, claimed, policy, registry, held.signal)
      await held.end()
      await planned(core, claimed, found)
    } else {
      const result = await copy(core, claimed, policy, registry, held)
      await held.end()
      await copied(core, claimed, result, held.progress)
    }
    if (registry.failuresInRow > 0 || registry.pausedUntil)
      await writeHealth(core, registry.id, { failuresInRow: 0, pausedUntil: null })
  } catch (error) {
    await held.end()
    await settleFailure(core, claimed, policy, registry, held.signal.aborted ? held.signal.reason : error)
  }
}

async function copy(
  core: Core,
  { transfer }: Claimed,
  policy: ReplicationPolicy,
  registry: Registry,
  { signal, progress }: Hold,
): Promise<CopyResult> {
  const { direction, source, target, digest, tags } = transfer
  const ends = await openEnds(core, policy, registry, direction)
  await prepareTarget(core, registry, direction, ends, transfer)
  signal.throwIfAborted()
  const isWayBack = policy.mirror && (direction === 'push') !== (policy.srcRegistryId === null)
  return copyBetween(core, {
    ...ends,
    artifact: { source, target, digest, tags },
    options: {
      override: policy.override && !isWayBack,
      ...(policy.copyByChunk && { chunkBytes: CHUNK_BYTES }),
      speedKbps: policy.speedKbps,
      signal,
      onProgress: (now) => Object.assign(progress, now),
    },
  })
}

async function settleFailure(
  core: Core,
  claimed: Claimed,
  policy: ReplicationPolicy,
  registry: Registry,
  error: unknown,
): Promise<void> {
  const { transfer } = claimed
  if (error instanceof Ended && error.why !== 'late') {
    if (error.why === 'stopped') await stopped(core, claimed)
    else if (error.why === 'closing') await given(core, claimed)
    return
  }
  if (error instanceof NotFoundError) forgetPrepared(core, registry.id, transfer.direction, transfer.target)
  if (mayPass(error)) {
    const failures = registry.failuresInRow + 1
    const pauseMs = pauseAfter(error, failures, Math.random())
    await writeHealth(core, registry.id, {
      failuresInRow: { increment: 1 },
      pausedUntil: pauseMs > 0 ? new Date(core.now() + pauseMs) : registry.pausedUntil,
    })
  }
  await failed(core, claimed, policy.name, error)
  if (!(error instanceof Ended) && !isExplained(error) && !isUnavailable(error)) throw error
}
