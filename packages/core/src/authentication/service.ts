import type { RobotActor, UserActor } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { noteUse } from '../last-used/index.ts'
import { MAX_PASSWORD_LENGTH } from '../passwords/index.ts'
import { isAccessToken, verifyAccessToken } from './access-tokens.ts'
import { DUMMY_HASH, verifyPassword } from './argon2.ts'
import { attempt, type Credentials, guess, type Party, wrong } from './attempts.ts'
import { seemToAskDirectory, verifyInDirectory } from './directory.ts'
import { redeemJobSecret } from './job-secrets.ts'
import { isActive, robotFacts, toRobotActor } from './known-robots.ts'
import { forgetUser, rememberUser, toActor, userFacts } from './known-users.ts'
import { networkOf } from './network.ts'
import type { RobotFacts } from './robot-store.ts'
import { robotNameIn, verifyRobot } from './robots.ts'
import { type Credential, readCredential, type UserFacts } from './store.ts'
import { isPossibleKey, usernameKey } from './username.ts'
import { witnessRefusal, witnessSuccess } from './witness.ts'

/** Said only to who has the password. */
const needsToken = () =>
  new DomainError(
    'UNAUTHORIZED',
    'this account has a second factor: use a personal access token in the place of the password',
  )

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
  const network = networkOf(credentials.address)
  const ofJob = { kind: 'robot', credential: 'job-secret', network } as const
  const redeemed = redeemJobSecret(core, name, credentials.password)
  const job = await witnessRefusal(core, credentials, ofJob, redeemed)
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
    verify: (secret, party) => verifyRobot(core, name, secret, party.name),
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
  given: Credentials,
  { cliSecrets }: { cliSecrets: boolean },
): Promise<UserFacts> {
  // No name has blanks around it, and directories leave them out: with them it is another spelling, and no other guess.
  const credentials = { ...given, username: given.username.trim() }
  const key = usernameKey(credentials.username)
  if (!isPossibleKey(key)) throw wrong()
  const anew = credentials.anew || !cliSecrets
  return attempt<UserFacts>(core, credentials, {
    key,
    // What tools may use must not be remembered for the console.
    ...(!cliSecrets && { memoryKey: `\0console\0${key}`, browser: true }),
    kind: 'user',
    credential: 'password',
    async recall(id) {
      // A session is opened with what holds now: elsewhere a second factor may have been set up a moment ago.
      if (!cliSecrets) forgetUser(core, id)
      const facts = await userFacts(core, id)
      // What the directory says of a person counts from the next sign-in on, not from the next minute.
      if (!facts || facts.disabled || !facts.proven || (anew && facts.authSource === 'ldap')) return undefined
      return facts
    },
    verify: (password, party) => verify(core, credentials.username, password, party, cliSecrets),
  })
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

/**
 * By the local password, or for those without one by the directory. Who is wrong has waited for both, so that time tells
 * nothing about who exists and where.
 */
async function verify(
  core: Core,
  username: string,
  password: string,
  party: Party,
  cliSecrets: boolean,
): Promise<UserFacts | undefined> {
  const credential = await readCredential(core, usernameKey(username))
  // A password for an account here is nothing for the directory to see, and its name none that the directory may claim.
  if (credential && credential.facts.authSource !== 'ldap') {
    const facts = await compare(core, credential, password, party.name, cliSecrets)
    if (!facts) await seemToAskDirectory(core, username)
    return facts
  }
  return (
    (await verifyInDirectory(core, username, password, party)) ??
    compare(core, credential, password, party.name)
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
