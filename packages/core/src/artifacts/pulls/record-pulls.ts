import type { Core } from '../../context/index.ts'
import { addPulls, findPulled, type Increase } from './store.ts'

export interface PullCount {
  repository: string
  digest: string
  /** The tag that was asked for, if it was one. */
  tag?: string | undefined
  count: number
  /** Of the last of them. */
  at: Date
}

const BATCH = 200

/**
 * Adds what was pulled since the last call: counts of artifacts and their repositories, last times of artifacts and
 * tags, in a few statements per 200 lines. What has been deleted meanwhile is ignored.
 */
export async function recordPulls(core: Core, counts: readonly PullCount[]): Promise<void> {
  for (let start = 0; start < counts.length; start += BATCH)
    await recordBatch(core, counts.slice(start, start + BATCH))
}

async function recordBatch(core: Core, counts: readonly PullCount[]): Promise<void> {
  const found = await findPulled(
    core,
    [...new Set(counts.map((pull) => pull.repository))],
    [...new Set(counts.map((pull) => pull.digest))],
  )
  const byName = new Map(found.map((artifact) => [`${artifact.repository}@${artifact.digest}`, artifact]))
  const repositories = new Map<number, Increase>()
  const artifacts = new Map<number, Increase>()
  const tags = new Map<string, { repositoryId: number; name: string; at: Date }>()
  for (const { repository, digest, tag, count, at } of counts) {
    const artifact = byName.get(`${repository}@${digest}`)
    if (!artifact || count < 1) continue
    add(repositories, artifact.repository_id, count, at)
    add(artifacts, artifact.id, count, at)
    if (tag !== undefined)
      tags.set(`${repository}:${tag}`, { repositoryId: artifact.repository_id, name: tag, at })
  }
  if (artifacts.size === 0) return
  await core.db.transaction((tx) =>
    addPulls(core, tx, [...repositories.values()], [...artifacts.values()], [...tags.values()]),
  )
}

function add(sums: Map<number, Increase>, id: number, count: number, at: Date): void {
  const sum = sums.get(id)
  sums.set(id, { id, count: (sum?.count ?? 0) + count, at: sum && sum.at > at ? sum.at : at })
}
