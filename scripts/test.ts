// `npm test`: every stage, two at a time and one that mostly waits, whatever the others gave, and one last line with the sums.
// `npm test -- unit mysql` runs only the stages whose names begin so.
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
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

// Each run has a folder of its own: two runs side by side do not meet.
mkdirSync(join(root, 'test-results'), { recursive: true })
const reportDir = mkdtempSync(join(root, 'test-results', 'run-'))

async function runStage({ name, run }: Stage, shown: boolean): Promise<void> {
  const begin = Date.now()
  const log = shown ? undefined : join(reportDir, `${name.replaceAll(' ', '-')}.log`)
  console.log(`\n── ${name}${shown ? '' : ' begins beside it'}`)
  let counts: Counts
  try {
    counts = await run(reportDir, log)
  } catch (error) {
    console.error(error)
    counts = { passed: 0, failed: 1 }
  }
  if (log && existsSync(log))
    console.log(`\n── what the stage ${name} printed\n\n${readFileSync(log, 'utf8')}`)
  results.push({ name, counts, tookMs: Date.now() - begin })
}

const preparation: Stage = {
  name: 'preparation',
  async run() {
    await ensurePackages(Object.values(systemPackages))
    await generateClients()
    return { passed: 0, failed: 0 }
  },
}
// Built once, beside the first stages, so that no journey's time limit has to cover it.
let built: Promise<void> = Promise.resolve()
const build: Stage = {
  name: 'console',
  async run() {
    built = buildConsole()
    await built
    return { passed: 0, failed: 0 }
  },
}
const needsConsole = ({ name }: Stage) => name.startsWith('journeys') || name === 'pages'
const busy = [...(chosen.some(needsConsole) ? [build] : []), ...chosen.filter(({ idles }) => !idles)]
const idling = chosen.filter(({ idles }) => idles)

/** Takes the next stage whenever the one before has ended: no lane waits for the other but at the end. */
async function runLane(waiting: Stage[], shown: boolean): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    // A build that failed is told by its own stage.
    if (needsConsole(next)) await built.catch(() => {})
    if (stopped.signal.aborted) return
    await runStage(next, shown)
  }
}
await runStage(preparation, true)
// One lane leaves half a machine of two cores idle, and what mostly waits fits beside two, once the console is built, which
// takes both cores. Only the first shows what it prints at once, the others at the end of each stage.
const lanes = [runLane(busy, true), runLane(busy, false)]
await Promise.all([...lanes, built.catch(() => {}).then(() => runLane(idling, false))])
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
