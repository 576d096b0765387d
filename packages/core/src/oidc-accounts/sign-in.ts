import { forgetUser, userFacts } from '../authentication/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { sameSecret } from '../secrets/index.ts'
import { type OpenedSession, openSession } from '../sessions/index.ts'
import { parseNewUsername } from '../users/index.ts'
import {
  isNewcomerSecret,
  NEWCOMER_LIFETIME_MS,
  newcomerId,
  newcomerSecret,
  type Person,
  SignInRefused,
} from './model.ts'
import {
  describeProvider,
  exchangeCode,
  type OidcSettings,
  oidcSettings,
  toIdentity,
} from './provider/index.ts'
import { insertOidcSession } from './session-store.ts'
import {
  findAccount,
  insertNewcomer,
  insertPerson,
  readNewcomer,
  removeNewcomer,
  updatePerson,
  usernameExists,
} from './store.ts'
import { witnessed } from './witness.ts'

/** The browser that signs in. */
export interface Browser {
  address: string
  userAgent: string
}

/** Harbor's path: whoever moves from there changes nothing at the provider. */
export const redirectUri = (core: Core): string => `${core.settings.externalUrl}/c/oidc/callback`

/** Where a sign-in begins. State, nonce and PKCE are for the caller to add. */
export interface WayToProvider {
  issuer: string
  authorizationEndpoint: string
  clientId: string
  parameters: Record<string, string>
}

/** @throws SignInRefused not-offered; ProviderError */
export async function wayToProvider(core: Core): Promise<WayToProvider> {
  const settings = await offered(core)
  const { issuer, authorizationEndpoint } = await describeProvider(core, settings)
  return {
    issuer,
    authorizationEndpoint,
    clientId: settings.clientId,
    parameters: {
      ...settings.extraParameters,
      scope: settings.scopes.join(' '),
      response_type: 'code',
      redirect_uri: redirectUri(core),
    },
  }
}

async function offered(core: Core): Promise<OidcSettings> {
  const settings = await oidcSettings(core)
  if (!settings) throw new SignInRefused('not-offered')
  return settings
}

/** What came back from the provider, and what this browser was given when it began. */
export interface Return {
  code: string | undefined
  state: string | undefined
  /** RFC 9207. */
  issuer: string | undefined
  began: { state: string; nonce: string; codeVerifier: string }
}

/** @throws SignInRefused, ProviderError */
export const personFrom = (core: Core, back: Return): Promise<Person> =>
  witnessed(core, undefined, () => takePerson(core, back))

async function takePerson(core: Core, back: Return): Promise<Person> {
  const settings = await offered(core)
  const { code, state, began } = back
  if (!code || !state || !sameSecret(state, began.state)) throw new SignInRefused('not-begun-here')
  const { issuer, namesIssuer } = await describeProvider(core, settings)
  // Another provider's answer is not taken to this one (mix-up).
  if (back.issuer === undefined ? namesIssuer : back.issuer !== issuer)
    throw new SignInRefused('not-begun-here')
  const { nonce, codeVerifier } = began
  const statement = await exchangeCode(core, settings, {
    code,
    nonce,
    codeVerifier,
    redirectUri: redirectUri(core),
  })
  return {
    ...toIdentity(settings, statement.claims),
    issuer: statement.issuer,
    subject: statement.subject,
    refreshToken: statement.refreshToken,
    idToken: statement.idToken,
  }
}

export type SignedIn = { kind: 'signed-in'; session: OpenedSession }
/** `secret`: for a cookie of this browser, with which it comes back with a name. */
export type NameWanted = { kind: 'name-wanted'; secret: string }

/**
 * Lets somebody from the provider in. Known is who has the issuer and subject of an account: a name or an address that
 * is the same proves nothing. Others get an account when new people come from here: at once with the name that the
 * provider gives, where that is set and the name is free, else after choosing one.
 *
 * @throws SignInRefused
 */
export const signInPerson = (core: Core, person: Person, browser: Browser): Promise<SignedIn | NameWanted> =>
  witnessed(core, person, () => letIn(core, person, browser))

async function letIn(core: Core, person: Person, browser: Browser): Promise<SignedIn | NameWanted> {
  const account = await findAccount(core, person)
  if (account) {
    if (account.disabled) throw new SignInRefused('disabled')
    await updatePerson(core, account, person)
    return enter(core, account.userId, person, browser)
  }
  const { autoOnboard, takesNewPeople } = await offered(core)
  if (!takesNewPeople) throw new SignInRefused('no-new-people')
  if (autoOnboard) {
    const userId = await onboard(core, person, person.suggestedName).catch(nameProblem)
    if (userId !== undefined) return enter(core, userId, person, browser)
  }
  const secret = newcomerSecret()
  await insertNewcomer(core, newcomerId(secret), person, new Date(core.now() + NEWCOMER_LIFETIME_MS))
  return { kind: 'name-wanted', secret }
}

/** Without a usable name of their own, people are asked for one. */
function nameProblem(error: unknown): undefined {
  if (error instanceof SignInRefused && /^name-/.test(error.reason)) return undefined
  throw error
}

/** The name that the provider gives, for somebody who has to choose; undefined when it is too late for that. */
export async function newcomerName(core: Core, secret: string): Promise<string | undefined> {
  if (!isNewcomerSecret(secret)) return undefined
  return (await readNewcomer(core, newcomerId(secret)))?.suggestedName
}

/** @throws SignInRefused name-taken and name-invalid, after which another name may be tried */
export async function signInNewcomer(
  core: Core,
  { secret, username, browser }: { secret: string; username: string; browser: Browser },
): Promise<SignedIn> {
  const id = newcomerId(secret)
  const person = isNewcomerSecret(secret) ? await readNewcomer(core, id) : undefined
  return witnessed(core, person, async () => {
    if (!person) throw new SignInRefused('too-late')
    return welcome(core, { id, person, username, browser })
  })
}

async function welcome(
  core: Core,
  { id, person, username, browser }: { id: string; person: Person; username: string; browser: Browser },
): Promise<SignedIn> {
  const { takesNewPeople } = await offered(core)
  if (!takesNewPeople) throw new SignInRefused('no-new-people')
  const userId = await onboard(core, person, username)
  // Who comes second with the same cookie has been let in by the first.
  if (!(await removeNewcomer(core, id))) throw new SignInRefused('too-late')
  return enter(core, userId, person, browser)
}

const ROUNDS = 4

async function onboard(core: Core, person: Person, wanted: string): Promise<number> {
  let username: string
  try {
    username = await parseNewUsername(core, wanted)
  } catch (error) {
    if (error instanceof DomainError && error.code === 'BAD_REQUEST') throw new SignInRefused('name-invalid')
    throw error
  }
  for (let round = 0; round < ROUNDS; round++) {
    // The same person in another window, a moment ago.
    const known = await findAccount(core, person)
    if (known?.disabled) throw new SignInRefused('disabled')
    if (known) return known.userId
    if (await usernameExists(core, username)) throw new SignInRefused('name-taken')
    const id = await insertPerson(core, person, username)
    if (id !== 'taken') return id
  }
  throw new DomainError('UNAVAILABLE', 'many people sign in at this moment; try again')
}

async function enter(core: Core, userId: number, person: Person, browser: Browser): Promise<SignedIn> {
  forgetUser(core, userId)
  const facts = await userFacts(core, userId)
  if (!facts || facts.disabled) throw new SignInRefused('disabled')
  const session = await openSession(core, facts, { ...browser, credential: 'oidc' })
  if (person.idToken !== undefined) await insertOidcSession(core, session.session.id, person.idToken)
  return { kind: 'signed-in', session }
}
