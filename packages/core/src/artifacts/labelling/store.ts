import { isForeignKeyViolation, isUniqueViolation } from '@berth/db'
import type { AuditTransaction } from '../../audit/index.ts'
import type { Core } from '../../context/index.ts'
import { lockLabel } from '../../labels/index.ts'
import { insertLabelTerm, removeLabelTerm } from '../../search-terms/index.ts'

export async function insertArtifactLabel(
  core: Core,
  artifact: { id: number; projectId: number },
  labelId: number,
  recorded: (tx: AuditTransaction) => Promise<void>,
): Promise<'done' | 'taken' | 'missing'> {
  try {
    return await core.db.transaction(async (tx) => {
      // Whoever gives the label another name changes its terms too, before or after this.
      const label = await lockLabel(tx, labelId)
      if (!label) return 'missing'
      await tx.artifactLabel.create({ data: { artifactId: artifact.id, labelId } })
      await insertLabelTerm(tx, artifact, label)
      await recorded(tx)
      return 'done'
    })
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    if (isForeignKeyViolation(error)) return 'missing'
    throw error
  }
}

/** False when the artifact does not carry the label. */
export async function removeArtifactLabel(
  core: Core,
  artifactId: number,
  labelId: number,
  recorded: (tx: AuditTransaction) => Promise<void>,
): Promise<boolean> {
  return core.db.transaction(async (tx) => {
    const { count } = await tx.artifactLabel.deleteMany({ where: { artifactId, labelId } })
    if (count === 0) return false
    await removeLabelTerm(tx, artifactId, labelId)
    await recorded(tx)
    return true
  })
}
