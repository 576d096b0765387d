import { type AuditEvent, recordAttempt } from '@berth/core/audit'
import { projectFacts } from '@berth/core/authorization'
import { allowedOn } from '@berth/core/tokens'
import { isDigest } from '@berth/registry-client'
import { toOciError } from '../oci-error.ts'
import { ClientGoneError, SlowClientError } from '../proxy/forward.ts'
import type { Guard, V2Request } from './request.ts'

/**
 * Writes down that somebody known was kept from a change or a pull, or that a change failed for them. What looks missing, what was
 * asked for wrongly, and a token that is narrower than its bearer's rights leave nothing: clients meet those every day.
 */
export async function noteAttempt(
  request: V2Request,
  guards: readonly Guard[],
  error: unknown,
): Promise<void> {
  // Most refusals are those of clients that ask before they sign in.
  if (request.identity.actor.kind === 'anonymous') return
  if (error instanceof ClientGoneError || error instanceof SlowClientError) return
  // While the database is away there is no line; the answer goes out all the same.
  await note(request, guards, error).catch(() => {})
}

async function note(request: V2Request, guards: readonly Guard[], error: unknown): Promise<void> {
  if (!('name' in request.path)) return
  const status = toOciError(error)?.status ?? 500
  const refused = status === 403 || status === 412 || (status === 401 && (await lacksRight(request, guards)))
  if (!refused && (status < 500 || reads(request))) return
  const { core } = request.gateway
  const { name } = request.path
  const project = await projectFacts(core, { name: name.slice(0, name.indexOf('/')) })
  await recordAttempt(core, {
    ...eventOf(request),
    actor: request.identity.actor,
    result: refused ? 'refused' : 'failed',
    projectId: project?.id ?? null,
  })
}

/** True when it is the bearer who lacks the right, not only the token. */
async function lacksRight(
  { gateway, identity, path }: V2Request,
  guards: readonly Guard[],
): Promise<boolean> {
  if (!('name' in path)) return false
  const actions = guards.flatMap((guard) => guard.actions)
  const allowed = await allowedOn(gateway.core, identity.actor, path.name, actions)
  return actions.some((action) => !allowed.includes(action))
}

const reads = ({ exchange }: V2Request): boolean => ['GET', 'HEAD'].includes(exchange.req.method ?? 'GET')

function eventOf(request: V2Request): AuditEvent & { resource: string } {
  const { path, exchange } = request
  // By the repository alone: a pull asks for many parts of one.
  if (reads(request))
    return { resourceType: 'artifact', action: 'pull', resource: 'name' in path ? path.name : '' }
  const deletes = exchange.req.method === 'DELETE'
  if (path.path === '/v2/<name>/manifests/<reference>') {
    const { name, reference } = path
    if (!isDigest(reference))
      return deletes
        ? { resourceType: 'tag', action: 'delete', resource: `${name}:${reference}` }
        : { resourceType: 'artifact', action: 'create', resource: `${name}:${reference}` }
    return {
      resourceType: 'artifact',
      action: deletes ? 'delete' : 'create',
      resource: `${name}@${reference}`,
    }
  }
  if (path.path === '/v2/<name>/blobs/<digest>')
    return { resourceType: 'blob', action: 'delete', resource: `${path.name}@${path.digest}` }
  // Uploads are a part of a push that has no reference yet.
  return { resourceType: 'artifact', action: 'create', resource: 'name' in path ? path.name : '' }
}
