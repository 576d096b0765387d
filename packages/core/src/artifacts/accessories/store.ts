import type { SqlValue, Tx } from '@berth/db'
import type { Core } from '../../context/index.ts'
import {
  and,
  type Columns,
  type Condition,
  type ListQuery,
  orderBy,
  type Page,
  readPage,
  where,
} from '../../list-query/index.ts'
import type { Accessory, Artifact } from '../model.ts'
import { subjectOfTag, TAG_SCHEME_PREFIX } from './tag-scheme.ts'

type Subject = Pick<Artifact, 'id' | 'repositoryId' | 'repositoryName' | 'digest'>

type AccessoryRow = {
  id: number
  repository_id: number
  subject_digest: string
  digest: string
  size_bytes: number
  accessory_type: string
  artifact_type: string
  pushed_at: Date
}
const fields =
  'id, repository_id, subject_digest, digest, size_bytes, accessory_type, artifact_type, pushed_at'

const toAccessory = (row: AccessoryRow, subject: Subject): Accessory => ({
  artifactId: row.id,
  subjectArtifactId: subject.id,
  subjectDigest: row.subject_digest,
  repositoryName: subject.repositoryName,
  digest: row.digest,
  sizeBytes: row.size_bytes,
  type: row.accessory_type,
  artifactType: row.artifact_type,
  createdAt: row.pushed_at,
})

/** What is attached to these, each in its own repository; newest first. */
export async function readAccessories(core: Core, subjects: readonly Subject[]): Promise<Accessory[]> {
  const params: SqlValue[] = subjects.flatMap((subject) => [subject.repositoryId, subject.digest])
  const rows = await core.db.query<AccessoryRow>(
    `SELECT ${fields} FROM artifacts
      WHERE (${subjects.map(() => '(repository_id = ? AND subject_digest = ?)').join(' OR ')})
        AND accessory_type IS NOT NULL ORDER BY id DESC`,
    params,
  )
  const bySubject = new Map(subjects.map((subject) => [`${subject.repositoryId} ${subject.digest}`, subject]))
  return rows.map((row) => toAccessory(row, bySubject.get(`${row.repository_id} ${row.subject_digest}`)!))
}

/** What `q` and `sort` may name. */
const columns: Columns = {
  id: { sql: 'id', type: 'integer' },
  artifact_id: { sql: 'id', type: 'integer' },
  subject_artifact_digest: { sql: 'subject_digest', type: 'text' },
  digest: { sql: 'digest', type: 'text' },
  type: { sql: 'accessory_type', type: 'text' },
  size: { sql: 'size_bytes', type: 'integer' },
  creation_time: { sql: 'pushed_at', type: 'time' },
}

/** One page of what is attached to one artifact. */
export async function readAccessoryPage(
  core: Core,
  subject: Subject,
  query: ListQuery,
): Promise<Page<Accessory>> {
  const attached: Condition = {
    sql: 'repository_id = ? AND subject_digest = ? AND accessory_type IS NOT NULL',
    params: [subject.repositoryId, subject.digest],
  }
  const { rows, total } = await readPage<AccessoryRow>(
    core.db,
    {
      columns: fields,
      from: 'artifacts',
      condition: and([attached, where(columns, query.filters, core.db.provider)]),
      order: orderBy(columns, query.sort, 'id DESC', 'id'),
    },
    query,
  )
  return { items: rows.map((row) => toAccessory(row, subject)), total }
}

/**
 * Decides again what these artifacts are attached to by their tags; one whose manifest names a subject keeps that.
 * With tags for several subjects the one it has stays, else the first in order counts.
 */
export async function takeSubjectsFromTags(tx: Tx, artifactIds: readonly number[]): Promise<void> {
  const artifacts = await tx.artifact.findMany({
    where: { id: { in: [...artifactIds] }, OR: [{ subjectDigest: null }, { subjectByTag: true }] },
    select: {
      id: true,
      digest: true,
      subjectDigest: true,
      manifestMediaType: true,
      tags: {
        where: { name: { startsWith: TAG_SCHEME_PREFIX } },
        select: { name: true },
        orderBy: { name: 'asc' },
      },
    },
  })
  for (const { id, digest, subjectDigest, manifestMediaType, tags } of artifacts) {
    const subjects = tags
      .map(({ name }) => subjectOfTag(name, manifestMediaType))
      .filter((subject) => subject !== undefined && subject.digest !== digest)
    const subject = subjects.find((candidate) => candidate?.digest === subjectDigest) ?? subjects[0]
    if (subject === undefined && subjectDigest === null) continue
    await tx.artifact.updateMany({
      where: { id },
      data: {
        subjectDigest: subject?.digest ?? null,
        subjectByTag: subject !== undefined,
        accessoryType: subject?.accessoryType ?? null,
      },
    })
  }
}
