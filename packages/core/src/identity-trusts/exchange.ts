import { setImmediate } from 'node:timers/promises'
import { record, recordRepeated } from '../audit/index.ts'
import {
  currentRobot,
  forgetRobot,
  JOB_SECRET_LIFETIME_MS,
  makeJobSecret,
  networkOf,
  robotFacts,
  robotNameIn,
} from '../authentication/index.ts'
import type { RobotActor } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest } from '../errors/index.ts'
import { isSigned } from '../json-web-tokens/index.ts'
import { noteUse } from '../last-used/index.ts'
import { forgetAt, readStandardClaims, spentId } from './claims.ts'
import { FailureBudget } from './failure-budget.ts'
import { keysAtHand, keysOf } from './issuer-keys.ts'
import { type JobToken, readToken } from './jwt.ts'
import { RefusedTokenError, UnjudgedTokenError } from './refused.ts'
import { claimsFit } from './rules.ts'
import { SlowLanes } from './slow-lanes.ts'
import { type Candidate, readCandidates, spendToken } from './store.ts'

export interface Exchanged {
  /** Ends when the credentials do, and with the robot. */
  actor: RobotActor
  username: string
  /** For clients that only know names and passwords. */
  password: string
  expiresAt: Date
}

const SLICE_MS = 5
const MAX_MATCHING_MS = 2_000

interface Brakes {
  budget: FailureBudget
  lanes: SlowLanes
}
const brakes = new WeakMap<Core, Brakes>()
function brakesOf(core: Core): Brakes {
  const known = brakes.get(core) ?? { budget: new FailureBudget(core.now), lanes: new SlowLanes(core.wait) }
  brakes.set(core, known)
  return known
}

/**
 * What a job gets for the token of its CI system: to be a robot for a quarter of an hour. Each token once, on all nodes
 * together.
 *
 * @param wanted `robot`: full name of the robot; needed when several trusts fit, or the trust has an authority of its own
 * @throws RefusedTokenError for whatever is wrong with the token or the trust; DomainError BAD_REQUEST when the robot must
 * be named, TOO_MANY_REQUEST when too many wait already after many wrong tokens from this network
 */
export async function exchangeToken(
  core: Core,
  wanted: { token: string; robot?: string; address: string },
): Promise<Exchanged> {
  const { budget, lanes } = brakesOf(core)
  const network = networkOf(wanted.address)
  const judge = async () => {
    try {
      return await exchange(core, wanted)
    } catch (error) {
      if (error instanceof RefusedTokenError) {
        if (!(error instanceof UnjudgedTokenError)) budget.fail(network)
        await recordRefusal(core, wanted.robot ?? '', network, error.message)
      }
      throw error
    }
  }
  return budget.isSpent(network) ? lanes.run(network, partyOf(core, wanted.token), judge) : judge()
}

/** Whose job a token proves to be of, as far as the keys are at hand: those behind one address take turns by it. */
function partyOf(core: Core, text: string): string {
  try {
    const token = readToken(text)
    const { iss, sub } = token.claims
    if (typeof iss !== 'string' || typeof sub !== 'string') return ''
    return isSigned(token, keysAtHand(core, iss, token.kid)) ? JSON.stringify([iss, sub]) : ''
  } catch {
    return ''
  }
}

/** The reason stands in the log of administrators, and nowhere else. */
const recordRefusal = (core: Core, robot: string, network: string, reason: string) =>
  recordRepeated(
    core,
    {
      ...LOGIN,
      actor: { kind: 'anonymous' },
      actorName: robot,
      resource: robot,
      result: 'refused',
      detail: { reason },
    },
    { subject: robot, network },
  )

const LOGIN = { resourceType: 'robot', action: 'login', credential: 'identity-token' } as const

async function exchange(core: Core, wanted: { token: string; robot?: string }): Promise<Exchanged> {
  const token = readToken(wanted.token)
  const standard = readStandardClaims(token.claims, core.now())
  const spent = { id: spentId(standard, token.claims, token.signed), expiresAt: forgetAt(standard) }
  const robotName = wanted.robot === undefined ? undefined : await robotNameIn(core, wanted.robot)
  if (wanted.robot !== undefined && robotName === undefined)
    throw new RefusedTokenError('there is no such robot')
  const trust = await fittingTrust(core, token, { ...standard, robotName })
  // As of now, not as of some seconds ago.
  forgetRobot(core, trust.robotId)
  const robot = await currentRobot(core, trust.robotId)
  const facts = await robotFacts(core, trust.robotId)
  if (!facts || !robot) throw new RefusedTokenError('the robot is disabled or has expired')
  // An issuer takes its time. What changes from here on ends what is handed out with this epoch.
  if (facts.credentialEpoch !== trust.credentialEpoch)
    throw new RefusedTokenError('the trust or the robot was changed meanwhile')
  if (!(await spendToken(core, spent, trust))) throw new RefusedTokenError('it was exchanged before')
  await record(core, undefined, {
    ...LOGIN,
    actor: robot,
    resource: robot.name,
    projectId: robot.projectId,
    detail: { issuer: standard.issuer, sub: token.claims.sub, trust: trust.name },
  })
  noteUse(core, 'robot', robot.id)
  const lastsUntil = new Date(core.now() + JOB_SECRET_LIFETIME_MS)
  const expiresAt = robot.expiresAt && robot.expiresAt < lastsUntil ? robot.expiresAt : lastsUntil
  return {
    actor: { ...robot, expiresAt },
    username: robot.name,
    password: makeJobSecret(core, facts, expiresAt),
    expiresAt,
  }
}

/**
 * The signature is proved before any pattern is looked at, once per authority that the trusts name.
 *
 * @throws RefusedTokenError; DomainError BAD_REQUEST when several robots could be meant
 */
async function fittingTrust(
  core: Core,
  token: JobToken,
  wanted: { issuer: string; audiences: string[]; robotName?: string },
): Promise<Candidate> {
  const proved = new Map<string | null, Error | true>()
  let known = false
  let found: Candidate | undefined
  const matching = new Slices()
  for await (const page of readCandidates(core, wanted)) {
    for (const trust of page) {
      known = true
      const proof = proved.get(trust.caPem) ?? (await prove(core, token, wanted.issuer, trust.caPem))
      proved.set(trust.caPem, proof)
      if (proof !== true || !(await matching.run(() => claimsFit(trust.claims, token.claims)))) continue
      if (found && found.robotId !== trust.robotId)
        throw badRequest('several robots could be meant; name one with the parameter robot')
      found ??= trust
    }
  }
  if (found) return found
  const failure = [...proved.values()].find((proof) => proof !== true)
  if (failure) throw failure
  throw new RefusedTokenError(
    known ? 'its claims fit no trust' : 'there is no trust for its issuer and audience',
  )
}

/** Patterns of many trusts may take long together: other requests come in between, and not for ever. */
class Slices {
  private spentMs = 0
  private sliceMs = 0

  async run<T>(work: () => T): Promise<T> {
    const startedAt = performance.now()
    const result = work()
    const tookMs = performance.now() - startedAt
    this.spentMs += tookMs
    this.sliceMs += tookMs
    if (this.spentMs > MAX_MATCHING_MS) throw new RefusedTokenError('there are too many trusts to try')
    if (this.sliceMs > SLICE_MS) {
      this.sliceMs = 0
      await setImmediate()
    }
    return result
  }
}

async function prove(
  core: Core,
  token: JobToken,
  issuer: string,
  caPem: string | null,
): Promise<Error | true> {
  try {
    const keys = await keysOf(core, issuer, caPem, token.kid)
    return isSigned(token, keys) ? true : new RefusedTokenError('its signature is wrong')
  } catch (error) {
    if (error instanceof RefusedTokenError) return error
    throw error
  }
}
