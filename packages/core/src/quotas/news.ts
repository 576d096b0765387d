import type { Core } from '../context/index.ts'
import type { DomainError } from '../errors/index.ts'
import { raise } from '../events/index.ts'
import type { ProjectUsage } from './store.ts'

const TELL_EVERY_MS = 3_600_000

/**
 * Tells, as an event, that a project is nearly full or that something had no room in it: at most once an hour on a node.
 * False when it was told already.
 */
export async function tellQuota(
  core: Core,
  type: 'quota.warned' | 'quota.exceeded',
  project: string,
  { projectId, usedBytes, limitBytes }: ProjectUsage,
  details: string,
): Promise<boolean> {
  const told = core.cache<true>(`quotas.told.${type}`, TELL_EVERY_MS, 10_000)
  if (told.peek(project)) return false
  told.set(project, true)
  try {
    await core.db.transaction((tx) =>
      raise(tx, {
        at: new Date(core.now()),
        type,
        projectId,
        subject: project,
        actorKind: 'system',
        actorId: null,
        actorName: 'system',
        requestId: '',
        payload: { project, usedBytes, limitBytes, details },
      }),
    )
  } catch (error) {
    told.delete(project)
    throw error
  }
  return true
}

/** The refusal, told to those who follow it; that it cannot be told changes nothing about it. */
export async function refusedForRoom(
  core: Core,
  project: string,
  usage: ProjectUsage,
  refusal: DomainError,
): Promise<DomainError> {
  await tellQuota(core, 'quota.exceeded', project, usage, refusal.message).catch(() => {})
  return refusal
}
