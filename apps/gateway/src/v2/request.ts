import { guardUpload } from '@berth/core/artifacts'
import { isPrivileged, projectFacts } from '@berth/core/authorization'
import { allowedOn, type RepositoryAction } from '@berth/core/tokens'
import type { RepositoryName } from '@berth/registry-client'
import type { Gateway } from '../gateway.ts'
import { OciError } from '../oci-error.ts'
import type { Exchange } from '../request.ts'
import { challenge, type Identity } from './identity.ts'
import type { V2Path } from './path.ts'

/** A request to /v2 whose path is known and whose sender is known. */
export interface V2Request<P extends V2Path = V2Path> {
  gateway: Gateway
  exchange: Exchange
  path: P
  query: URLSearchParams
  identity: Identity
  /** What the route needs of a token, in the words of the docker token protocol. */
  scope: string
}

/** Refuses by throwing. Guards run in the order of the table, before the handler. */
export interface Guard {
  /** The repository actions it asks for; they make up the scope of the challenge. */
  actions: readonly RepositoryAction[]
  check(request: V2Request): Promise<void>
}

export const denied = ({ gateway, identity, scope }: V2Request): OciError =>
  // 401 also for those we know, as the protocol has it: the client may come back with a token for this scope.
  identity.actor.kind === 'anonymous'
    ? challenge(gateway, 'UNAUTHORIZED', 'authentication required', scope, 'insufficient_scope')
    : challenge(gateway, 'DENIED', 'requested access to the resource is denied', scope, 'insufficient_scope')

/** The rights in the repository, held by the token and by the person now. */
export const may = (...actions: RepositoryAction[]): Guard => ({
  actions,
  async check(request) {
    const { name } = request.path as { name: RepositoryName }
    for (const action of actions)
      if (!(await request.identity.allows(name, action))) {
        await requireProject(request, name)
        await refuseWithheld(request, name, action)
        throw denied(request)
      }
  },
})

/**
 * Tokens lack what a read-only project takes from everybody. Told 401, a client would come back with the same token;
 * whoever has the right is told the reason instead.
 */
async function refuseWithheld(
  { gateway: { core }, identity: { actor } }: V2Request,
  name: RepositoryName,
  action: RepositoryAction,
): Promise<void> {
  if (action !== 'pull' && (await allowedOn(core, actor, name, [action])).length > 0)
    await guardUpload(core, name)
}

/** Only an administrator is told that a project does not exist; to others it looks like one they may not see. */
async function requireProject({ gateway, identity }: V2Request, name: RepositoryName): Promise<void> {
  if (!isPrivileged(identity.actor)) return
  const project = name.slice(0, name.indexOf('/'))
  if (!(await projectFacts(gateway.core, { name: project })))
    throw new OciError(404, 'NAME_UNKNOWN', `there is no project named ${project}`)
}

/** Nothing forbids new bytes in the repository. Manifests are asked about when they have been read. */
export const takesUploads: Guard = {
  actions: [],
  check: ({ gateway, path }) => guardUpload(gateway.core, (path as { name: RepositoryName }).name),
}

/** A signed-in person whose token reaches the catalog; anonymous never (CVE-2020-29662). */
export const mayListCatalog: Guard = {
  actions: [],
  async check(request) {
    if (!request.identity.mayListCatalog) throw denied(request)
  },
}

export const scopeOf = (path: V2Path, guards: readonly Guard[]): string => {
  if (path.path === '/v2/_catalog') return 'registry:catalog:*'
  if (!('name' in path)) return ''
  return `repository:${path.name}:${guards.flatMap(({ actions }) => actions).join(',')}`
}
