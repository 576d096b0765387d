import type { CallInput, Schemas } from '@berth/contract'
import type { IconName } from '@berth/ui'
import { shortenDigest } from '@berth/ui/format'
import { artifactPath, repositoryPath, shortName } from '../repositories/paths.ts'

export type SearchKind = Schemas['SearchGroup']['kind']
export type SearchHit = Schemas['SearchHit']

export const searchKinds = [
  'project',
  'repository',
  'tag',
  'digest',
  'label',
  'annotation',
] as const satisfies SearchKind[]
export const kindIcons: Record<SearchKind, IconName> = {
  project: 'projects',
  repository: 'repository',
  tag: 'tag',
  digest: 'layers',
  label: 'tag',
  annotation: 'info',
}

const hitsPerKind = 8
const hitsPerPage = 25

/** The API call behind the search page; null while there is nothing to look for. */
export function searchInput(params: {
  get(name: string): string | null
}): CallInput<'searchEverything'> | null {
  const q = (params.get('q') ?? '').trim().slice(0, 255)
  if (!q) return null
  const kind = searchKinds.find((one) => one === params.get('kind'))
  if (!kind) return { query: { q, page_size: hitsPerKind } }
  const cursor = params.get('cursor')
  return { query: { q, kind, page_size: hitsPerPage, ...(cursor && { cursor }) } }
}

/** Where a hit leads: a tag to the artifact by that tag, anything else in a repository to the artifact by digest. */
export function hitPath(hit: SearchHit): string {
  if (!hit.repository_name) return `/projects/${encodeURIComponent(hit.project_name)}`
  const repository = shortName(hit.repository_name)
  const reference = hit.tag ?? hit.digest
  return reference
    ? artifactPath(hit.project_name, repository, reference)
    : repositoryPath(hit.project_name, repository)
}

/** The thing itself in one line: `team/app:v1`, `team/app@sha256:ab12…`. */
export function hitName(hit: SearchHit): string {
  if (!hit.repository_name) return hit.project_name
  if (hit.tag) return `${hit.repository_name}:${hit.tag}`
  return hit.digest ? `${hit.repository_name}@${shortenDigest(hit.digest)}` : hit.repository_name
}

/** What it was found by, where its name does not show it. */
export const hitReason = (kind: SearchKind, hit: SearchHit): string | undefined =>
  kind === 'annotation' || kind === 'label' ? hit.matched : undefined

/** One thing may be found by more than one kind; within a group it is there once. */
export const hitKey = (kind: SearchKind, hit: SearchHit): string =>
  [kind, hit.repository_name ?? hit.project_name, hit.tag ?? hit.digest ?? ''].join(' ')
