import { parseRepositoryName, parseTag, type RepositoryName } from '@berth/registry-client'
import { guardUpload } from '../../artifacts/index.ts'
import { projectFacts } from '../../authorization/index.ts'
import { DomainError } from '../../errors/index.ts'
import { createProject } from '../../projects/index.ts'
import { registryClient } from '../../registry/index.ts'
import { type InsideRepository, placeOf } from '../model.ts'
import { settleTags, type TagDrift } from './adopt-tags.ts'
import { copyManifest } from './copy-manifest.ts'
import { holdingRepository } from './hold-repository.ts'
import { listTags } from './list-names.ts'
import type { Run } from './run.ts'
import { readListedTags } from './store.ts'

const BATCH = 200

/** Takes a repository over into its project, which is made when it is missing. What Berth knows already stays as it is. */
export async function adoptRepository(
  run: Run,
  name: string,
  before: string,
  inside: InsideRepository | undefined,
): Promise<void> {
  const { core, walk } = run
  const place = placeOf(name, walk.options)
  if ('problem' in place) {
    if (place.problem !== 'left_out') run.found({ kind: place.problem, repository: name, reference: '' })
    return
  }
  const from = parseRepositoryName(name)
  const repository = parseRepositoryName(place.repository)
  await ensureProject(run, place.project)
  if (!inside) {
    if (!(await listTags(run, from))) return
    run.placed(place.project, 1, 0)
  }
  for (let after = String(inside?.after ?? ''); ; ) {
    const where = { repository: from, indexedAs: repository, after, limit: BATCH }
    const tags = await readListedTags(core, walk.id, where)
    const missing = tags.filter((tag) => tag.digest === null)
    const ready = place.moved ? await copyTags(run, from, repository, missing) : missing
    const drifts = ready.map((tag): TagDrift => ({ name: tag.name, kind: 'tag_missing' }))
    await settleTags(run, repository, drifts)
    run.placed(place.project, 0, tags.length)
    if (tags.length < BATCH) return
    after = tags.at(-1)!.name
    await run.reached({
      phase: 'repositories',
      after: before,
      inside: { repository: name, stage: 'tags', after },
    })
  }
}

/** Private, and its owner is who asked. Somebody else may make it at the same moment. */
async function ensureProject({ core, owner }: Run, name: string): Promise<void> {
  if (await projectFacts(core, { name })) return
  try {
    await createProject(core, owner, { name, public: false })
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'CONFLICT')) throw error
  }
}

/** Copies tags inside the registry; gives those that stand there now. One that the target has already stays what it is. */
async function copyTags<Listed extends { name: string }>(
  run: Run,
  from: RepositoryName,
  to: RepositoryName,
  tags: readonly Listed[],
): Promise<Listed[]> {
  if (tags.length === 0) return []
  const client = registryClient(run.core)
  const standing: Listed[] = []
  await guardUpload(run.core, to)
  await holdingRepository(run, to, tags, async (listed) => {
    const tag = parseTag(listed.name)
    const [source, held] = await Promise.all([client.headManifest(from, tag), client.headManifest(to, tag)])
    if (source && held && held.digest !== source.digest)
      run.found({
        kind: 'name_conflict',
        repository: from,
        reference: tag,
        detail: `${to}:${tag} is another`,
      })
    if (source && !held) {
      await guardUpload(run.core, to)
      await copyManifest(client, from, to, tag)
    }
    if (source || held) standing.push(listed)
  })
  // What a switch refused meanwhile has not been reached.
  await guardUpload(run.core, to)
  return standing
}
