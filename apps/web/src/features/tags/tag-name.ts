/** What a tag may look like (OCI distribution-spec, "pulling manifests"). */
const form = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/

/** A message key of `tags`, or null when the name will do. */
export function tagNameProblem(name: string): 'nameMissing' | 'nameInvalid' | null {
  if (name === '') return 'nameMissing'
  return form.test(name) ? null : 'nameInvalid'
}
