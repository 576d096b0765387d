import type { Core } from '../../context/index.ts'
import type { Artifact, ArtifactParts } from '../model.ts'
import { readAccessories, readReferences, readTags } from './store.ts'

/** Adds tags, lines of indexes and what is attached: one query each for all of the artifacts together. */
export async function addParts(
  core: Core,
  artifacts: Artifact[],
  { tags: withTags = true, accessories: withAccessories = false }: ArtifactParts,
  allReferences = false,
): Promise<Artifact[]> {
  if (artifacts.length === 0) return artifacts
  const ids = artifacts.map((artifact) => artifact.id)
  const [tags, references, accessories] = await Promise.all([
    withTags ? readTags(core, ids) : [],
    readReferences(core, ids, allReferences),
    withAccessories ? readAccessories(core, artifacts) : [],
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
