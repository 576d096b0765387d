import { type Artifact, newestTags } from './artifact-names.ts'

/** Where copies go. `tag` is asked for only when one artifact is copied; empty gives the copy no tag. */
export type CopyTarget = { project: string; repository: string; tag: string }
export type CopySource = { project: string; repository: string }

/** What the API is asked for, in this order: copies from these references, then a tag of the copy's own. */
export type CopySteps = { from: string[]; tag: string | undefined }

/**
 * A copy by tag brings the tag along; a copy by digest brings none. A tag that the artifact does not have here is put
 * on the copy afterwards. With `tag` undefined every tag comes along.
 */
export function copySteps(
  { project, repository }: CopySource,
  artifact: Pick<Artifact, 'tags' | 'digest'>,
  tag: string | undefined,
): CopySteps {
  const name = `${project}/${repository}`
  const byDigest = `${name}@${artifact.digest}`
  const tags = newestTags(artifact).map((one) => one.name)
  // The newest last: where pushes are listed by time, the order stays.
  if (tag === undefined && tags.length > 0)
    return { from: tags.reverse().map((one) => `${name}:${one}`), tag: undefined }
  if (tag && tags.includes(tag)) return { from: [`${name}:${tag}`], tag: undefined }
  return { from: [byDigest], tag: tag || undefined }
}

/** `components` of a repository name (OCI distribution-spec, "pulling manifests"). */
const repositoryForm = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/

/** A message key of `artifacts.copy`, or null when the name will do. */
export function repositoryProblem(name: string): 'repositoryMissing' | 'repositoryInvalid' | null {
  if (name === '') return 'repositoryMissing'
  return name.length <= 255 && repositoryForm.test(name) ? null : 'repositoryInvalid'
}
