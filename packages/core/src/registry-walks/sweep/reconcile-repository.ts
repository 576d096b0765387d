import { parseDigest, parseRepositoryName, parseTag, type RepositoryName } from '@berth/registry-client'
import { changingRepository, forgetManifest, projectOf, resolveReference } from '../../artifacts/index.ts'
import { projectFacts } from '../../authorization/index.ts'
import { registryClient } from '../../registry/index.ts'
import { forgetEmptyRepository } from '../../repositories/index.ts'
import type { InsideRepository } from '../model.ts'
import { settleTags, type TagDrift } from './adopt-tags.ts'
import { WIDTH } from './hold-repository.ts'
import { listTags } from './list-names.ts'
import { inParallel } from './parallel.ts'
import type { Run } from './run.ts'
import {
  type ListedRepository,
  type ListedTag,
  readListedTags,
  readUnlistedTags,
  readUntagged,
} from './store.ts'

const BATCH = 200
const BEFORE_ALL = 2_147_483_647

/** Makes the index of one repository say what the registry says, or reports how they differ. */
export async function reconcileRepository(
  run: Run,
  { name, listed }: ListedRepository,
  before: string,
  inside: InsideRepository | undefined,
): Promise<void> {
  const repository = parseRepositoryName(name)
  if (!inside) {
    if (!(await ownedByBerth(run, repository))) {
      run.found({ kind: 'no_project', repository, reference: '' })
      return
    }
    if (!(await listTags(run, repository))) return
  }
  const save = (stage: InsideRepository['stage'], after: InsideRepository['after']) =>
    run.reached({ phase: 'repositories', after: before, inside: { repository, stage, after } })
  const stage = inside?.stage ?? 'tags'
  const after = <T>(wanted: InsideRepository['stage'], start: T) =>
    stage === wanted ? ((inside?.after as T | undefined) ?? start) : start

  if (stage === 'tags') await compareTags(run, repository, after('tags', ''), (last) => save('tags', last))
  if (stage !== 'untagged')
    await findGoneTags(run, repository, after('gone', 0), (last) => save('gone', last))
  await findGoneArtifacts(run, repository, after('untagged', BEFORE_ALL), (last) => save('untagged', last))
  if (!listed) await forgetIfEmpty(run, repository)
}

async function ownedByBerth({ core }: Run, repository: RepositoryName): Promise<boolean> {
  return repository.includes('/') && (await projectFacts(core, { name: projectOf(repository) })) !== undefined
}

/** What the registry lists: missing in the index, or standing for something else there. */
async function compareTags(
  run: Run,
  repository: RepositoryName,
  start: string,
  save: (last: string) => Promise<void>,
): Promise<void> {
  const { core, walk } = run
  for (let after = start; ; ) {
    const where = { repository, indexedAs: repository, after, limit: BATCH }
    const tags = await readListedTags(core, walk.id, where)
    const drifts: TagDrift[] = []
    await inParallel(tags, WIDTH, async (tag) => {
      const kind = await compare(run, repository, tag)
      if (kind) drifts.push({ name: tag.name, kind })
    })
    await report(run, repository, drifts)
    if (tags.length < BATCH) return
    after = tags.at(-1)!.name
    await save(after)
  }
}

/** Undefined: they agree, or the registry did not answer for this tag. */
async function compare(
  run: Run,
  repository: RepositoryName,
  { name, digest }: ListedTag,
): Promise<TagDrift['kind'] | undefined> {
  if (digest === null) return 'tag_missing'
  const current = await head(run, repository, name)
  if (current === undefined || current === digest) return undefined
  return current === 'gone' ? 'tag_gone' : 'tag_moved'
}

/** The digest, `gone`, or undefined when the registry does not say. */
const head = (run: Run, repository: RepositoryName, reference: string): Promise<string | undefined> =>
  run.attempt({ repository, reference }, async () => {
    const parsed = reference.includes(':') ? parseDigest(reference) : parseTag(reference)
    const found = await registryClient(run.core).headManifest(repository, parsed, { signal: run.signal })
    return found?.digest ?? 'gone'
  })

/** Tags that the index has and the registry did not list; one pushed since then is there all the same. */
async function findGoneTags(
  run: Run,
  repository: RepositoryName,
  start: number,
  save: (last: number) => Promise<void>,
): Promise<void> {
  for (let after = start; ; ) {
    const tags = await readUnlistedTags(run.core, run.walk.id, repository, after, BATCH)
    const drifts: TagDrift[] = []
    await inParallel(tags, WIDTH, async ({ name }) => {
      if ((await head(run, repository, name)) === 'gone') drifts.push({ name, kind: 'tag_gone' })
    })
    await report(run, repository, drifts)
    if (tags.length < BATCH) return
    after = tags.at(-1)!.id
    await save(after)
  }
}

async function report(run: Run, repository: RepositoryName, drifts: TagDrift[]): Promise<void> {
  if (run.walk.options.mend) return settleTags(run, repository, drifts)
  for (const { name, kind } of drifts) run.found({ kind, repository, reference: name })
}

/** Artifacts without a tag that the registry has lost; those with one were seen through it. */
async function findGoneArtifacts(
  run: Run,
  repository: RepositoryName,
  start: number,
  save: (last: number) => Promise<void>,
): Promise<void> {
  for (let before = start; ; ) {
    const artifacts = await readUntagged(run.core, repository, before, BATCH)
    const gone: typeof artifacts = []
    await inParallel(artifacts, WIDTH, async (artifact) => {
      if ((await head(run, repository, artifact.digest)) === 'gone') gone.push(artifact)
    })
    // An index before its children: while it stands, they cannot go.
    for (const { digest } of gone.sort((one, other) => other.id - one.id))
      await forgetArtifact(run, repository, digest)
    if (artifacts.length < BATCH) return
    before = artifacts.at(-1)!.id
    await save(before)
  }
}

async function forgetArtifact(run: Run, repository: RepositoryName, digest: string): Promise<void> {
  const what = { repository, reference: digest }
  if (!run.walk.options.mend) return run.found({ kind: 'artifact_gone', ...what })
  const forget = async () => {
    if ((await head(run, repository, digest)) !== 'gone') return
    if (await forgetManifest(run.core, repository, digest))
      run.found({ kind: 'artifact_gone', ...what, mended: true })
    else if (await resolveReference(run.core, repository, digest))
      run.found({ kind: 'child_gone', ...what, detail: 'an index in this repository refers to it' })
  }
  await changingRepository(run.core, repository, forget, { adds: false })
}

/** A repository that the registry does not list and of which nothing is left. */
async function forgetIfEmpty(run: Run, repository: RepositoryName): Promise<void> {
  if (!run.walk.options.mend) return
  const forget = () => forgetEmptyRepository(run.core, repository)
  const gone = await changingRepository(run.core, repository, forget, { adds: false })
  if (gone) run.found({ kind: 'repository_gone', repository, reference: '', mended: true })
}
