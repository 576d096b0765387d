import type { Tx } from '@berth/db'
import { annotationTerms, suffixesOf } from './terms.ts'

// Rows of a new repository and a new artifact; they go with it. Inside the transaction that writes it down, so that
// what stands in the index is found at once.

export async function insertSuffixes(
  tx: Tx,
  repository: { id: number; projectId: number; name: string },
): Promise<void> {
  const { id: repositoryId, projectId, name } = repository
  await tx.repositorySuffix.createMany({
    data: suffixesOf(name).map((suffix) => ({ repositoryId, projectId, ...suffix })),
  })
}

export async function insertTerms(
  tx: Tx,
  artifact: { id: number; projectId: number; annotations: Readonly<Record<string, unknown>> },
): Promise<void> {
  const terms = annotationTerms(artifact.annotations)
  if (terms.length === 0) return
  await tx.artifactTerm.createMany({
    data: terms.map((term, position) => ({
      artifactId: artifact.id,
      position,
      projectId: artifact.projectId,
      term,
    })),
  })
}
