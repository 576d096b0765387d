import { parseDigest } from '@berth/registry-client'
import { type AuditLine, recordPast } from '../../../audit/index.ts'
import type { Core } from '../../../context/index.ts'
import { registryClient } from '../../../registry/index.ts'
import { repositoryNamed } from '../../name.ts'
import { changingRepository } from '../../store.ts'
import { type BlobRemoval, endRemoval, readRemovals } from './store.ts'

// Longer than whoever began one waits for the registry and the database together.
const LEFT_BEHIND_MS = 120_000
const AT_ONCE = 100

/** The line of a removal: in the name of who asked for it, from where and when it was asked. */
export const writeRemoval =
  (
    core: Core,
    { actor, repository, digest, projectId, origin, at }: BlobRemoval,
    how: Partial<AuditLine> = {},
  ) =>
  (tx: Parameters<typeof recordPast>[1]): Promise<void> => {
    const resource = `${repository}@${digest}`
    const line = { resourceType: 'blob', action: 'delete', actor, resource, projectId, ...how } as AuditLine
    return recordPast(core, tx, [{ line, origin, at }])
  }

/**
 * Writes the lines of removals whose process ended between the registry and the line. What the registry still holds was
 * not removed, or sent again since: that line says that it failed. Of what the registry tells nothing stays for the
 * next time, with the last of its errors.
 */
export async function settleBlobRemovals(
  core: Core,
  signal?: AbortSignal,
): Promise<{ settled: number; unclear: number; problem?: unknown }> {
  const settling: Awaited<ReturnType<typeof settleBlobRemovals>> = { settled: 0, unclear: 0 }
  for (const removal of await readRemovals(core, new Date(core.now() - LEFT_BEHIND_MS), AT_ONCE)) {
    if (signal?.aborted) break
    const repository = repositoryNamed(removal.repository)
    const settle = async () => {
      const digest = parseDigest(removal.digest)
      const held = await registryClient(core).headBlob(repository, digest, signal && { signal })
      return endRemoval(core, removal.id, writeRemoval(core, removal, held && { result: 'failed' }))
    }
    try {
      if (await changingRepository(core, repository, settle, { adds: false })) settling.settled++
    } catch (error) {
      settling.unclear++
      settling.problem = error
    }
  }
  return settling
}
