import { forgetAccessTokens, hashAccessToken, makeAccessTokenSecret } from '../authentication/index.ts'
import {
  type Action,
  type Actor,
  authorizeInPerson,
  authorizeSelf,
  isPrivileged,
  may,
  projectFacts,
  refusal,
} from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, conflict, DomainError, notFound } from '../errors/index.ts'
import {
  type AccessToken,
  DAY_MS,
  DEFAULT_DAYS,
  FOR_EVER,
  MAX_PROJECTS,
  MAX_TOKENS,
  type NewAccessToken,
  parseDuration,
  parseName,
  parseScopes,
} from './model.ts'
import { insertAccessToken, readAccessTokens, removeAccessToken } from './store.ts'

/** One's own; anybody's for administrators. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export async function listAccessTokens(core: Core, actor: Actor, userId: number): Promise<AccessToken[]> {
  authorizeSelfOrAdministrator(actor, userId, 'list')
  return readAccessTokens(core, userId)
}

/**
 * A token for the actor, with its secret, which nothing gives a second time. It never may more than the person: what it
 * is for narrows what the person may at the moment of use.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN (also for a token that asks for a token), BAD_REQUEST, CONFLICT,
 * NOT_FOUND for a project that the actor may not see
 */
export async function createAccessToken(
  core: Core,
  actor: Actor,
  input: NewAccessToken,
): Promise<{ token: AccessToken; secret: string }> {
  authorizeInPerson(actor)
  if (actor.kind !== 'user') throw refusal(actor)
  const name = parseName(input.name)
  const scopes = parseScopes(input.scopes)
  const days = parseDuration(input.durationDays ?? DEFAULT_DAYS)
  const projects = input.projects && (await findProjects(core, actor, input.projects))
  const createdAt = new Date(core.now())
  const expiresAt = days === FOR_EVER ? null : new Date(createdAt.getTime() + days * DAY_MS)
  const secret = makeAccessTokenSecret()
  const row = {
    userId: actor.id,
    name,
    secretHash: hashAccessToken(core, secret),
    scopes,
    projectIds: projects ? [...projects.keys()] : ('all' as const),
    expiresAt,
    createdAt,
  }
  const names = projects ? [...projects.values()].sort() : ('all' as const)
  const id = await insertAccessToken(core, row, {
    ...ofToken,
    action: 'create',
    actor,
    resource: name,
    detail: { scopes, projects: names, expires: expiresAt?.toISOString() ?? 'never' },
  })
  if (id === 'taken') throw conflict('you have a token with this name already')
  if (id === 'full')
    throw new DomainError('PRECONDITION', `a person has at most ${MAX_TOKENS} tokens; revoke one first`)
  if (id === 'missing') throw notFound('project')
  return { token: { id, name, scopes, projects: names, expiresAt, lastUsedAt: null, createdAt }, secret }
}

/** Revoked, it ends on every node within three seconds. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function revokeAccessToken(core: Core, actor: Actor, userId: number, id: number): Promise<void> {
  // A token can always be given back with itself.
  const itself = actor.kind === 'user' && actor.id === userId && actor.accessToken?.id === id
  if (!itself) authorizeSelfOrAdministrator(actor, userId, 'delete')
  const removed = await removeAccessToken(core, userId, id, (name, owner) => ({
    ...ofToken,
    action: 'delete',
    actor,
    resource: name,
    detail: { owner },
  }))
  forgetAccessTokens(core)
  if (!removed) throw notFound('token')
}

/** By id; a project that the person may not see looks like one that is not there. */
async function findProjects(
  core: Core,
  actor: Actor,
  names: readonly string[],
): Promise<Map<number, string>> {
  if (names.length === 0 || names.length > MAX_PROJECTS)
    throw badRequest(`a token is for all projects or for 1 to ${MAX_PROJECTS} of them`)
  const found = new Map<number, string>()
  for (const name of names) {
    const project = await projectFacts(core, { name })
    if (!project || !(await may(core, actor, 'read', 'project', project)))
      throw new DomainError('NOT_FOUND', `project ${JSON.stringify(name)} not found`)
    found.set(project.id, project.name)
  }
  return found
}

const ofToken = { resourceType: 'access_token' } as const

/** Not for robots. */
function authorizeSelfOrAdministrator(actor: Actor, userId: number, action: Action): void {
  if (authorizeSelf(actor, userId, action) || isPrivileged(actor)) return
  throw refusal(actor)
}
