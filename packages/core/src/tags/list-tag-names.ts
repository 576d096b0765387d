import type { Core } from '../context/index.ts'
import { readTagNames } from './store.ts'

export interface NamePage {
  names: string[]
  /** True when names follow after the last of these. */
  more: boolean
}

/** Tags of a repository for `/v2/<name>/tags/list`; empty for a repository that does not exist. Asks for no right. */
export async function listTagNames(
  core: Core,
  repository: string,
  { n, last }: { n: number; last?: string | undefined },
): Promise<NamePage> {
  if (n < 1) return { names: [], more: false }
  const names = await readTagNames(core, repository, n + 1, last)
  return { names: names.slice(0, n), more: names.length > n }
}
