import type { Actor } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { readCatalog } from './store.ts'

/** Repositories for `/v2/_catalog`: full names in their order, only of projects that the actor may see. */
export async function listCatalog(
  core: Core,
  actor: Actor,
  { n, last }: { n: number; last?: string | undefined },
): Promise<{ names: string[]; more: boolean }> {
  if (n < 1) return { names: [], more: false }
  const names = await readCatalog(core, actor, n + 1, last)
  return { names: names.slice(0, n), more: names.length > n }
}
