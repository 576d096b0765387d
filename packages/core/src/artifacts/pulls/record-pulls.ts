import type { Core } from '../../context/index.ts'
import { countUses, type Use } from '../../statistics/index.ts'
import { type Puller, recordPullLines } from './pull-lines.ts'
import { addPulls, findPulled, type Increase, type PullTransaction } from './store.ts'

export interface PullCount {
  repository: string
  digest: string
  /** The tag that was asked for, if it was one. */
  tag?: string | undefined
  count: number
  /** Of the last of them. */
  at: Date
  /** Absent: they are counted, and leave no line. */
  by?: Puller | undefined
}

/** So many are written in one transaction. */
export const PULLS_AT_ONCE = 200

/**
 * Adds what was pulled since the last call: counts of artifacts, their repositories and their days, last times of artifacts
 * and tags, and lines of the log, in a few statements per 200. What has been deleted meanwhile is not counted.
 */
export async function recordPulls(core: Core, counts: readonly PullCount[]): Promise<void> {
  for (let start = 0; start < counts.length; start += PULLS_AT_ONCE) {
    const batch = counts.slice(start, start + PULLS_AT_ONCE)
    await recordBatch(core, batch, async () => batch)
  }
}

/**
 * Adds those of at most 200 lines that `claim` gives, in the transaction in which it claims them: what must be counted
 * once and only once is marked there.
 */
export async function recordClaimedPulls<P extends PullCount>(
  core: Core,
  counts: readonly P[],
  claim: (tx: PullTransaction) => Promise<readonly P[]>,
): Promise<void> {
  if (counts.length > PULLS_AT_ONCE) throw new RangeError(`at most ${PULLS_AT_ONCE} pulls at once`)
  if (counts.length > 0) await recordBatch(core, counts, claim)
}

async function recordBatch<P extends PullCount>(
  core: Core,
  counts: readonly P[],
  claim: (tx: PullTransaction) => Promise<readonly P[]>,
): Promise<void> {
  const found = await findPulled(
    core,
    [...new Set(counts.map((pull) => pull.repository))],
    [...new Set(counts.map((pull) => pull.digest))],
  )
  const known = new Map(found.map((artifact) => [`${artifact.repository}@${artifact.digest}`, artifact]))
  await core.db.transaction(async (tx) => {
    const repositories = new Map<number, Increase>()
    const artifacts = new Map<number, Increase>()
    const tags = new Map<string, { repositoryId: number; name: string; at: Date }>()
    const uses: Use[] = []
    const claimed = await claim(tx)
    for (const { repository, digest, tag, count, at } of claimed) {
      const artifact = known.get(`${repository}@${digest}`)
      if (!artifact || count < 1) continue
      add(repositories, artifact.repository_id, count, at)
      add(artifacts, artifact.id, count, at)
      uses.push({
        projectId: artifact.project_id,
        repositoryId: artifact.repository_id,
        tag,
        at,
        pulls: count,
      })
      if (tag === undefined) continue
      const key = `${repository}:${tag}`
      const before = tags.get(key)
      if (!before || before.at < at) tags.set(key, { repositoryId: artifact.repository_id, name: tag, at })
    }
    if (artifacts.size > 0) {
      await addPulls(core, tx, [...repositories.values()], [...artifacts.values()], [...tags.values()])
      await countUses(core, tx, uses)
    }
    await recordPullLines(core, tx, claimed, known)
  })
}

function add(sums: Map<number, Increase>, id: number, count: number, at: Date): void {
  const sum = sums.get(id)
  sums.set(id, { id, count: (sum?.count ?? 0) + count, at: sum && sum.at > at ? sum.at : at })
}
