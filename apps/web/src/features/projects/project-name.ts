const rule = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/

/** What is wrong with a project's name, as a key of `projects.create`; the API has the last word. */
export function projectNameProblem(name: string): 'nameMissing' | 'nameInvalid' | undefined {
  if (name === '') return 'nameMissing'
  return name.length <= 255 && rule.test(name) ? undefined : 'nameInvalid'
}

/** The nearest name that is allowed, or undefined when nothing of it can be kept. */
export function suggestProjectName(name: string): string | undefined {
  const near = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/([._-])[._-]+/g, '$1')
    .slice(0, 255)
    .replace(/^[._-]+|[._-]+$/g, '')
  return projectNameProblem(near) ? undefined : near
}
