/**
 * The addresses of repositories and what is in them: `/projects/p/repositories/a/b` is the repository `p/a/b`,
 * `/projects/p/artifacts/a/b/@sha256:…` an artifact of it by digest, `/projects/p/artifacts/a/b/:v1` by tag.
 * Repository names hold neither `@` nor `:`, so the last segment tells whether an artifact is meant.
 */
export type RepositoryPlace = { project: string; repository: string; reference?: ArtifactReference }
export type ArtifactReference = { kind: 'digest' | 'tag'; value: string }

/** `reference` is a digest or a tag; a tag never holds a colon. */
export function artifactPath(project: string, repository: string, reference: string): string {
  const mark = isDigest(reference) ? '@' : ':'
  return `/projects/${encodeURIComponent(project)}/artifacts/${encoded(repository)}/${mark}${reference}`
}

export function isDigest(reference: string): boolean {
  return reference.includes(':')
}

/** Reads the segments behind `repositories/` or `artifacts/`; null when they name nothing. */
export function placeOf(project: string, segments: readonly string[]): RepositoryPlace | null {
  const names = segments.map(decode)
  const last = names.at(-1) ?? ''
  const reference = /^[@:]/.test(last) ? last.slice(1) : undefined
  const repository = (reference === undefined ? names : names.slice(0, -1)).join('/')
  if (!repository || reference === '') return null
  if (reference === undefined) return { project: decode(project), repository }
  const kind = last.startsWith('@') ? 'digest' : 'tag'
  return { project: decode(project), repository, reference: { kind, value: reference } }
}

/** The name without its project, which the API puts in front. */
export function shortName(fullName: string): string {
  return fullName.slice(fullName.indexOf('/') + 1)
}

/** The page of a repository; each part of the name is one segment. */
export function repositoryPath(project: string, repository: string): string {
  return `/projects/${encodeURIComponent(project)}/repositories/${encoded(repository)}`
}

function encoded(repository: string): string {
  return repository.split('/').map(encodeURIComponent).join('/')
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
