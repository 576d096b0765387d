import { type Actor, authorizeSystem, isPrivileged } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { wholeStorageBytes } from './storage/history.ts'
import { countVisible } from './store.ts'

export interface Statistics {
  publicProjects: number
  publicRepositories: number
  privateProjects: number
  privateRepositories: number
  /** Undefined for those who are no administrators. */
  storageBytes?: number
}

/** Counts of what the actor may see; the storage used for administrators, at most a minute old. @throws DomainError UNAUTHORIZED */
export async function getStatistics(core: Core, actor: Actor): Promise<Statistics> {
  authorizeSystem(actor, 'read', 'statistics')
  const [counts, storageBytes] = await Promise.all([
    countVisible(core, actor),
    isPrivileged(actor) ? wholeStorageBytes(core) : undefined,
  ])
  const of = (isPublic: boolean) => counts.find((row) => row.public === isPublic)
  return {
    publicProjects: of(true)?.projects ?? 0,
    publicRepositories: of(true)?.repositories ?? 0,
    privateProjects: of(false)?.projects ?? 0,
    privateRepositories: of(false)?.repositories ?? 0,
    ...(storageBytes === undefined ? {} : { storageBytes }),
  }
}
