import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { MAX_PASSWORD_LENGTH } from '../passwords/index.ts'
import { deviceOf } from './devices.ts'
import { networkOf } from './network.ts'
import { GuessThrottle } from './throttle.ts'
import { witnessRefusal, witnessSuccess } from './witness.ts'

// One try to sign in, of whatever account: what was right a moment ago is remembered, the rest is a guess and waits its turn.

/** From the moment it was verified, not from its last use. */
const REMEMBER_PASSWORD_MS = 60_000
const ONCE_RIGHT_MS = 24 * 60 * 60_000

interface State {
  throttle: GuessThrottle
  /** Verifications under way, by keyed hash of name and password. */
  running: Map<string, Promise<Facts>>
}
/** Who waits behind one another. */
export interface Party {
  name: string
  /** False for what was right here before, which waits for nobody's guesses. */
  guesses: boolean
  /** Hears why it is refused, for the log and not for who asks. */
  refused?: (why: Record<string, unknown>) => void
}
/** Of an account that signed in. */
export interface Facts {
  id: number
  credentialEpoch: number
  /** Of a person. */
  username?: string
  /** Of a person's CLI secret, which changes by itself. */
  cliSecretEpoch?: number
}
const states = new WeakMap<Core, State>()
function stateOf(core: Core): State {
  let state = states.get(core)
  if (!state) {
    state = { throttle: new GuessThrottle(core.now, core.wait), running: new Map() }
    states.set(core, state)
  }
  return state
}

interface Remembered {
  /** An id means nothing without it: people and robots are counted apart. */
  kind: 'user' | 'robot'
  accountId: number
  credentialEpoch: number
  cliSecretEpoch: number | undefined
}
const remembered = (core: Core) =>
  core.cache<Remembered>('authentication.passwords', REMEMBER_PASSWORD_MS, 20_000)
/**
 * Credentials that were right within a day in a lane: checking them again there is no guess, and they wait for nobody's
 * guesses. Elsewhere they are one, or a throttle that lets them pass would tell quickly which guess is right.
 */
const onceRight = (core: Core) => core.cache<true>('authentication.once-right', ONCE_RIGHT_MS, 20_000)
const credentialKey = (core: Core, key: string, password: string) =>
  core.secrets.mac('remembered-passwords', JSON.stringify([key, password]))

export const wrong = () => new DomainError('UNAUTHORIZED', 'wrong username or password')

export interface Credentials {
  username: string
  password: string
  /** The client's network address; guessing is slowed down per account and network. */
  address: string
  /** Of a browser: the proof that this person signed in with it before. */
  device?: string
  /** The caller records the sign-in itself. */
  quiet?: boolean
  /** Somebody signs in now, and not a tool once more: a directory is asked again, for its groups, too. */
  anew?: boolean
}

/** An account of either kind, as this file needs it. */
export interface Account<F extends Facts> {
  /** Tells accounts apart, over both kinds. */
  key: string
  /** Under which verified secrets are remembered, where that is not the key. */
  memoryKey?: string
  kind: Remembered['kind']
  /** Whose clients keep a proof of their own: without it nothing that was right before is answered early. */
  browser?: boolean
  /** As the audit log calls what is checked. */
  credential: string
  /** As of at most three seconds ago; undefined for one that may not sign in now. */
  recall(id: number): Promise<F | undefined>
  /** As of now, when the password is right and the account may sign in. */
  verify(password: string, party: Party): Promise<F | undefined>
}

/** Whose guesses wait for each other: those of a browser that proves itself, and all others of a network. */
function laneOf(
  core: Core,
  { device, address }: Credentials,
  { key, browser }: Pick<Account<Facts>, 'key' | 'browser'>,
): string {
  const proved = browser && device !== undefined ? deviceOf(core, key, device) : undefined
  // No network is written so.
  return proved === undefined ? networkOf(address) : `device\0${proved}`
}

export async function attempt<F extends Facts>(
  core: Core,
  credentials: Credentials,
  account: Account<F>,
): Promise<F> {
  const { password } = credentials
  const network = networkOf(credentials.address)
  if (password === '' || password.length > MAX_PASSWORD_LENGTH) throw wrong()
  const id = credentialKey(core, account.memoryKey ?? account.key, password)
  const lane = laneOf(core, credentials, account)
  const throttleKey = `${account.key}\0${lane}`
  const { running, throttle } = stateOf(core)
  // From here to its turn a guess waits for nothing: of a thousand at once, each counts before the next is looked at.
  const familiar = !account.browser && onceRight(core).peek(`${id} ${lane}`) === true
  const early = throttle.mayAnswerEarly(throttleKey, familiar)
  const entry = early ? remembered(core).peek(id) : undefined
  const known = entry && (await recall(entry, account))
  if (known) return known
  // A client that opens many connections at once with one password costs one argon2 run and is one guess.
  const run = `${id} ${lane}`
  let verdict = running.get(run) as Promise<F> | undefined
  if (!verdict) {
    let why: Record<string, unknown> | undefined
    const witnessed = { ...account, network, why: () => why }
    const refused = (heard: Record<string, unknown>) => {
      why = heard
    }
    const check = async (guesses: boolean) => {
      const facts = await account.verify(password, { name: lane, guesses, refused })
      if (!facts) {
        // Here and at every other door: a directory may refuse what was right a moment ago.
        for (const key of [id, credentialKey(core, account.key, password)]) remembered(core).delete(key)
        return undefined
      }
      await witnessSuccess(core, credentials, witnessed, facts)
      remember(core, id, account.kind, facts)
      onceRight(core).set(run, true)
      return facts
    }
    const checked =
      familiar && early
        ? check(false).then((facts) => facts ?? disproved(core, run))
        : guess(core, throttleKey, () => check(true))
    verdict = witnessRefusal(core, credentials, witnessed, checked).finally(() => running.delete(run))
    running.set(run, verdict)
  }
  return verdict
}

/** The password was changed, or the account disabled: from now on it is a guess like others. */
function disproved(core: Core, key: string): never {
  onceRight(core).delete(key)
  throw wrong()
}

function remember(
  core: Core,
  id: string,
  kind: Remembered['kind'],
  { id: accountId, credentialEpoch, cliSecretEpoch }: Facts,
): void {
  remembered(core).set(id, { kind, accountId, credentialEpoch, cliSecretEpoch })
}

/** Who was verified with exactly this a moment ago, unless the password changed or the account ended since. */
async function recall<F extends Facts>(entry: Remembered, account: Account<F>): Promise<F | undefined> {
  if (entry.kind !== account.kind) return undefined
  const facts = await account.recall(entry.accountId)
  return facts?.credentialEpoch === entry.credentialEpoch && facts.cliSecretEpoch === entry.cliSecretEpoch
    ? facts
    : undefined
}

/** Counts `verdict` as a guess, and waits for its turn. @throws DomainError UNAUTHORIZED, TOO_MANY_REQUEST */
export async function guess<F extends Facts>(
  core: Core,
  throttleKey: string,
  verdict: () => Promise<F | undefined>,
): Promise<F> {
  const { throttle } = stateOf(core)
  await throttle.turn(throttleKey)
  let facts: F | undefined
  try {
    facts = await verdict()
  } catch (error) {
    throttle.withdraw(throttleKey)
    throw error
  }
  if (!facts) throw wrong()
  throttle.succeed(throttleKey)
  return facts
}

/**
 * For an account that has several names: one more turn, under what it is, for who is known only while `verdict` is on its
 * way. `verdict` is asked again where that turn has to be waited for, so that nothing is held meanwhile.
 *
 * @throws DomainError TOO_MANY_REQUEST, and what `verdict` throws
 */
export async function guessOnceFound<F extends Facts>(
  core: Core,
  { name, guesses }: Party,
  verdict: (found: (account: string) => void) => Promise<F | undefined>,
): Promise<F | undefined> {
  if (!guesses) return verdict(() => {})
  const { throttle } = stateOf(core)
  let taken: string | undefined
  for (;;) {
    let waiting: string | undefined
    try {
      const facts = await verdict((account) => {
        const key = `\0found\0${account}\0${name}`
        if (key === taken) return
        if (!throttle.turnNow(key)) {
          waiting = key
          throw wrong()
        }
        taken = key
      })
      if (facts && taken !== undefined) throttle.succeed(taken)
      return facts
    } catch (error) {
      if (waiting === undefined) {
        if (taken !== undefined) throttle.withdraw(taken)
        throw error
      }
    }
    await throttle.turn(waiting)
    taken = waiting
  }
}
