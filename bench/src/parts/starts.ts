import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { administrator, databaseEnvironment, repositoryRoot, startBerth } from '@berth/testing/berth'
import { median } from '../statistics.ts'
import type { Line } from '../table.ts'
import { memoryOfParts } from './memory.ts'
import type { Part } from './part.ts'

const run = promisify(execFile)
const warmGoalSeconds = 5

/** From `npm start` until health says `healthy`: a bare clone, an empty data folder, and everything there already. */
export const starts: Part = async ({ pace, say }) => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-bench-start-'))
  const lines: Line[] = []
  const report = (what: string, seconds: readonly number[], rest: Partial<Line> = {}) =>
    lines.push({ part: 'starts', what, berth: `${median(seconds).toFixed(1)} s`, ...rest })
  try {
    const clone = join(folder, 'clone')
    await run('git', ['clone', '--quiet', repositoryRoot, clone])
    say('a bare clone')
    await withDatabase(async (environment) => {
      const { seconds } = await startOnce(join(folder, 'first'), environment, clone)
      report('start of a bare clone', [seconds], {
        note: 'installs, builds, sets up the database; packages may come from the machine’s cache',
      })
    })
    await rm(clone, { recursive: true, maxRetries: 5 })

    const cold: number[] = []
    const warm: number[] = []
    let memory: Line[] = []
    for (let round = 0; round < Math.max(3, pace.rounds); round++) {
      say(`round ${round + 1}`)
      const dataDir = join(folder, `data-${round}`)
      await withDatabase(async (environment) => {
        cold.push((await startOnce(dataDir, environment)).seconds)
        const again = await startOnce(dataDir, environment)
        warm.push(again.seconds)
        memory = again.memory
      })
      await rm(dataDir, { recursive: true, maxRetries: 5 })
    }
    report('cold start: an empty data folder', cold)
    report('warm start', warm, {
      against: `${warmGoalSeconds} s`,
      ratio: {
        median: median(warm) / warmGoalSeconds,
        min: Math.min(...warm) / warmGoalSeconds,
        max: Math.max(...warm) / warmGoalSeconds,
      },
      goal: { atMost: 1 },
    })
    return [...lines, ...memory]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The database of one data folder: it lives through several starts of Berth. */
async function withDatabase(work: (environment: Record<string, string>) => Promise<void>): Promise<void> {
  const database = await databaseEnvironment()
  try {
    await work(database.environment)
  } finally {
    await database.stop()
  }
}

async function startOnce(
  dataDir: string,
  environment: Record<string, string>,
  root?: string,
): Promise<{ seconds: number; memory: Line[] }> {
  const begun = performance.now()
  const berth = await startBerth({
    dataDir,
    root,
    environment: { ...environment, BERTH_ADMIN_PASSWORD: administrator.password },
  })
  try {
    const seconds = (performance.now() - begun) / 1000
    return { seconds, memory: await memoryOfParts(dataDir, 'after a warm start') }
  } finally {
    await berth.stop()
  }
}
