import type { RepositoryName } from '@berth/registry-client'
import { projectFacts } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { permits } from './claims.ts'
import { allowedOn } from './issue.ts'
import { projectOf, type RepositoryAction } from './scopes.ts'
import type { VerifiedToken } from './verify.ts'

/** Clocks of the database and of the node that issued the token may differ by this much, as Harbor allows. */
const LEEWAY_MS = 60_000

/**
 * True when the token permits the action and its bearer may do it now. A token from before the project was made was
 * meant for an earlier project of the same name.
 */
export async function tokenAllows(
  core: Core,
  token: VerifiedToken,
  repository: RepositoryName,
  action: RepositoryAction,
): Promise<boolean> {
  if (!permits(token.access, 'repository', repository, action)) return false
  const name = projectOf(repository)
  const project = name === undefined ? undefined : await projectFacts(core, { name })
  if (!project || token.issuedAtMs + LEEWAY_MS < project.createdAt.getTime()) return false
  return (await allowedOn(core, token.actor, repository, [action])).length > 0
}
