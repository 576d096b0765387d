import { repositoryPath } from '../repositories/paths.ts'

/** The page of a repository by its whole name, `project/some/thing`. */
export function pathOfRepository(name: string): string {
  const slash = name.indexOf('/')
  return repositoryPath(name.slice(0, slash), name.slice(slash + 1))
}
