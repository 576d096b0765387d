/** What is wrong with a project's name, as a key of `projects.create`; the API has the last word. */
export function projectNameProblem(name: string): 'nameMissing' | 'nameInvalid' | undefined {
  if (name === '') return 'nameMissing'
  return name.length <= 255 && /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(name) ? undefined : 'nameInvalid'
}
