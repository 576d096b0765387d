import type { Actor } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { type AuditEvent, type AuditLine, lengths } from './model.ts'
import { recordRepeated } from './repeated.ts'

/** A change that somebody asked for and did not get. */
export type Attempt = AuditEvent & {
  actor: Actor
  /** `refused`: it was not allowed. `failed`: it was, and went wrong. */
  result: 'refused' | 'failed'
  resource: string
  /** Whose admins see it; absent for what belongs to no project. */
  projectId?: number | null
  detail?: Record<string, unknown>
}

/**
 * Writes down that somebody known was refused, or that something failed for them; again within a minute is one line
 * more. Strangers change nothing and leave none. Never throws, and never keeps a refusal from being answered.
 */
export async function recordAttempt(core: Core, attempt: Attempt): Promise<void> {
  const { actor } = attempt
  if (actor.kind !== 'user' && actor.kind !== 'robot') return
  const resource = attempt.resource.slice(0, lengths.resource)
  await recordRepeated(core, { ...attempt, resource } as AuditLine, {
    subject: `${attempt.result} ${resource}`,
    network: `${actor.kind} ${actor.id}`,
    // Of several projects, which none of them may learn from the others' names.
    several: { resource: '*', projectId: null, detail: { resources: 'several' } },
  })
}
