import { sql } from '@berth/db'
import type { Digest, RepositoryName, Tag } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import type { Registry } from '../../registries/index.ts'
import { REPLICATION, type ReplicationPolicy } from '../model.ts'
import type { Transfer } from '../work/model.ts'

const BATCH = 1_000

/** Of which policies is remembered what both sides had last: those that may have to tell what has changed since. */
export const remembers = ({ mirror, deletion, triggerKind }: ReplicationPolicy): boolean =>
  mirror || (deletion && triggerKind === 'event_based')

/** What both sides had under the tags of a repository when they last agreed. */
export async function readTagStates(
  core: Core,
  policyId: number,
  repository: string,
): Promise<Map<Tag, Digest>> {
  const rows = await core.db.query<{ tag: Tag; digest: Digest }>(
    'SELECT tag, digest FROM replication_tag_states WHERE policy_id = ? AND repository = ?',
    [policyId, repository],
  )
  return new Map(rows.map(({ tag, digest }) => [tag, digest]))
}

/**
 * Nothing when the policy goes elsewhere by now, or another one answers there, than when the work began: what was agreed
 * with one registry must not be taken for a deletion at the next.
 *
 * @param known as they were when the work began: what somebody has written since then stays; without it, all are written
 */
export async function writeTagStates(
  core: Core,
  { policyId, registry }: { policyId: number; registry: Registry },
  repository: string,
  states: ReadonlyMap<Tag, Digest>,
  known?: ReadonlyMap<Tag, Digest>,
): Promise<void> {
  const all = [...states].map(([tag, digest]) => ({ policyId, repository, tag, digest }))
  const share = core.db.provider === 'mysql' ? sql`LOCK IN SHARE MODE` : sql`FOR SHARE`
  for (let start = 0; start < all.length; start += BATCH) {
    const data = all.slice(start, start + BATCH)
    await core.db.transaction(async (tx) => {
      const [now] = await tx.$queryRaw<{ url: string; type: string; instance_id: string | null }[]>(
        sql`SELECT r.url, r.type, r.instance_id FROM replication_policies p
          JOIN registries r ON r.id = COALESCE(p.src_registry_id, p.dest_registry_id)
          WHERE p.id = ${policyId} AND r.id = ${registry.id} ${share}`,
      )
      const { url, type, instanceId } = registry
      if (now?.url !== url || now.type !== type || now.instance_id !== instanceId) return
      const fresh = known ? data.filter(({ tag }) => !known.has(tag)) : data
      const { count } = await tx.replicationTagState.createMany({ data: fresh, skipDuplicates: true })
      const rest = known ? data.filter(({ tag }) => known.has(tag)) : count < data.length ? data : []
      for (const rows of Map.groupBy(rest, ({ tag, digest }) => `${digest} ${known?.get(tag)}`).values()) {
        const [{ tag: first, digest }] = rows as [(typeof rows)[number]]
        const before = known?.get(first) ?? { not: digest }
        await tx.replicationTagState.updateMany({
          where: { policyId, repository, tag: { in: rows.map(({ tag }) => tag) }, digest: before },
          data: { digest },
        })
      }
    })
  }
}

/** `digest`: only as far as they are on it still. */
export async function forgetTagStates(
  core: Core,
  policyId: number,
  repository: string,
  tags: readonly Tag[],
  digest?: Digest,
): Promise<void> {
  if (tags.length === 0) return
  await core.db.prisma.replicationTagState.deleteMany({
    where: { policyId, repository, tag: { in: [...tags] }, ...(digest && { digest }) },
  })
}

/** Of repositories that neither side has any more, or that are not meant any more. */
export async function forgetStatesBeside(
  core: Core,
  policyId: number,
  repositories: ReadonlySet<string>,
): Promise<void> {
  const rows = await core.db.query<{ repository: string }>(
    'SELECT DISTINCT repository FROM replication_tag_states WHERE policy_id = ?',
    [policyId],
  )
  for (const { repository } of rows)
    if (!repositories.has(repository))
      await core.db.prisma.replicationTagState.deleteMany({ where: { policyId, repository } })
}

/**
 * Whether a worker has something with the same tags in hand: done side by side, a tag could be put after it was deleted.
 * Copies never wait for what is followed, and of two that are followed only the later one.
 */
export async function isUnderWay(
  core: Core,
  { taskId, policyId, source, tags, digest }: Transfer,
): Promise<boolean> {
  const rows = await core.db.query<{ tags: Tag[]; digest: string }>(
    `SELECT x.tags, x.digest FROM tasks t JOIN replication_transfers x ON x.task_id = t.id
      WHERE t.vendor_type = '${REPLICATION}' AND t.status = 'Running' AND x.policy_id = ? AND x.source = ?
        AND t.id <> ? AND (t.id < ? OR x.kind NOT IN ('follow', 'withdraw'))`,
    [policyId, source, taskId, taskId],
  )
  const own = new Set(tags)
  return rows.some((row) => (digest !== '' && row.digest === digest) || row.tags.some((tag) => own.has(tag)))
}

/** Whether an artifact of this Berth has a tag or is a part of an index. */
export async function isNeeded(core: Core, repository: string, digest: string): Promise<boolean> {
  const [row] = await core.db.query<{ id: number }>(
    `SELECT a.id FROM repositories r JOIN artifacts a ON a.repository_id = r.id WHERE r.name = ? AND a.digest = ?
      AND (EXISTS (SELECT 1 FROM tags t WHERE t.artifact_id = a.id)
        OR EXISTS (SELECT 1 FROM artifact_references p WHERE p.child_id = a.id))`,
    [repository, digest],
  )
  return row !== undefined
}

const MAX_LEVELS = 6

/** Artifacts with tags by which people reach this one: itself, an index that holds it, what it is attached to. */
export async function readRoots(
  core: Core,
  repository: RepositoryName,
  digest: Digest,
): Promise<{ digest: Digest; tags: Tag[] }[]> {
  const roots = new Map<Digest, Tag[]>()
  let level: Digest[] = [digest]
  const looked = new Set(level)
  for (let depth = 0; level.length > 0 && depth < MAX_LEVELS; depth++) {
    const artifacts = await core.db.prisma.artifact.findMany({
      where: { repository: { name: repository }, digest: { in: level } },
      select: {
        digest: true,
        subjectDigest: true,
        tags: { where: { NOT: { name: { startsWith: 'sha256-' } } }, select: { name: true } },
        parents: { select: { parent: { select: { digest: true } } } },
      },
    })
    const above = artifacts.flatMap(({ subjectDigest, parents }) => [
      ...(subjectDigest === null ? [] : [subjectDigest as Digest]),
      ...parents.map(({ parent }) => parent.digest as Digest),
    ])
    for (const { digest: found, tags } of artifacts)
      if (tags.length > 0)
        roots.set(
          found as Digest,
          tags.map(({ name }) => name as Tag),
        )
    level = [...new Set(above)].filter((one) => !looked.has(one))
    for (const one of level) looked.add(one)
  }
  return [...roots].map(([found, tags]) => ({ digest: found, tags }))
}
