import { parseRepositoryName } from '@berth/registry-client'
import { placeOf } from '../model.ts'
import { countTags } from './list-names.ts'
import type { Run } from './run.ts'
import { hasName } from './store.ts'

/** Says where a repository would go, and counts its tags. Changes nothing. */
export async function planRepository(run: Run, name: string): Promise<void> {
  const place = placeOf(name, run.walk.options)
  if ('problem' in place) {
    if (place.problem !== 'left_out') run.found({ kind: place.problem, repository: name, reference: '' })
    return
  }
  const { project, repository, moved } = place
  if (moved && (await hasName(run.core, run.walk.id, '', repository)))
    run.found({
      kind: 'name_conflict',
      repository: name,
      reference: '',
      detail: `${repository} is there already; tags that both have stay what they are there`,
    })
  const tags = await countTags(run, parseRepositoryName(name))
  if (tags !== undefined) run.placed(project, 1, tags)
}
