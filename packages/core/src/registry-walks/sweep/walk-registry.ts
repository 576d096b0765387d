import { DomainError } from '../../errors/index.ts'
import { refuseSystemReadOnly } from '../../read-only/index.ts'
import type { RegistryWalk, WalkCursor } from '../model.ts'
import { adoptRepository } from './adopt-repository.ts'
import { listCatalog } from './list-names.ts'
import { planRepository } from './plan-repository.ts'
import { reconcileRepository } from './reconcile-repository.ts'
import { type Run, wordsOf } from './run.ts'
import { type ListedRepository, readRepositoriesAfter } from './store.ts'

const PAGE = 100

/**
 * Goes over every repository of the registry, from where the walk stands to the end. Names wait in the database, so
 * that memory does not grow with the registry; what a page found is written down together with how far it came.
 *
 * @throws WalkEnded; RegistryError when the registry does not answer; the signal's reason
 */
export async function walkRegistry(run: Run): Promise<void> {
  const { core, walk, signal } = run
  // A reconcile also visits what only the index knows.
  const withIndex = walk.kind === 'reconcile'
  if (walk.cursor.phase === 'catalog') {
    await listCatalog(run, withIndex)
    await run.reached({ phase: 'repositories', after: '' })
  }
  for (;;) {
    const { after } = standing(walk)
    const page = await readRepositoriesAfter(core, walk.id, after, PAGE, withIndex)
    if (page.length === 0) return run.flush()
    for (const repository of page) {
      signal.throwIfAborted()
      // An adoption makes projects and copies: switched to read-only it fails with these words, and can go on later.
      if (walk.kind === 'adopt') await refuseSystemReadOnly(core)
      await visit(run, repository).catch(async (error) => {
        // A repository that others keep busy, or a project that goes meanwhile, must not end the night's walk.
        if (!(error instanceof DomainError)) throw error
        if (walk.kind === 'adopt') await refuseSystemReadOnly(core)
        run.found({ kind: 'failed', repository: repository.name, reference: '', detail: wordsOf(error) })
      })
      walk.counts.repositoriesDone++
      await run.reached({ phase: 'repositories', after: repository.name }, repository.name)
    }
  }
}

type Standing = Extract<WalkCursor, { phase: 'repositories' }>
const standing = ({ cursor }: RegistryWalk): Standing =>
  cursor.phase === 'repositories' ? cursor : { phase: 'repositories', after: '' }

async function visit(run: Run, repository: ListedRepository): Promise<void> {
  const { after, inside } = standing(run.walk)
  // Another repository came before the one that was left in the middle: it is begun again.
  const here = inside?.repository === repository.name ? inside : undefined
  switch (run.walk.kind) {
    case 'reconcile':
      return reconcileRepository(run, repository, after, here)
    case 'plan':
      return planRepository(run, repository.name)
    case 'adopt':
      return adoptRepository(run, repository.name, after, here)
  }
}
