import type { Actor, Core } from '@berth/core'
import { type AuditEvent, recordAttempt } from '@berth/core/audit'
import { projectFacts } from '@berth/core/authorization'
import { parseScopes, projectOf } from '@berth/core/tokens'

/**
 * Writes down that somebody known asked for a repository in which they may do nothing of what they asked. The token is given all
 * the same, without it, so that the client may come no further; when it does, the door of /v2 counts it to this line.
 * Never throws, and comes after the answer.
 */
export async function noteRefusedScopes(
  core: Core,
  actor: Actor,
  asked: readonly string[],
  granted: readonly string[],
): Promise<void> {
  if (actor.kind !== 'user' && actor.kind !== 'robot') return
  const given = new Set(granted.map((scope) => scope.slice(0, scope.lastIndexOf(':'))))
  for (const { type, name, actions } of parseScopes(asked)) {
    if (type !== 'repository' || actions.length === 0 || given.has(`${type}:${name}`)) continue
    const event: AuditEvent = {
      resourceType: 'artifact',
      action: actions.includes('push') ? 'create' : actions.includes('delete') ? 'delete' : 'pull',
    }
    const project = await projectFacts(core, { name: projectOf(name) ?? '' }).catch(() => undefined)
    await recordAttempt(core, {
      ...event,
      actor,
      result: 'refused',
      resource: name,
      projectId: project?.id ?? null,
      detail: { scope: actions.join(',') },
    })
  }
}
