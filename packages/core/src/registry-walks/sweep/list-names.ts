import { NotFoundError, type RepositoryName } from '@berth/registry-client'
import { DomainError } from '../../errors/index.ts'
import { registryClient } from '../../registry/index.ts'
import { MAX_FINDINGS_OF_A_KIND } from '../model.ts'
import { askPatiently, type Run } from './run.ts'
import { countRepositories, dropNames, keepNames, sharesNothing } from './store.ts'

const PAGE = 1_000

/**
 * Reads the catalog into the database, from its beginning: it is short work compared with what follows.
 *
 * @throws RegistryError when it cannot be had; DomainError PRECONDITION when it is not the index's registry at all
 */
export async function listCatalog(run: Run, withIndex: boolean): Promise<void> {
  const { core, walk, signal } = run
  const invalid = await askPatiently(run, async () => {
    const invalid: string[] = []
    await dropNames(core, walk.id, '')
    for await (const page of registryClient(core).catalog({ pageSize: PAGE, signal })) {
      await keepNames(core, walk.id, '', page.items)
      invalid.push(...page.invalid.slice(0, MAX_FINDINGS_OF_A_KIND - invalid.length))
    }
    return invalid
  })
  for (const name of invalid) run.found({ kind: 'invalid_name', repository: name, reference: '' })
  walk.counts.repositories = await countRepositories(core, walk.id, withIndex)
  // An address that leads to another registry must not cost the index everything it knows.
  if (withIndex && walk.options.mend && (await sharesNothing(core, walk.id)))
    throw new DomainError(
      'PRECONDITION',
      'the registry lists none of the repositories that the index knows: is it the right one?',
    )
}

/**
 * Reads the tags of a repository into the database; false when the registry does not tell them. Names that an earlier
 * attempt left there do no harm: every tag is asked for.
 */
export async function listTags(run: Run, repository: RepositoryName): Promise<boolean> {
  const { core, walk, signal } = run
  const total = await run.attempt({ repository, reference: '' }, async () => {
    let total = 0
    try {
      for await (const page of registryClient(core).tags(repository, { pageSize: PAGE, signal })) {
        await keepNames(core, walk.id, repository, page.items)
        total += page.items.length
        for (const name of page.invalid) run.found({ kind: 'invalid_name', repository, reference: name })
      }
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error
    }
    return total
  })
  if (total === undefined) return false
  walk.counts.tags += total
  return true
}

/** How many tags the registry lists of a repository; undefined when it does not tell. */
export async function countTags(run: Run, repository: RepositoryName): Promise<number | undefined> {
  const { core, walk, signal } = run
  const total = await run.attempt({ repository, reference: '' }, async () => {
    let total = 0
    try {
      for await (const page of registryClient(core).tags(repository, { pageSize: PAGE, signal }))
        total += page.items.length
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error
    }
    return total
  })
  walk.counts.tags += total ?? 0
  return total
}
