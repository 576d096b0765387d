import type { Core } from '../../context/index.ts'
import { immutableTagsOf } from '../../immutable-rules/index.ts'
import { readLabelsOf } from '../../labels/index.ts'
import { readAccessories } from '../accessories/store.ts'
import type { Artifact, ArtifactParts, ArtifactTag } from '../model.ts'
import { projectOf } from '../name.ts'
import { readReferences, readTags } from './store.ts'

/** Adds tags, labels, lines of indexes and what is attached: one query each for all of the artifacts together. */
export async function addParts(
  core: Core,
  artifacts: Artifact[],
  parts: ArtifactParts,
  allReferences = false,
): Promise<Artifact[]> {
  const { tags: withTags = true, accessories: withAccessories = false, labels: withLabels = false } = parts
  if (artifacts.length === 0) return artifacts
  const [tags, references, accessories, labels] = await Promise.all([
    withTags ? inBatches(artifacts, (some) => readTags(core, some.map(idOf))) : [],
    inBatches(artifacts, (some) => readReferences(core, some.map(idOf), allReferences)),
    withAccessories ? inBatches(artifacts, (some) => readAccessories(core, some)) : [],
    withLabels ? inBatches(artifacts, (some) => readLabelsOf(core, some.map(idOf))) : [],
  ])
  if (parts.immutable && tags.length > 0) await markImmutable(core, artifacts, tags)
  const tagsOf = Map.groupBy(tags, (tag) => tag.artifactId)
  const referencesOf = Map.groupBy(references, (reference) => reference.parentId)
  const accessoriesOf = Map.groupBy(accessories, (accessory) => accessory.subjectArtifactId)
  const labelsOf = Map.groupBy(labels, ({ artifactId }) => artifactId)
  return artifacts.map((artifact) => ({
    ...artifact,
    references: referencesOf.get(artifact.id) ?? [],
    ...(withTags ? { tags: tagsOf.get(artifact.id) ?? [] } : {}),
    ...(withAccessories ? { accessories: accessoriesOf.get(artifact.id) ?? [] } : {}),
    ...(withLabels ? { labels: (labelsOf.get(artifact.id) ?? []).map(({ label }) => label) } : {}),
  }))
}

/** One look at the rules for all tags: a list never reaches over several projects. */
async function markImmutable(core: Core, artifacts: readonly Artifact[], tags: ArtifactTag[]): Promise<void> {
  const names = new Map(artifacts.map(({ repositoryId, repositoryName }) => [repositoryId, repositoryName]))
  const byRepository = Map.groupBy(tags, (tag) => names.get(tag.repositoryId)!)
  const immutable = await immutableTagsOf(
    core,
    projectOf(artifacts[0]!.repositoryName),
    new Map([...byRepository].map(([name, some]) => [name, some.map((tag) => tag.name)])),
  )
  for (const [name, some] of byRepository)
    for (const tag of some) tag.immutable = immutable.get(name)!.has(tag.name)
}

const idOf = ({ id }: Artifact) => id

// A page has at most 100; a list without pages (page_size=0) must not exceed the parameters of one statement.
const BATCH = 1_000

async function inBatches<T>(artifacts: Artifact[], read: (some: Artifact[]) => Promise<T[]>): Promise<T[]> {
  const found: T[] = []
  for (let start = 0; start < artifacts.length; start += BATCH)
    found.push(...(await read(artifacts.slice(start, start + BATCH))))
  return found
}
