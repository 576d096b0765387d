import { isForeignKeyViolation, isUniqueViolation } from '@berth/db'
import type { Core } from '../../context/index.ts'

export async function insertArtifactLabel(
  core: Core,
  artifactId: number,
  labelId: number,
): Promise<'done' | 'taken' | 'missing'> {
  try {
    await core.db.prisma.artifactLabel.create({ data: { artifactId, labelId } })
    return 'done'
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    if (isForeignKeyViolation(error)) return 'missing'
    throw error
  }
}

/** False when the artifact does not carry the label. */
export async function removeArtifactLabel(core: Core, artifactId: number, labelId: number): Promise<boolean> {
  return (await core.db.prisma.artifactLabel.deleteMany({ where: { artifactId, labelId } })).count === 1
}
