import type { CallInput } from '@berth/contract'
import { asPart } from '@/data/as-part.ts'
import { readListState } from '@/data/list-state.ts'

export const walkPageSize = 15
export const findingPageSize = 25
export const proposalPageSize = 50

type Params = { get(name: string): string | null }
/** A walk of one of these pages: plans and adoptions belong together. */
export type WalkArea = 'adopt' | 'reconcile'

export const findingKinds = [
  'tag_missing',
  'tag_moved',
  'tag_gone',
  'artifact_missing',
  'artifact_gone',
  'child_gone',
  'repository_gone',
  'no_project',
  'unassigned',
  'invalid_name',
  'name_conflict',
  'not_a_manifest',
  'incomplete',
  'failed',
] as const
export type FindingKind = (typeof findingKinds)[number]

export function walksInput(area: WalkArea, params: Params): CallInput<'listRegistryWalks'> {
  const kind = area === 'adopt' ? 'kind={plan adopt}' : 'kind=reconcile'
  return { query: { q: kind, page: readListState(params, []).page, page_size: walkPageSize } }
}

export const walkInput = (id: number): CallInput<'getRegistryWalk'> => ({ path: { walk_id: id } })

/** Findings by what is in the URL: `kind`, `state` (open or mended), `q` in the repository's name, `page`. */
export function findingsInput(id: number, params: Params): CallInput<'listRegistryFindings'> {
  const { q, page } = readListState(params, [])
  const kind = findingKinds.find((one) => one === params.get('kind'))
  const state = params.get('state')
  const filters = [
    kind && `kind=${kind}`,
    state === 'mended' && 'mended=true',
    state === 'open' && 'mended=false',
    q && `repository=~${asPart(q)}`,
  ].filter(Boolean)
  return {
    path: { walk_id: id },
    query: { page, page_size: findingPageSize, ...(filters.length > 0 && { q: filters.join(',') }) },
  }
}

/** Proposals have their own page number, since they stand beside the findings. */
export function proposalsInput(id: number, params: Params): CallInput<'listRegistryProposals'> {
  const page = Number(params.get('projects') ?? 1)
  return {
    path: { walk_id: id },
    query: { page: Number.isSafeInteger(page) && page > 0 ? page : 1, page_size: proposalPageSize },
  }
}
