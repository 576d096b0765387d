import { type AuditLine, record } from '../audit/index.ts'
import { confirmPassword, forgetUser, userFacts } from '../authentication/index.ts'
import {
  type Actor,
  authorizeInPerson,
  isPrivileged,
  refusal,
  type UserActor,
} from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { conflict, DomainError, notFound } from '../errors/index.ts'
import {
  blockAfter,
  makeRecoveryCode,
  plainRecoveryCode,
  RECOVERY_CODES,
  SETUP_MS,
  type SecondFactor,
} from './model.ts'
import {
  judging,
  type LockedFactor,
  readFactorState,
  removeFactor,
  replaceRecoveryCodes,
  replaceSetup,
  switchOff,
  switchOn,
  type Tx,
  takeRecoveryCode,
  updateFactor,
} from './store.ts'
import { keyUri, makeSecret, matchingStep } from './totp.ts'

/** One's own; anybody's for administrators. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function getSecondFactor(core: Core, actor: Actor, userId: number): Promise<SecondFactor> {
  if (!isPrivileged(actor) && !(actor.kind === 'user' && actor.id === userId)) throw refusal(actor)
  const state = await readFactorState(core, userId)
  if (!state) throw notFound('user')
  return {
    available: state.local,
    enabled: state.confirmedAt !== null,
    recoveryCodesLeft: state.recoveryCodesLeft,
    since: state.confirmedAt ?? undefined,
  }
}

/**
 * A secret for the person's app; it counts for nothing until `confirmSetup`.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN (also for a wrong password), PRECONDITION (no local password),
 * CONFLICT (there is one already), TOO_MANY_REQUEST
 */
export async function beginSetup(
  core: Core,
  actor: Actor,
  password: string,
): Promise<{ secret: string; uri: string }> {
  const person = inPerson(actor)
  const state = await readFactorState(core, person.id)
  if (!state?.local)
    throw new DomainError(
      'PRECONDITION',
      'a second factor belongs to a local password; ask your directory or provider',
    )
  await requirePassword(core, person, password)
  const secret = makeSecret()
  if (!(await replaceSetup(core, person.id, core.secrets.encrypt('second-factors', secret))))
    throw enabledAlready()
  return { secret, uri: keyUri(secret, person.username, new URL(core.settings.externalUrl).host) }
}

/**
 * Switches it on with a right code and gives the recovery codes, which nothing gives a second time. Every other session
 * of the person ends, and the password alone is no credential any more.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, UNPROCESSABLE_ENTITY (a wrong code), PRECONDITION (nothing was begun), CONFLICT,
 * TOO_MANY_REQUEST
 */
export async function confirmSetup(core: Core, actor: Actor, code: string): Promise<string[]> {
  const person = inPerson(actor)
  const codes = Array.from({ length: RECOVERY_CODES }, makeRecoveryCode)
  const verdict = await judging(core, person.id, async (tx, factor) => {
    if (factor.confirmedAt) return 'enabled'
    if (factor.createdAt.getTime() + SETUP_MS <= core.now()) return 'late'
    const judged = await judge(core, tx, person.id, factor, code)
    if (judged !== 'right') return judged
    await updateFactor(tx, person.id, { confirmedAt: new Date(core.now()) })
    await replaceRecoveryCodes(
      tx,
      person.id,
      codes.map((one) => hashOf(core, one)),
    )
    await switchOn(tx, person.id, person.sessionId)
    await record(core, tx, lineOf(person, person.username, 'create'))
    return 'right'
  })
  if (verdict === 'enabled') throw enabledAlready()
  if (verdict === undefined || verdict === 'late')
    throw new DomainError('PRECONDITION', 'begin the setup of the second factor again')
  settle(verdict)
  forgetUser(core, person.id)
  return codes
}

/** Ten new codes in the place of the old ones. @throws as disableSecondFactor */
export async function renewRecoveryCodes(
  core: Core,
  actor: Actor,
  { password, code }: { password: string; code: string },
): Promise<string[]> {
  const person = inPerson(actor)
  await requirePassword(core, person, password)
  const codes = Array.from({ length: RECOVERY_CODES }, makeRecoveryCode)
  const hashes = codes.map((one) => hashOf(core, one))
  const verdict = await judgeConfirmed(core, person.id, code, async (tx) => {
    await replaceRecoveryCodes(tx, person.id, hashes)
    await record(core, tx, lineOf(person, person.username, 'refresh'))
  })
  if (verdict === undefined) throw notFound('second factor')
  settle(verdict)
  return codes
}

/**
 * @throws DomainError UNAUTHORIZED, FORBIDDEN (also for a wrong password), UNPROCESSABLE_ENTITY (a wrong code), NOT_FOUND (there is none),
 * TOO_MANY_REQUEST
 */
export async function disableSecondFactor(
  core: Core,
  actor: Actor,
  { password, code }: { password: string; code: string },
): Promise<void> {
  const person = inPerson(actor)
  await requirePassword(core, person, password)
  const verdict = await judgeConfirmed(core, person.id, code, async (tx) => {
    await switchOff(tx, person.id)
    await record(core, tx, lineOf(person, person.username, 'delete'))
  })
  if (verdict === undefined) throw notFound('second factor')
  settle(verdict)
  forgetUser(core, person.id)
}

/** For somebody else who lost phone and codes. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function resetSecondFactor(core: Core, actor: Actor, userId: number): Promise<void> {
  if (!isPrivileged(actor)) throw refusal(actor)
  authorizeInPerson(actor)
  if (actor.kind === 'user' && actor.id === userId)
    throw new DomainError('FORBIDDEN', 'switch your own second factor off with password and code')
  const username = (await userFacts(core, userId))?.username ?? String(userId)
  const removed = await removeFactor(core, userId, lineOf(actor, username, 'delete'))
  forgetUser(core, userId)
  if (!removed) throw notFound('second factor')
}

/**
 * The second step of signing in, after the password was right: a code of the app, or a recovery code.
 *
 * @throws DomainError UNAUTHORIZED, TOO_MANY_REQUEST
 */
export async function checkSecondFactor(core: Core, userId: number, code: string): Promise<void> {
  const verdict = await judgeConfirmed(core, userId, code, async () => {})
  // Switched off a moment ago: the password that was right is enough.
  if (verdict === undefined) return
  settle(verdict, 'UNAUTHORIZED')
}

type Verdict = 'right' | 'wrong' | { retryAfterSeconds: number }

/** Undefined when there is no factor that counts. */
const judgeConfirmed = (core: Core, userId: number, code: string, then: (tx: Tx) => Promise<void>) =>
  judging(core, userId, async (tx, factor): Promise<Verdict | undefined> => {
    if (!factor.confirmedAt) return undefined
    const verdict = await judge(core, tx, userId, factor, code)
    if (verdict === 'right') await then(tx)
    return verdict
  })

/** The verdict, and what follows from it written down in the same transaction. */
async function judge(
  core: Core,
  tx: Tx,
  userId: number,
  factor: LockedFactor,
  text: string,
): Promise<Verdict> {
  const now = core.now()
  const recovery = plainRecoveryCode(text)
  if (recovery !== undefined)
    return (await takeRecoveryCode(tx, userId, hashOf(core, recovery))) ? 'right' : 'wrong'
  const blockedMs = (factor.blockedUntil?.getTime() ?? 0) - now
  if (blockedMs > 0) return { retryAfterSeconds: Math.ceil(blockedMs / 1000) }
  const secret = core.secrets.decrypt('second-factors', factor.secretEncrypted)
  const step = matchingStep(secret, text.replace(/\s/g, ''), now, factor.lastStep)
  if (step !== undefined) {
    await updateFactor(tx, userId, { lastStep: step, failures: 0, blockedUntil: null })
    return 'right'
  }
  const failures = factor.failures + 1
  const blockMs = blockAfter(failures)
  await updateFactor(tx, userId, {
    failures,
    blockedUntil: blockMs > 0 ? new Date(now + blockMs) : null,
  })
  return 'wrong'
}

function settle(
  verdict: Verdict,
  wrong: 'UNPROCESSABLE_ENTITY' | 'UNAUTHORIZED' = 'UNPROCESSABLE_ENTITY',
): void {
  if (verdict === 'right') return
  if (verdict === 'wrong') throw new DomainError(wrong, 'the code is wrong or was used already')
  throw new DomainError('TOO_MANY_REQUEST', 'too many wrong codes; wait, or use a recovery code', verdict)
}

const hashOf = (core: Core, code: string): string =>
  core.secrets.mac('recovery-codes', plainRecoveryCode(code) ?? '')

const lineOf = (actor: Actor, resource: string, action: 'create' | 'delete' | 'refresh'): AuditLine => ({
  resourceType: 'second_factor',
  action,
  actor,
  resource,
})

function inPerson(actor: Actor): UserActor {
  authorizeInPerson(actor)
  if (actor.kind !== 'user') throw refusal(actor)
  return actor
}

async function requirePassword(core: Core, { username }: UserActor, password: string): Promise<void> {
  try {
    await confirmPassword(core, username, password)
  } catch (error) {
    if (error instanceof DomainError && error.code === 'UNAUTHORIZED')
      throw new DomainError('FORBIDDEN', 'the password is wrong')
    throw error
  }
}

const enabledAlready = () => conflict('there is a second factor already; switch it off first')
