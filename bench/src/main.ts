import { describeMachine } from './machine.ts'
import { readOptions, UsageError } from './options.ts'
import { audit } from './parts/audit.ts'
import { blobs } from './parts/blobs.ts'
import { lists } from './parts/lists.ts'
import { manifests } from './parts/manifests.ts'
import { memory } from './parts/memory.ts'
import { metrics } from './parts/metrics.ts'
import type { BenchContext, Part, SeededWorld } from './parts/part.ts'
import { receivers } from './parts/receivers.ts'
import { replications } from './parts/replications.ts'
import { seals } from './parts/seals.ts'
import { search } from './parts/search.ts'
import { signIn } from './parts/sign-in.ts'
import { smallGets } from './parts/small-gets.ts'
import { starts } from './parts/starts.ts'
import { statistics } from './parts/statistics.ts'
import { tokens } from './parts/tokens.ts'
import { walks } from './parts/walks.ts'
import { renderResult, writePage } from './result.ts'
import type { Line } from './table.ts'
import { largePlan, type SeedPlan, seed, smallPlan } from './world/seed.ts'
import { openWorld, stopAllWorlds } from './world/world.ts'

// In this order: starts while nothing else runs, memory after everything.
const parts: Record<string, Part> = {
  starts,
  tokens,
  'sign-in': signIn,
  gets: smallGets,
  lists,
  manifests,
  blobs,
  search,
  statistics,
  walks,
  receivers,
  replications,
  metrics,
  audit,
  seals,
  memory,
}
const onlyWhenNamed = new Set([
  'statistics',
  'walks',
  'receivers',
  'replications',
  'metrics',
  'audit',
  'seals',
])

const say = (text: string) => console.error(`  ${text}`)

/** Starts a Berth at the first call and fills it. */
function seededWorld(name: string, planFor: (members: string[]) => SeedPlan): () => Promise<SeededWorld> {
  let world: Promise<SeededWorld> | undefined
  const open = async () => {
    say(`starting the ${name} Berth`)
    const fresh = await openWorld()
    try {
      const { authorization } = await fresh.createUser('bench-developer')
      say(`filling the ${name} Berth`)
      await seed(fresh.databaseUrl, planFor(['bench-developer']))
      return { ...fresh, member: authorization }
    } catch (error) {
      await fresh.berth.stop()
      throw error
    }
  }
  return () => {
    world ??= open()
    return world
  }
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), Object.keys(parts))
  const machine = describeMachine(process.env.BERTH_TEST_PROVIDER ?? 'postgresql')
  const lines: Line[] = []
  const failures: string[] = []
  /** Of the part that is at work. */
  let open: readonly Line[] = []
  const result = () => renderResult({ machine, options, lines: [...lines, ...open], failures })
  const keep = async () => {
    if (options.page !== undefined) await writePage(options.page, result())
  }
  const context: BenchContext = {
    pace: { seconds: options.seconds, rounds: options.rounds },
    blobMiB: options.blobMiB,
    auditLines: options.lines,
    large: seededWorld('large', largePlan),
    small: seededWorld('small', smallPlan),
    soFar(told) {
      open = told
      return keep()
    },
    say,
  }
  try {
    for (const [name, part] of Object.entries(parts)) {
      // Some take so long that they run only when asked for.
      if (options.only.length > 0 ? !options.only.includes(name) : onlyWhenNamed.has(name)) continue
      console.error(`${name} …`)
      try {
        open = await part(context)
      } catch (error) {
        failures.push(`${name} could not be measured: ${(error as Error).stack ?? error}`)
        console.error(failures.at(-1))
      }
      lines.push(...open)
      open = []
      await keep()
    }
  } finally {
    await stopAllWorlds()
  }
  console.log(result())
  return failures.length > 0 ? 1 : 0
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stopAllWorlds().finally(() => process.exit(130)))
try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
