import { record } from '../audit/index.ts'
import { forgetUser, hashPassword, makeRobotSecret, userFacts } from '../authentication/index.ts'
import { type Actor, authorizeSystem, isPrivileged, refusal } from '../authorization/index.ts'
import { parseEndpoint, readSettings } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, DomainError, notFound } from '../errors/index.ts'
import { isStrongPassword, PASSWORD_RULE } from '../passwords/index.ts'
import type { OidcAccount } from './model.ts'
import { oidcSettings, ProviderError, readDescription } from './provider/index.ts'
import { readAccountOf, readSource, writeCliSecret } from './store.ts'

/** What visitors may know: whether there is single sign-on, and under which name. */
export async function offeredProvider(core: Core): Promise<{ name: string } | undefined> {
  const settings = await oidcSettings(core)
  return settings && { name: settings.name }
}

/**
 * Whether there is a provider to sign in with at an address; with the authorities that are set.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN; BAD_REQUEST with what is wrong
 */
export async function pingProvider(
  core: Core,
  actor: Actor,
  { url, verifyCert }: { url: string; verifyCert: boolean },
): Promise<void> {
  authorizeSystem(actor, 'update', 'configuration')
  const endpoint = parseEndpoint(url)
  if (!endpoint) throw badRequest('give the address of the provider, beginning with https:// or http://')
  const { oidc_ca: ca } = await readSettings(core, ['oidc_ca'])
  let failure: string | undefined
  try {
    await readDescription({ endpoint, verifyCert, ca })
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    failure = error.message
  }
  const detail = { success: failure === undefined, message: failure ?? '', endpoint, verify_cert: verifyCert }
  await record(core, undefined, {
    resourceType: 'configuration',
    action: 'test',
    actor,
    resource: 'oidc',
    detail,
  })
  if (failure !== undefined) throw badRequest(failure)
}

/** The person's account with the provider; undefined for others. Whoever asks has been let to the person before. */
export const oidcAccountOf = (core: Core, userId: number): Promise<OidcAccount | undefined> =>
  readAccountOf(core, userId)

/**
 * Sets the secret that docker and other tools sign in with: one's own, or anybody's as an administrator.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, BAD_REQUEST; PRECONDITION for people of another source
 */
export async function setCliSecret(core: Core, actor: Actor, userId: number, secret: unknown): Promise<void> {
  authorizeSecret(actor, userId)
  await requireProviderPerson(core, userId)
  if (typeof secret !== 'string' || !isStrongPassword(secret))
    throw badRequest(`the secret must have ${PASSWORD_RULE}`)
  await write(core, actor, userId, secret)
}

/** Makes one's own anew. What it gives is shown once and kept nowhere. @throws as setCliSecret */
export async function createCliSecret(core: Core, actor: Actor): Promise<string> {
  if (actor.kind !== 'user') throw refusal(actor)
  authorizeSecret(actor, actor.id)
  await requireProviderPerson(core, actor.id)
  const secret = makeRobotSecret()
  await write(core, actor, actor.id, secret)
  return secret
}

async function write(core: Core, actor: Actor, userId: number, secret: string): Promise<void> {
  const resource = (await userFacts(core, userId))?.username ?? String(userId)
  const line = { resourceType: 'cli_secret', action: 'refresh', actor, resource } as const
  const sessionId = actor.kind === 'user' ? actor.sessionId : undefined
  if (!(await writeCliSecret(core, { userId, sessionId }, await hashPassword(secret), line)))
    throw notOfProvider()
  forgetUser(core, userId)
}

/** Who sets a secret can be that person: no robot may, and no secret of the kind that is typed into tools. */
function authorizeSecret(actor: Actor, userId: number): void {
  if (!isPrivileged(actor) && !(actor.kind === 'user' && actor.id === userId)) throw refusal(actor)
  if (actor.kind === 'user' && actor.via !== 'password' && actor.via !== 'session')
    throw new DomainError('FORBIDDEN', 'sign in to the console for this')
}

async function requireProviderPerson(core: Core, userId: number): Promise<void> {
  if (!(await oidcSettings(core)))
    throw new DomainError('PRECONDITION', 'there is no OpenID Connect provider here')
  const source = await readSource(core, userId)
  if (source === undefined) throw notFound('user')
  if (source !== 'oidc') throw notOfProvider()
}

const notOfProvider = () =>
  new DomainError('PRECONDITION', 'only people of the OpenID Connect provider have a CLI secret')
