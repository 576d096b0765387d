import { type LoadResult, load, type RequestSpec } from './load/load.ts'
import { type Goal, median, pairedRatio } from './statistics.ts'
import type { Line } from './table.ts'
import { cpuSecondsOf } from './world/processes.ts'

export interface Side {
  request: RequestSpec
  /** Processes whose processor time counts as the cost of a request. */
  pids: readonly number[]
}

export interface Pace {
  /** Of each round of each side. */
  seconds: number
  rounds: number
}

export interface Round extends LoadResult {
  cpuMicrosPerRequest: number
}

export interface Comparison {
  berth: Round[]
  against: Round[]
}

const warmUpSeconds = 1.5

/** A B A B …: one side's round directly after the other's, so that a noisy minute hits both. */
export async function sideBySide(
  berth: Side,
  against: Side,
  connections: number,
  { seconds, rounds }: Pace,
): Promise<Comparison> {
  const round = async ({ request, pids }: Side): Promise<Round> => {
    const before = await cpuSecondsOf(pids)
    const result = await load(request, { connections, seconds })
    return { ...result, cpuMicrosPerRequest: (1e6 * ((await cpuSecondsOf(pids)) - before)) / result.requests }
  }
  // Compiled code and full caches on both sides before anything counts.
  await load(berth.request, { connections, seconds: warmUpSeconds })
  await load(against.request, { connections, seconds: warmUpSeconds })
  const results: Comparison = { berth: [], against: [] }
  for (let i = 0; i < rounds; i++) {
    results.berth.push(await round(berth))
    results.against.push(await round(against))
  }
  return results
}

const of = (rounds: readonly Round[], value: (round: Round) => number) => rounds.map(value)

function note({ berth, against }: Comparison): string {
  const cpu = (rounds: readonly Round[]) => median(of(rounds, (round) => round.cpuMicrosPerRequest))
  const busy = Math.max(...of([...berth, ...against], (round) => round.busyShare))
  const limited = busy > 0.9 ? `; generator ${Math.round(busy * 100)} % busy: do not trust` : ''
  return `CPU ${cpu(berth).toFixed(0)} : ${cpu(against).toFixed(0)} µs${limited}`
}

type Named = Pick<Line, 'part' | 'what'> & { goal?: Goal }

export function throughputLine(named: Named, comparison: Comparison): Line {
  const rates = (rounds: readonly Round[]) => of(rounds, (round) => round.requestsPerSecond)
  const show = (rounds: readonly Round[]) => `${median(rates(rounds)).toFixed(0)}/s`
  return {
    ...named,
    berth: show(comparison.berth),
    against: show(comparison.against),
    ratio: pairedRatio(rates(comparison.berth), rates(comparison.against)),
    note: note(comparison),
  }
}

/** `floorMs`: nobody notices less, so shorter times count as this in the ratio; what was measured is shown. */
export function latencyLine(
  { floorMs = 0, ...named }: Named & { floorMs?: number },
  comparison: Comparison,
): Line {
  const p50s = (rounds: readonly Round[]) => of(rounds, (round) => round.p50Ms)
  const counted = (rounds: readonly Round[]) => p50s(rounds).map((p50) => Math.max(p50, floorMs))
  const show = (rounds: readonly Round[]) =>
    `${median(p50s(rounds)).toFixed(2)} ms (p99 ${median(of(rounds, (round) => round.p99Ms)).toFixed(1)})`
  return {
    ...named,
    berth: show(comparison.berth),
    against: show(comparison.against),
    ratio: pairedRatio(counted(comparison.berth), counted(comparison.against)),
    note: note(comparison),
  }
}
