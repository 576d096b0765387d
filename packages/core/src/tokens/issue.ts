import { randomUUID, sign } from 'node:crypto'
import type { RepositoryName } from '@berth/registry-client'
import { robotFacts, userFacts } from '../authentication/index.ts'
import {
  type Action,
  type Actor,
  isPrivileged,
  limitsHold,
  may,
  projectFacts,
  type RobotActor,
  robotHoldsInSystem,
  type UserActor,
} from '../authorization/index.ts'
import { currentSetting } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, DomainError } from '../errors/index.ts'
import { type AccessEntry, TOKEN_AUDIENCE, TOKEN_ISSUER, TOKEN_SERVICES, type TokenClaims } from './claims.ts'
import { joseSignature } from './der.ts'
import { keyring, type SigningKey } from './keyring.ts'
import { projectOf, type RepositoryAction, type Scope } from './scopes.ts'

export interface IssuedToken {
  token: string
  /** What it was given for, each in the form it is asked in: `repository:project/app:pull,push`. */
  scopes: string[]
  expiresInSeconds: number
  issuedAt: Date
}

/**
 * A token for what is both asked and allowed, which may be nothing.
 *
 * It carries the epoch that the actor was verified against: who takes long about asking gets nothing that outlives a change
 * made meanwhile.
 *
 * @throws DomainError BAD_REQUEST for a service that is not ours; UNAUTHORIZED for a person who is gone
 */
export async function issueToken(
  core: Core,
  actor: Actor,
  { service, scopes }: { service: string; scopes: readonly Scope[] },
): Promise<IssuedToken> {
  if (!TOKEN_SERVICES.includes(service)) throw badRequest('no such service')
  const identity = await identityOf(core, actor)
  const access: AccessEntry[] = []
  for (const scope of scopes) {
    const actions = await allowedActions(core, actor, scope)
    if (actions.length > 0) access.push({ type: scope.type, name: scope.name, actions })
  }
  const { current } = await keyring(core)
  const issuedAtMs = core.now()
  const lifetimeSeconds = lifetimeOf(actor, issuedAtMs, 60 * (await currentSetting(core, 'token_expiration')))
  return {
    token: signToken(current, issuedAtMs, lifetimeSeconds, { access, ...identity }),
    scopes: access.map(({ type, name, actions }) => `${type}:${name}:${actions.join(',')}`),
    expiresInSeconds: lifetimeSeconds,
    issuedAt: new Date(issuedAtMs),
  }
}

/** @throws DomainError UNAUTHORIZED for an account that is gone */
async function identityOf(core: Core, actor: Actor): Promise<{ sub: string } & Partial<TokenClaims>> {
  if (actor.kind === 'user') {
    const facts = await userFacts(core, actor.id)
    if (!facts || facts.disabled) throw inactive()
    const pat = actor.accessToken && { pat: actor.accessToken.id }
    return { sub: actor.username, uid: actor.id, cep: epochOf(actor), ...pat }
  }
  if (actor.kind === 'robot') {
    const facts = await robotFacts(core, actor.id)
    if (!facts || facts.disabled) throw inactive()
    return { sub: actor.name, rid: actor.id, cep: epochOf(actor) }
  }
  return { sub: '' }
}

/** @throws DomainError UNAUTHORIZED for an actor that nobody verified */
export function epochOf({ credentialEpoch }: UserActor | RobotActor): number {
  if (credentialEpoch === undefined) throw inactive()
  return credentialEpoch
}

const inactive = () => new DomainError('UNAUTHORIZED', 'the account is not active')

/** It ends with the robot or the personal token that it was had with, at a registry that clients reach directly, too. */
function lifetimeOf(actor: Actor, nowMs: number, longestSeconds: number): number {
  const ends =
    actor.kind === 'robot'
      ? actor.expiresAt
      : actor.kind === 'user'
        ? actor.accessToken?.expiresAt
        : undefined
  if (!ends) return longestSeconds
  const leftSeconds = Math.floor((ends.getTime() - nowMs) / 1000)
  return Math.max(0, Math.min(longestSeconds, leftSeconds))
}

async function allowedActions(core: Core, actor: Actor, scope: Scope): Promise<string[]> {
  if (scope.type === 'registry') {
    // `*` lets its bearer list everything at the registry itself; `list` is Berth's own word, which the registry
    // does not know: the catalog of what the bearer may see.
    if (isPrivileged(actor)) return ['*']
    return mayListCatalog(actor) ? ['list'] : []
  }
  return allowedOn(core, actor, scope.name, scope.actions)
}

/** People, and robots that may read the catalog; what it then lists is what they may see. */
export const mayListCatalog = (actor: Actor): boolean =>
  actor.kind === 'user'
    ? !actor.limits || limitsHold(actor.limits, 'api:read')
    : actor.kind === 'robot' && robotHoldsInSystem(actor, 'read', 'catalog')

/** The table's resource and action behind each of the registry's words. */
const needs = {
  pull: ['pull', 'repository'],
  push: ['push', 'repository'],
  delete: ['delete', 'artifact'],
} as const satisfies Record<RepositoryAction, readonly [Action, 'repository' | 'artifact']>

/** Those of `actions` that the actor may do in the repository now; nothing where there is no such project. */
export async function allowedOn(
  core: Core,
  actor: Actor,
  repository: RepositoryName,
  actions: readonly RepositoryAction[],
): Promise<RepositoryAction[]> {
  const name = projectOf(repository)
  const project = name === undefined ? undefined : await projectFacts(core, { name })
  if (!project) return []
  const path = repository.slice(project.name.length + 1)
  const allowed: RepositoryAction[] = []
  for (const action of actions) {
    const [verb, resource] = needs[action]
    if (await may(core, actor, verb, resource, project, path)) allowed.push(action)
  }
  return allowed
}

type Identity = Pick<TokenClaims, 'sub' | 'access'> & Partial<TokenClaims>

export function signToken(
  key: SigningKey,
  issuedAtMs: number,
  lifetimeSeconds: number,
  identity: Identity,
): string {
  const iat = Math.floor(issuedAtMs / 1000)
  const claims: TokenClaims = {
    iss: TOKEN_ISSUER,
    aud: TOKEN_AUDIENCE,
    exp: iat + lifetimeSeconds,
    nbf: iat,
    iat,
    jti: randomUUID(),
    ...identity,
  }
  const signed = key.header + Buffer.from(JSON.stringify(claims)).toString('base64url')
  // The bare key and our own conversion cost less than half of what `dsaEncoding: 'ieee-p1363'` does.
  return `${signed}.${joseSignature(sign('sha256', Buffer.from(signed), key.privateKey)).toString('base64url')}`
}
