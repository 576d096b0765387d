import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createCore, SYSTEM } from '@berth/core'
import { generatedName, startGeneratedRegistry, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { getWalk, listFindings, runWalks, startWalk, type WalkInput } from './index.ts'
import { MAX_FINDINGS_OF_A_KIND } from './model.ts'

let database: Awaited<ReturnType<typeof testDatabase>>

beforeAll(async () => {
  database = await testDatabase()
  await database.db.prisma.project.create({ data: { name: 'p00' } })
  // What is loaded and compiled once must not count.
  await walked({ repositories: 150, tagsOf: () => 2 }, { kind: 'reconcile' })
})
afterAll(() => database.drop())

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const heapBytes = () => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}
const MiB = 1024 * 1024
const LIMIT_MS = 120_000

/** Walks a registry of that size; gives the walk and the most that the heap held on the way above its beginning. */
async function walked(size: Parameters<typeof startGeneratedRegistry>[0], input: WalkInput) {
  const registry = await startGeneratedRegistry(size)
  const core = createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://localhost:8080',
    registryUrl: registry.url,
    registryCredentials: { username: 'any', password: 'any' },
    poolSize: 4,
  })
  const before = heapBytes()
  let most = 0
  // All files of a run share this heap, and collecting it may take seconds: a walk has most of the time all the same.
  let looking: NodeJS.Timeout
  const look = (pauseMs: number) => {
    looking = setTimeout(() => {
      const begin = performance.now()
      most = Math.max(most, heapBytes() - before)
      look(Math.max(1_000, 4 * (performance.now() - begin)))
    }, pauseMs)
  }
  look(500)
  try {
    const id = await startWalk(core, SYSTEM, { requestsPerSecond: 10_000, ...input })
    await runWalks(core, new AbortController().signal)
    const walk = await getWalk(core, SYSTEM, id)
    const findings = await listFindings(core, SYSTEM, id, { filters: [], sort: [], page: 1, pageSize: 1 })
    return { walk, kept: findings.total, most }
  } finally {
    clearTimeout(looking!)
    await core.close()
    await registry.close()
  }
}

// bench/ walks 10,000 repositories and 100,000 tags; what would grow with them would show here as well.

test(
  'a repository with 8,000 tags in one answer is compared without holding them',
  async () => {
    const { walk, kept, most } = await walked(
      { repositories: 1, tagsOf: () => 8_000, pagedTags: false },
      { kind: 'reconcile' },
    )
    expect(walk).toMatchObject({ status: 'done', counts: { tags: 8_000, findings: 8_000, failed: 0 } })
    expect(kept).toBe(MAX_FINDINGS_OF_A_KIND)
    expect(most).toBeLessThan(32 * MiB)
  },
  LIMIT_MS,
)

test(
  'a catalog of 500 repositories is planned page by page',
  async () => {
    const { walk, most } = await walked({ repositories: 500, tagsOf: () => 1 }, { kind: 'plan' })
    expect(walk).toMatchObject({
      status: 'done',
      cursor: { after: generatedName(499) },
      counts: { repositories: 500, repositoriesDone: 500, tags: 500 },
    })
    expect(most).toBeLessThan(32 * MiB)
  },
  LIMIT_MS,
)
