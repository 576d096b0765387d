// `npm test`: every stage in order, whatever the others gave, and one last line with the sums.
// `npm test -- unit mysql` runs only the stages whose names begin so.
import { mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { ensurePackages, systemPackages } from './debian.ts'
import { buildConsole, generateClients, root } from './start/build.ts'
import type { Counts } from './test/counts.ts'
import { type Stage, stages } from './test/stages.ts'

const wanted = process.argv.slice(2)
const chosen = stages.filter(
  (stage) => wanted.length === 0 || wanted.some((name) => stage.name.startsWith(name)),
)
const stopped = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopped.abort())

const results: { name: string; counts: Counts; tookMs: number }[] = []
const sum = (pick: (counts: Counts) => number) =>
  results.reduce((total, { counts }) => total + pick(counts), 0)

async function runStage({ name, run }: Stage, reportDir: string): Promise<void> {
  const begin = Date.now()
  console.log(`\n── ${name}`)
  let counts: Counts
  try {
    counts = await run(reportDir)
  } catch (error) {
    console.error(error)
    counts = { passed: 0, failed: 1 }
  }
  results.push({ name, counts, tookMs: Date.now() - begin })
}

// Each run has a folder of its own: two runs side by side do not meet.
mkdirSync(join(root, 'test-results'), { recursive: true })
const reportDir = mkdtempSync(join(root, 'test-results', 'run-'))
const preparation: Stage = {
  name: 'preparation',
  async run() {
    await ensurePackages(Object.values(systemPackages))
    await generateClients()
    // Built once here, so that no journey's time limit has to cover it.
    if (chosen.some((stage) => stage.name.startsWith('journeys'))) await buildConsole()
    return { passed: 0, failed: 0 }
  },
}
/** Neighbours of the first lane, and what runs beside them. */
interface Round {
  first: Stage[]
  beside: Stage[]
}
const rounds: Round[] = [{ first: [preparation], beside: [] }]
for (const stage of chosen) {
  const round = rounds.at(-1)!
  if (stage.beside && rounds.length > 1) round.beside.push(stage)
  else if (round.beside.length === 0 && rounds.length > 1) round.first.push(stage)
  else rounds.push({ first: [stage], beside: [] })
}
async function runLane(lane: readonly Stage[]): Promise<void> {
  for (const stage of lane) if (!stopped.signal.aborted) await runStage(stage, reportDir)
}
for (const { first, beside } of rounds) await Promise.all([runLane(first), runLane(beside)])
if (stopped.signal.aborted) results.push({ name: 'interrupted', counts: { passed: 0, failed: 1 }, tookMs: 0 })
if (chosen.length === 0) results.push({ name: 'no such stage', counts: { passed: 0, failed: 1 }, tookMs: 0 })

console.log(`\n── results (reports in ${reportDir})`)
for (const { name, counts, tookMs } of results)
  console.log(
    `   ${name.padEnd(24)} ${String(counts.passed).padStart(5)} passed ${String(counts.failed).padStart(4)} failed ` +
      `${(tookMs / 1000).toFixed(1).padStart(7)} s`,
  )
const failed = sum((counts) => counts.failed)
console.log(`\n${sum((counts) => counts.passed)} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
