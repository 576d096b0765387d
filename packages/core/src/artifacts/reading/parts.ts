import type { Core } from '../../context/index.ts'
import { readAccessories } from '../accessories/store.ts'
import type { Artifact, ArtifactParts } from '../model.ts'
import { readReferences, readTags } from './store.ts'

/** Adds tags, lines of indexes and what is attached: one query each for all of the artifacts together. */
export async function addParts(
  core: Core,
  artifacts: Artifact[],
  { tags: withTags = true, accessories: withAccessories = false }: ArtifactParts,
  allReferences = false,
): Promise<Artifact[]> {
  if (artifacts.length === 0) return artifacts
  const [tags, references, accessories] = await Promise.all([
    withTags ? inBatches(artifacts, (some) => readTags(core, some.map(idOf))) : [],
    inBatches(artifacts, (some) => readReferences(core, some.map(idOf), allReferences)),
    withAccessories ? inBatches(artifacts, (some) => readAccessories(core, some)) : [],
  ])
  const tagsOf = Map.groupBy(tags, (tag) => tag.artifactId)
  const referencesOf = Map.groupBy(references, (reference) => reference.parentId)
  const accessoriesOf = Map.groupBy(accessories, (accessory) => accessory.subjectArtifactId)
  return artifacts.map((artifact) => ({
    ...artifact,
    references: referencesOf.get(artifact.id) ?? [],
    ...(withTags ? { tags: tagsOf.get(artifact.id) ?? [] } : {}),
    ...(withAccessories ? { accessories: accessoriesOf.get(artifact.id) ?? [] } : {}),
  }))
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
