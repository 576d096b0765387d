import type { RobotActor, UserActor } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { noteUse } from '../last-used/index.ts'
import { MAX_PASSWORD_LENGTH } from '../passwords/index.ts'
import { isAccessToken, verifyAccessToken } from './access-tokens.ts'
import { DUMMY_HASH, verifyPassword } from './argon2.ts'
import { seemToAskDirectory, verifyInDirectory } from './directory.ts'
import { redeemJobSecret } from './job-secrets.ts'
import { isActive, robotFacts, toRobotActor } from './known-robots.ts'
import { rememberUser, toActor, userFacts } from './known-users.ts'
import { networkOf } from './network.ts'
import type { RobotFacts } from './robot-store.ts'
import { robotNameIn, verifyRobot } from './robots.ts'
import { type Credential, readCredential, type UserFacts } from './store.ts'
import { GuessThrottle } from './throttle.ts'
import { isPossibleKey, usernameKey } from './username.ts'
import { witnessRefusal, witnessSuccess } from './witness.ts'

/** From the moment it was verified, not from its last use. */
const REMEMBER_PASSWORD_MS = 60_000
const ONCE_RIGHT_MS = 24 * 60 * 60_000

interface State {
  throttle: GuessThrottle
  /** Verifications under way, by keyed hash of name and password. */
  running: Map<string, Promise<Facts>>
}
/** Of an account that signed in. */
interface Facts {
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
/** Credentials that were right within a day: checking them again is no guess, and they wait for nobody's guesses. */
const onceRight = (core: Core) => core.cache<true>('authentication.once-right', ONCE_RIGHT_MS, 20_000)
const credentialKey = (core: Core, key: string, password: string) =>
  core.secrets.mac('remembered-passwords', JSON.stringify([key, password]))

/** Counts how it ended. */
function counted<A>(core: Core, via: 'basic' | 'bearer' | 'console', verdict: Promise<A>): Promise<A> {
  const ended = (result: string) => core.metrics.add('berth_authentications_total', [via, result])
  verdict.then(
    () => ended('ok'),
    (error) => {
      const code = error instanceof DomainError ? error.code : undefined
      ended(code === 'UNAUTHORIZED' ? 'wrong' : code === 'TOO_MANY_REQUEST' ? 'slowed' : 'failed')
    },
  )
  return verdict
}

const wrong = () => new DomainError('UNAUTHORIZED', 'wrong username or password')

/** Said only to who has the password. */
const needsToken = () =>
  new DomainError(
    'UNAUTHORIZED',
    'this account has a second factor: use a personal access token in the place of the password',
  )

export interface Credentials {
  username: string
  password: string
  /** The client's network address; guessing is slowed down per account and network. */
  address: string
  /** The caller records the sign-in itself. */
  quiet?: boolean
}

/** An account of either kind, as this file needs it. */
interface Account<F extends Facts> {
  /** Tells accounts apart, over both kinds. */
  key: string
  /** Under which verified secrets are remembered, where that is not the key. */
  memoryKey?: string
  kind: Remembered['kind']
  /** As the audit log calls what is checked. */
  credential: string
  /** As of at most three seconds ago; undefined for one that may not sign in now. */
  recall(id: number): Promise<F | undefined>
  /** As of now, when the password is right and the account may sign in. */
  verify(password: string, network: string): Promise<F | undefined>
}

/**
 * The person or the robot these credentials belong to. Right ones are remembered for a minute as a keyed hash in memory,
 * wrong ones never.
 *
 * @throws DomainError UNAUTHORIZED, the same and as slow whether or not there is such an account; TOO_MANY_REQUEST when
 * too many guesses for this account wait at this address already
 */
export const authenticateBasic = (core: Core, credentials: Credentials): Promise<UserActor | RobotActor> =>
  counted(core, 'basic', byName(core, credentials))

async function byName(core: Core, credentials: Credentials): Promise<UserActor | RobotActor> {
  const name = await robotNameIn(core, credentials.username)
  if (name === undefined && isAccessToken(credentials.password)) {
    const { username, password } = credentials
    return byAccessToken(core, credentials, () => verifyAccessToken(core, password, username))
  }
  if (name === undefined) return authenticatePerson(core, credentials)
  const job = await redeemJobSecret(core, name, credentials.password)
  if (job) return job
  const facts = await attempt<RobotFacts>(core, credentials, {
    // No name of a person begins with U+0000.
    key: `\0${name}`,
    kind: 'robot',
    credential: 'robot-secret',
    async recall(id) {
      const facts = await robotFacts(core, id)
      return facts && isActive(core, facts) ? facts : undefined
    },
    verify: (secret, network) => verifyRobot(core, name, secret, network),
  })
  noteUse(core, 'robot', facts.id)
  return toRobotActor(core, facts)
}

/** A personal access token by itself, as APIs take it. @throws DomainError UNAUTHORIZED */
export const authenticateBearer = (core: Core, token: string, address: string): Promise<UserActor> =>
  counted(
    core,
    'bearer',
    byAccessToken(core, { username: '', password: token, address }, () => verifyAccessToken(core, token)),
  )

async function byAccessToken(
  core: Core,
  credentials: Credentials,
  verify: () => Promise<UserActor | undefined>,
): Promise<UserActor> {
  const network = networkOf(credentials.address)
  const witnessed = { kind: 'user', credential: 'access-token', network } as const
  const check = async () => {
    const actor = await verify()
    if (!actor) throw wrong()
    await witnessSuccess(core, credentials, witnessed, actor)
    return actor
  }
  return witnessRefusal(core, credentials, witnessed, check())
}

/** What is asked after a password that was right is a part of the sign-in: a refusal gets its line. */
export const witnessPassword = <T>(
  core: Core,
  credentials: Credentials,
  verdict: Promise<T>,
  credential = 'password',
): Promise<T> =>
  witnessRefusal(
    core,
    credentials,
    { kind: 'user', credential, network: networkOf(credentials.address) },
    verdict,
  )

/** With the password, or with the CLI secret of somebody who has no password here. */
async function authenticatePerson(core: Core, credentials: Credentials): Promise<UserActor> {
  const facts = await attemptPerson(core, credentials, { cliSecrets: true })
  if (facts.secondFactor) return witnessPassword(core, credentials, Promise.reject(needsToken()))
  return toActor(facts, facts.authSource === 'oidc' ? 'cli-secret' : 'password')
}

/**
 * Only people, for the console, with the epoch that the password was verified against; CLI secrets are for tools, and a
 * second factor is for the caller to ask for.
 *
 * @throws as authenticateBasic
 */
export const authenticate = (core: Core, credentials: Credentials): Promise<UserFacts> =>
  counted(core, 'console', attemptPerson(core, credentials, { cliSecrets: false }))

async function attemptPerson(
  core: Core,
  credentials: Credentials,
  { cliSecrets }: { cliSecrets: boolean },
): Promise<UserFacts> {
  const key = usernameKey(credentials.username)
  if (!isPossibleKey(key)) throw wrong()
  return attempt<UserFacts>(core, credentials, {
    key,
    // What tools may use must not be remembered for the console.
    ...(!cliSecrets && { memoryKey: `\0console\0${key}` }),
    kind: 'user',
    credential: 'password',
    async recall(id) {
      const facts = await userFacts(core, id)
      return facts && !facts.disabled ? facts : undefined
    },
    verify: (password, network) => verify(core, credentials.username, password, network, cliSecrets),
  })
}

async function attempt<F extends Facts>(
  core: Core,
  credentials: Credentials,
  account: Account<F>,
): Promise<F> {
  const { password } = credentials
  const network = networkOf(credentials.address)
  if (password === '' || password.length > MAX_PASSWORD_LENGTH) throw wrong()
  const id = credentialKey(core, account.memoryKey ?? account.key, password)
  const known = await recall(core, id, account)
  if (known) return known
  // A client that opens many connections at once with one password costs one argon2 run and is one guess.
  const { running } = stateOf(core)
  let verdict = running.get(id) as Promise<F> | undefined
  if (!verdict) {
    const witnessed = { ...account, network }
    const check = async () => {
      const facts = await account.verify(password, network)
      if (!facts) return undefined
      await witnessSuccess(core, credentials, witnessed, facts)
      remember(core, id, account.kind, facts)
      return facts
    }
    const checked = onceRight(core).peek(id)
      ? check().then((facts) => facts ?? disproved(core, id))
      : guess(core, `${account.key}\0${network}`, check)
    verdict = witnessRefusal(core, credentials, witnessed, checked).finally(() => running.delete(id))
    running.set(id, verdict)
  }
  return verdict
}

/** The password was changed, or the account disabled: from now on it is a guess like others. */
function disproved(core: Core, id: string): never {
  onceRight(core).delete(id)
  throw wrong()
}

function remember(
  core: Core,
  id: string,
  kind: Remembered['kind'],
  { id: accountId, credentialEpoch, cliSecretEpoch }: Facts,
): void {
  remembered(core).set(id, { kind, accountId, credentialEpoch, cliSecretEpoch })
  onceRight(core).set(id, true)
}

/** Who was verified with exactly this a moment ago, unless the password changed or the account ended since. */
async function recall<F extends Facts>(core: Core, id: string, account: Account<F>): Promise<F | undefined> {
  const entry = remembered(core).peek(id)
  if (entry?.kind !== account.kind) return undefined
  const facts = await account.recall(entry.accountId)
  return facts?.credentialEpoch === entry.credentialEpoch && facts.cliSecretEpoch === entry.cliSecretEpoch
    ? facts
    : undefined
}

/**
 * Checks a person's own password again, for instance before it is changed; throttled per account.
 *
 * @throws DomainError UNAUTHORIZED, TOO_MANY_REQUEST
 */
export async function confirmPassword(core: Core, username: string, password: string): Promise<void> {
  const key = usernameKey(username)
  if (password.length > MAX_PASSWORD_LENGTH) throw wrong()
  await guess(core, `${key}\0confirm`, async () =>
    compare(core, await readCredential(core, key), password, key),
  )
}

async function guess<F extends Facts>(
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
 * By the local password, or for those without one by the directory. Who is wrong has waited for both, so that time tells
 * nothing about who exists and where.
 */
async function verify(
  core: Core,
  username: string,
  password: string,
  party: string,
  cliSecrets: boolean,
): Promise<UserFacts | undefined> {
  const credential = await readCredential(core, usernameKey(username))
  // A password for an account here is nothing for the directory to see, and its name none that the directory may claim.
  if (credential && credential.facts.authSource !== 'ldap') {
    const facts = await compare(core, credential, password, party, cliSecrets)
    if (!facts) await seemToAskDirectory(core, username)
    return facts
  }
  return (
    (await verifyInDirectory(core, username, password, party)) ?? compare(core, credential, password, party)
  )
}

/** Always runs argon2. */
async function compare(
  core: Core,
  credential: Credential | undefined,
  password: string,
  party: string,
  cliSecrets = false,
): Promise<UserFacts | undefined> {
  const hash = credential && (credential.passwordHash ?? (cliSecrets ? cliSecretHash(credential) : null))
  const right = await verifyPassword(hash ?? DUMMY_HASH, password, party)
  if (!right || !credential || !hash || credential.facts.disabled) return undefined
  rememberUser(core, credential.facts)
  return credential.facts
}

const cliSecretHash = ({ cliSecretHash, facts }: Credential): string | null =>
  facts.proven ? cliSecretHash : null
