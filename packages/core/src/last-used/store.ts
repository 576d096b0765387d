import { marks, numbered } from '@berth/db'
import type { Core } from '../context/index.ts'

/** Tables whose column `last_used_at` this feature writes. */
export const tables = { robot: 'robots', 'access-token': 'access_tokens' } as const
export type UsedKind = keyof typeof tables

export interface Use {
  id: number
  at: Date
}

/** At most a few hundred at once. A later time that stands there already stays. */
export async function writeUses(core: Core, kind: UsedKind, uses: readonly Use[]): Promise<void> {
  const table = tables[kind]
  const sorted = [...uses].sort((a, b) => a.id - b.id)
  const ids = sorted.map(({ id }) => id)
  const cases = sorted
    .map(() => 'WHEN id = ? AND (last_used_at IS NULL OR last_used_at < ?) THEN ?')
    .join(' ')
  // Not through `query`: a statement for every number of rows would fill its memory of prepared ones.
  await core.db.prisma.$executeRawUnsafe(
    numbered(
      core.db.provider,
      `UPDATE ${table} SET last_used_at = CASE ${cases} ELSE last_used_at END WHERE id IN (${marks(ids)})`,
    ),
    ...sorted.flatMap(({ id, at }) => [id, at, at]),
    ...ids,
  )
}
