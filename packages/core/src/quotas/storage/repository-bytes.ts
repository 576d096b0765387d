import type { Core } from '../../context/index.ts'
import { type HeldBytes, readHeldBytes, readStoredBytes, readUnstored, writeStoredBytes } from './store.ts'

/** A repository of so few artifacts is added up faster than anybody notices. */
const FEW = 1_000
const REMEMBER_MS = 60_000
const REMEMBER = 1_000
/** Repositories of one statement. */
const BATCH = 500

/**
 * Bytes of what the repository holds, each blob and manifest once: the stored number while nothing has come or gone
 * since; else it is added up, for repositories of more than 1,000 artifacts at most once a minute.
 */
export async function repositoryBytes(core: Core, repositoryId: number): Promise<number> {
  const stored = await readStoredBytes(core, repositoryId)
  if (!stored) return 0
  if (stored.bytes !== undefined) return stored.bytes
  const addUp = async () => (await readHeldBytes(core, [repositoryId]))[0]?.bytes ?? 0
  if (stored.artifacts <= FEW) return addUp()
  const known = core.cache<number>('repositories.storage', REMEMBER_MS, REMEMBER)
  return (await known.get(String(repositoryId), addUp))!
}

/** Adds up what these hold and stores it with them; a batch with one statement. A repository that is gone is left out. */
export async function storeRepositoryBytes(core: Core, ids: readonly number[]): Promise<HeldBytes[]> {
  const held: HeldBytes[] = []
  for (let start = 0; start < ids.length; start += BATCH)
    held.push(...(await readHeldBytes(core, ids.slice(start, start + BATCH))))
  await writeStoredBytes(core, held)
  return held
}

/** The same for repositories whose content has changed since, or that never were added up; `limit` at most. */
export async function storeChangedBytes(core: Core, limit: number): Promise<number> {
  return (await storeRepositoryBytes(core, await readUnstored(core, limit))).length
}
