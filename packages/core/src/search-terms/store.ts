import type { Tx } from '@berth/db'
import { annotationTerms, labelTerm, suffixesOf } from './terms.ts'

// Rows per statement: both databases limit the parameters of one.
const BATCH = 500

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
  artifacts: readonly { id: number; projectId: number; annotations: Readonly<Record<string, unknown>> }[],
): Promise<void> {
  const data = artifacts.flatMap(({ id: artifactId, projectId, annotations }) =>
    annotationTerms(annotations).map((term, position) => ({ artifactId, position, projectId, term })),
  )
  for (let from = 0; from < data.length; from += BATCH)
    await tx.artifactTerm.createMany({ data: data.slice(from, from + BATCH) })
}

// A label's term stands below position 0, at a place that only it can have on the artifact.
const positionOf = (labelId: number) => -labelId

export async function insertLabelTerm(
  tx: Tx,
  artifact: { id: number; projectId: number },
  label: { id: number; name: string },
): Promise<void> {
  const { id: artifactId, projectId } = artifact
  await tx.artifactTerm.createMany({
    data: [{ artifactId, position: positionOf(label.id), projectId, term: labelTerm(label.name) }],
  })
}

export async function removeLabelTerm(tx: Tx, artifactId: number, labelId: number): Promise<void> {
  await tx.artifactTerm.deleteMany({ where: { artifactId, position: positionOf(labelId) } })
}

/** On every artifact that carries the label. */
export async function renameLabelTerms(tx: Tx, label: { id: number; name: string }): Promise<void> {
  await tx.$executeRaw`UPDATE artifact_terms SET term = ${labelTerm(label.name)}
    WHERE position = ${positionOf(label.id)}
      AND artifact_id IN (SELECT al.artifact_id FROM artifact_labels al WHERE al.label_id = ${label.id})`
}

/** Before the label's row goes, and with it the knowledge of who carries it. */
export async function removeLabelTerms(tx: Tx, labelId: number): Promise<void> {
  await tx.$executeRaw`DELETE FROM artifact_terms WHERE position = ${positionOf(labelId)}
    AND artifact_id IN (SELECT al.artifact_id FROM artifact_labels al WHERE al.label_id = ${labelId})`
}
