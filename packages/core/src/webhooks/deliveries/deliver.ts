import { type Core, isUnavailable } from '../../context/index.ts'
import type { Claim } from '../../executions/index.ts'
import { Turns } from '../../turns/index.ts'
import { disableWithin } from '../disable.ts'
import type { WebhookPolicy } from '../model.ts'
import { delayAfter } from '../rules.ts'
import { readPolicyById, writeDeadInRow } from '../store.ts'
import { originOf } from '../targets.ts'
import { type Attempt, attempt } from './attempt.ts'
import { limits } from './limits.ts'
import type { Delivery } from './model.ts'
import { type Outcome, readDelivery, writeOutcome } from './store.ts'

/** Longer than any attempt takes: then the worker that had the delivery is gone. */
export const LEASE_MS = 60_000
/** Outcomes that one process writes at once: more would only wait for each other, with connections in their hands. */
const WRITERS = 2

/**
 * Sends a delivery that this process holds, and writes down what came of it. Gives what the target's host did.
 *
 * @throws errors of the database, after which its lease runs out; and whatever kept Berth from sending, written down already
 */
export async function deliver(
  core: Core,
  delivery: Delivery,
  claim: Claim,
): Promise<'reached' | 'unreachable' | 'unknown'> {
  const policy = await readPolicyById(core, delivery.policyId)
  const row = await readDelivery(core, delivery.policyId, delivery.id)
  // Gone with its project.
  if (!policy || !row) return 'unknown'
  const target = policy.targets.find(({ id }) => id === delivery.target)
  const hindered = !policy.enabled ? 'the webhook is disabled' : !target ? 'the target was removed' : ''
  if (hindered !== '' || !target) {
    const task = { status: 'Error' as const, message: hindered, log: line(core, hindered) }
    await settle(core, delivery, claim, { status: 'dead', task }, { counts: false })
    return 'unknown'
  }
  let problem: unknown
  const result = await attempt(core, policy, target, {
    uid: delivery.uid,
    event: delivery.eventType,
    body: row.body,
    attempt: delivery.attempts + 1,
  }).catch((error) => {
    if (isUnavailable(error)) throw error
    problem = error
    return notSent(core)
  })
  const outcome = await judge(core, delivery, result)
  const told = `POST ${originOf(target.address)} ${said(result)}`
  outcome.task.log = line(core, `attempt ${delivery.attempts + 1}: ${told}`)
  await settle(core, delivery, claim, outcome, { counts: true, gone: result.gone, policy })
  if (problem !== undefined) throw problem
  if (result.unreachable) return 'unreachable'
  return result.answer.status === 0 ? 'unknown' : 'reached'
}

/** As when a secret cannot be decrypted: it is tried again and given up as what a target refuses is. */
const notSent = (core: Core): Attempt => ({
  answer: {
    at: new Date(core.now()).toISOString(),
    tookMs: 0,
    status: 0,
    headers: {},
    body: '',
    error: 'Berth itself could not make the request; its log says why',
  },
  delivered: false,
  gone: false,
  retryAfterMs: 0,
  unreachable: false,
})

const said = ({ answer }: Attempt): string =>
  `${answer.status === 0 ? 'failed' : `answered ${answer.status}`} after ${answer.tookMs} ms${
    answer.error === '' ? '' : `: ${answer.error}`
  }`

const line = (core: Core, text: string): string => `${new Date(core.now()).toISOString()} ${text}\n`

async function judge(core: Core, delivery: Delivery, result: Attempt): Promise<Outcome> {
  const { answer } = result
  if (result.delivered) return { status: 'delivered', answer, task: { status: 'Success', message: '' } }
  const attempts = delivery.attempts + 1
  if (result.gone || attempts >= (await limits(core)).maxAttempts)
    return { status: 'dead', answer, task: { status: 'Error', message: answer.error } }
  const dueAt = new Date(core.now() + delayAfter(attempts, Math.random(), result.retryAfterMs))
  return { status: 'waiting', answer, dueAt, task: { status: 'Scheduled', message: answer.error } }
}

const writing = new Turns(WRITERS)

/** Writes the outcome, and what it means for the policy: after too many dead ones in a row it is disabled. */
async function settle(
  core: Core,
  delivery: Delivery,
  claim: Claim,
  outcome: Outcome,
  { counts, gone = false, policy }: { counts: boolean; gone?: boolean; policy?: WebhookPolicy },
): Promise<void> {
  const { disableAfter } = await limits(core)
  await writing.run(() =>
    core.db.transaction(async (tx) => {
      const held = await writeOutcome(core, tx, delivery, claim, outcome)
      if (!held || !counts || !policy) return
      if (outcome.status === 'delivered' && held.deadInRow > 0) await writeDeadInRow(tx, policy.id, 0)
      if (outcome.status !== 'dead') return
      const deadInRow = held.deadInRow + 1
      await writeDeadInRow(tx, policy.id, deadInRow)
      if (!held.enabled) return
      if (gone) await disableWithin(core, tx, policy, 'the target answered 410: it is gone for good')
      else if (disableAfter > 0 && deadInRow >= disableAfter)
        await disableWithin(core, tx, policy, `${deadInRow} deliveries in a row could not be delivered`)
    }),
  )
}
